internal import Foundation

/// The identity of a recording across its releases: the same song by the same artist, whatever album it is on.
///
/// Two tracks with equal keys are duplicates of each other and never stand in one answer. Remixes and live takes keep
/// keys of their own; remasters, deluxe editions and radio edits do not.
public enum RecordingKey {
    /// `normalized(first artist) + "|" + normalized(title without edition marks)`, or nil without an artist or title,
    /// in which case the track is its own recording.
    public static func make(artist: String?, title: String?) -> String? {
        guard let artist, let title else { return nil }
        let who = normalized(firstArtist(artist))
        let what = normalized(withoutEditionMarks(title))
        return who.isEmpty || what.isEmpty ? nil : "\(who)|\(what)"
    }

    /// Compatibility decomposition, ASCII only, lower case, `&` as "and", letters and digits only; when that leaves
    /// nothing (a title in another script), the lower-case original without spaces.
    public static func normalized(_ text: String) -> String {
        let kept =
            text.isASCII
            ? ascii(text.utf8) : ascii(text.decomposedStringWithCompatibilityMapping.utf8)
        return kept.isEmpty ? text.lowercased().filter { !$0.isWhitespace } : kept
    }

    private static func ascii(_ bytes: String.UTF8View) -> String {
        var kept: [UInt8] = []
        kept.reserveCapacity(bytes.count)
        for byte in bytes {
            switch byte {
            case 65...90: kept.append(byte + 32)
            case 97...122, 48...57: kept.append(byte)
            case 38: kept.append(contentsOf: [97, 110, 100])
            default: break
            }
        }
        return String(decoding: kept, as: UTF8.self)
    }

    /// What stands before `;` and before " feat.", " ft." and " featuring ".
    public static func firstArtist(_ names: String) -> String {
        var name = names.prefix { $0 != ";" }
        // Looking for a mark regardless of case takes long, and hardly any name has a word that begins as marks do.
        guard zip(name.utf8, name.utf8.dropFirst()).contains(where: { $0 == 32 && $1 | 32 == 102 }) else {
            return String(name)
        }
        for mark in [" feat.", " ft.", " featuring "] {
            if let range = name.range(of: mark, options: .caseInsensitive) { name = name[..<range.lowerBound] }
        }
        return String(name)
    }

    /// The title without "(feat. …)" and without bracketed groups and " - …" tails that only name an edition.
    static func withoutEditionMarks(_ title: String) -> String {
        guard title.utf8.contains(where: { $0 == 40 || $0 == 91 || $0 == 45 }) else { return title }
        var kept = ""
        var rest = Substring(title)
        while let opening = rest.firstIndex(where: { $0 == "(" || $0 == "[" }) {
            let closer: Character = rest[opening] == "(" ? ")" : "]"
            guard let closing = rest[opening...].firstIndex(of: closer) else { break }
            let group = rest[rest.index(after: opening)..<closing].lowercased()
            kept += rest[..<opening]
            if !isFeaturing(group) && !namesEdition(group) { kept += rest[opening...closing] }
            rest = rest[rest.index(after: closing)...]
        }
        return withoutEditionTail(kept + rest)
    }

    private static func withoutEditionTail(_ title: String) -> String {
        guard let dash = title.range(of: " - "), namesEdition(title[dash.upperBound...].lowercased()) else {
            return title
        }
        return String(title[..<dash.lowerBound])
    }

    private static func isFeaturing(_ group: String) -> Bool {
        ["feat", "ft.", "with "].contains { group.hasPrefix($0) }
    }

    private static let editions = [
        "remaster", "version", "edit", "mono", "stereo", "bonus", "from", "deluxe", "explicit",
    ]

    private static func namesEdition(_ text: String) -> Bool {
        !text.contains("remix") && editions.contains { text.contains($0) }
    }

    /// A 64-bit FNV-1a hash of a key, for columns of machine words.
    public static func hash(_ key: String) -> UInt64 {
        key.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
