internal import Catalog
internal import JSONText

/// Turns the way tables credit artists into one record for each artist.
enum ArtistCredit {
    /// Pairs names with ids.
    ///
    /// `names` lists artists between semicolons, or, in some programs' files, commas; a comma only separates where there
    /// are as many ids, since names contain commas ("Earth, Wind & Fire"). A single id belongs to the whole name, guests
    /// excepted. Guests ("A feat. B") become one artist of their own, however many they are: how their names are joined
    /// cannot be told from a name with "&" in it.
    static func artists(names: String, ids: [ExternalID]) -> [ArtistRecord] {
        if ids.count > 1 {
            for separator in [Ascii.semicolon, Ascii.comma] {
                let parts = split(names, separator)
                if parts.count == ids.count { return zip(parts, ids).map { ArtistRecord(name: $0, id: $1) } }
            }
        }
        if ids.count < 2, !names.utf8.contains(Ascii.semicolon), !mayHaveGuests(names.utf8) {
            return [ArtistRecord(name: names, id: ids.first)]
        }
        let credited = ids.count == 1 ? withGuests(names) : split(names, Ascii.semicolon).flatMap(withGuests)
        return credited.enumerated().map { place, name in
            ArtistRecord(name: name, id: place == 0 && ids.count == 1 ? ids[0] : nil)
        }
    }

    private static func split(_ names: String, _ separator: UInt8) -> [String] {
        guard names.utf8.contains(separator) else { return [names] }
        return names.utf8.split(separator: separator).map { Substring($0).trimmingSpaces }.filter { !$0.isEmpty }
    }

    private static let marks = [" feat. ", " ft. ", " featuring "]

    /// The artist, and the guests where a mark introduces them.
    private static func withGuests(_ name: String) -> [String] {
        guard mayHaveGuests(name.utf8) else { return [name] }
        let lowered = name.lowercased()
        for mark in marks {
            guard let range = lowered.firstRange(of: mark), lowered.utf8.count == name.utf8.count else { continue }
            let head = name.utf8.prefix(lowered.utf8.distance(from: lowered.startIndex, to: range.lowerBound))
            let tail = name.utf8.dropFirst(lowered.utf8.distance(from: lowered.startIndex, to: range.upperBound))
            let parts = [String(Substring(head)), String(Substring(tail))].map(\.trimmingSpaces)
            return parts.filter { !$0.isEmpty }
        }
        return [name]
    }

    /// A quick look for " fe" and " ft", which all marks begin with.
    private static func mayHaveGuests(_ bytes: String.UTF8View) -> Bool {
        let bytes = bytes.span
        var previous: UInt8 = 0
        for index in bytes.indices {
            if previous == Ascii.space, bytes[index] | 32 == UInt8(ascii: "f"), index + 1 < bytes.count {
                let next = bytes[index + 1] | 32
                if next == UInt8(ascii: "e") || next == UInt8(ascii: "t") { return true }
            }
            previous = bytes[index]
        }
        return false
    }

    /// Genres between commas or semicolons, also as a list that Python printed; lower case, each once.
    static func genres(_ text: String) -> [String] {
        var genres: [String] = []
        for part in text.lowercased().utf8.split(whereSeparator: { $0 == Ascii.comma || $0 == Ascii.semicolon }) {
            let genre = trimmed(part)
            if !genre.isEmpty, !genres.contains(genre) { genres.append(genre) }
        }
        return genres
    }

    /// The text without blanks, brackets and quotes at its ends; blanks beyond ASCII take the longer way.
    private static func trimmed(_ part: Substring.UTF8View) -> String {
        var rest = part
        while let first = rest.first, isMargin(first) { rest = rest.dropFirst() }
        while let last = rest.last, isMargin(last) { rest = rest.dropLast() }
        let text = String(Substring(rest))
        guard let first = rest.first, let last = rest.last, first >= 128 || last >= 128 else { return text }
        return text.trimming { $0.isWhitespace || "[]'\"".contains($0) }
    }

    private static func isMargin(_ byte: UInt8) -> Bool {
        Ascii.isSpace(byte) || byte == 11 || byte == 12 || byte == Ascii.openBracket || byte == Ascii.closeBracket
            || byte == UInt8(ascii: "'") || byte == Ascii.quote
    }
}

extension String {
    fileprivate func trimming(_ isDropped: (Character) -> Bool) -> String {
        var rest = self[...]
        while let first = rest.first, isDropped(first) { rest = rest.dropFirst() }
        while let last = rest.last, isDropped(last) { rest = rest.dropLast() }
        return String(rest)
    }
}
