internal import Catalog
internal import Foundation

/// Where a playlist's file lies, and what the entries in it point at.
struct FileLocation {
    /// The absolute path, without `.` and `..`.
    let path: String

    init(_ path: String) { self.path = Self.absolute(path, in: FileManager.default.currentDirectoryPath) }

    /// The file's name without `.gz` and its extension: the name of the playlist in it.
    var playlistName: String {
        var name = path.split(separator: "/").last.map(String.init) ?? path
        if name.lowercased().hasSuffix(".gz") { name.removeLast(3) }
        if let dot = name.lastIndex(of: "."), dot > name.startIndex { name = String(name[..<dot]) }
        return name
    }

    /// The playlist in the file; of several, the one of that name.
    func playlist(named name: String? = nil) -> ExternalID {
        ExternalID(namespace: "file", value: name.map { "\(path)#\($0)" } ?? path)
    }

    /// The track that a line or location names, by an id where it is an address of a known service, else by its path.
    ///
    /// - Parameter entry: An absolute path, one relative to this file's folder, a `file:` URL or another URL.
    func track(_ entry: String) -> ExternalID? {
        if let id = Self.spotifyTrack(entry) { return id }
        if let recording = Self.recording(entry) { return recording }
        if entry.lowercased().hasPrefix("file:") { return Self.localPath(entry).map { file($0) } }
        if Self.hasScheme(entry) { return nil }
        return entry.isEmpty ? nil : file(entry)
    }

    /// The track behind a Spotify address; a bare id could as well be a file's name.
    static func spotifyTrack(_ address: String) -> ExternalID? {
        guard address.hasPrefix("spotify:") || address.contains("open.spotify.com/"),
            let reference = try? EntityReference(parsing: address), reference.kind == .track
        else { return nil }
        return reference.id
    }

    /// The MusicBrainz recording behind an address.
    static func recording(_ address: String) -> ExternalID? {
        guard let range = address.firstRange(of: "musicbrainz.org/recording/") else { return nil }
        let id = address[range.upperBound...].prefix(36).lowercased()
        return isUUID(id) ? ExternalID(namespace: "mbid", value: id) : nil
    }

    /// Whether a text is 36 characters of a UUID.
    static func isUUID(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 36 && UUID(uuidString: String(text)) != nil
    }

    private func file(_ entry: String) -> ExternalID {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return ExternalID(namespace: "file", value: Self.absolute(entry.replacing("\\", with: "/"), in: folder))
    }

    /// The path of `file:///a%20b`, `file://localhost/a` or `file:/a`.
    private static func localPath(_ url: String) -> String? {
        var rest = url.dropFirst(5)
        if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
            rest = rest.drop { $0 != "/" }
        }
        let path = String(rest).removingPercentEncoding ?? String(rest)
        return path.isEmpty ? nil : path
    }

    /// An entry as people read it: addresses without their percent signs.
    static func readable(_ entry: String) -> String {
        hasScheme(entry) ? entry.removingPercentEncoding ?? entry : entry
    }

    /// `http://…`, `smb:…`; but a drive's letter (`C:\`) is no scheme.
    static func hasScheme(_ text: String) -> Bool {
        let scheme = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
        return scheme.count > 1 && text.dropFirst(scheme.count).first == ":" && scheme.first?.isLetter == true
    }

    private static func absolute(_ path: String, in folder: String) -> String {
        var parts: [Substring] = []
        let whole = path.hasPrefix("/") ? path : "\(folder)/\(path)"
        for part in whole.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }
}
