internal import Catalog

/// Reads artist and title out of one text, as playlists of files give them.
enum TrackNames {
    /// `Artist - Title`; without a dash, all of it is the title. The first dash counts: titles have dashes more often than
    /// artists do ("Artist - Title - Remastered 2011").
    static func split(_ text: String) -> (artist: String?, title: String?) {
        let text = text.trimmingSpaces
        for mark in [" - ", " \u{2013} ", " \u{2014} "] {
            guard let range = text.firstRange(of: mark) else { continue }
            let (artist, title) = (text[..<range.lowerBound].trimmingSpaces, text[range.upperBound...].trimmingSpaces)
            if !artist.isEmpty, !title.isEmpty { return (artist, title) }
        }
        return (nil, text.isEmpty ? nil : text)
    }

    /// Artist and title of a file's name: without its extension and a leading track number.
    static func fromFileName(_ path: String) -> (artist: String?, title: String?) {
        var name = path.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? path
        if let dot = name.lastIndex(of: "."), name.distance(from: dot, to: name.endIndex) <= 6 {
            name = String(name[..<dot])
        }
        let underscored = !name.contains(" ") && name.contains("_")
        if underscored { name = name.replacing("_", with: " ") }
        return split(withoutTrackNumber(name))
    }

    /// `01 - `, `1-07 `, `12. ` and the like say where a file stands on its album.
    private static func withoutTrackNumber(_ name: String) -> String {
        let rest = name.drop { $0.isASCII && ($0.isNumber || $0 == "-") }
        let digits = name.utf8.count - rest.utf8.count
        guard (1...5).contains(digits) else { return name }
        let tail = rest.drop { $0 == "." || $0 == " " || $0 == "-" || $0 == ")" }
        return tail.isEmpty || tail.startIndex == rest.startIndex ? name : String(tail)
    }
}
