internal import Catalog
internal import JSONText

/// Reads playlists of files: M3U and M3U8, with or without `#EXTINF`, in any encoding that is not UTF-16.
///
/// An entry is looked for in the catalog by the address that it is (Spotify, MusicBrainz), by its file, then by what
/// `#EXTINF` says, or else the file's name. It becomes a track of its own only where it has an id and a title.
final class M3UReader: RecordReader {
    let format = "M3U playlist"
    let authority = ImportSource.Authority.service

    private let input: InputBuffer
    private let options: ImportOptions
    private let location: FileLocation
    private var name: String
    private var information: Information?
    private var position = 0
    private var isOver = false

    /// What `#EXTINF:seconds key="value",Artist - Title` says.
    private struct Information {
        var duration: Int?
        var artist: String?
        var title: String?
    }

    init(input: InputBuffer, options: ImportOptions) {
        self.input = input
        self.options = options
        location = FileLocation(input.file)
        name = location.playlistName
    }

    func read(rows: Int, into sink: RecordSink) throws(ImportError) -> Bool {
        let last = sink.rowsRead + rows
        while sink.rowsRead < last {
            let line = input.line
            guard let text = try nextLine(sink) else {
                finish(sink)
                return false
            }
            if text.hasPrefix("#") { directive(text) } else if !text.isEmpty { entry(text, line: line, into: sink) }
        }
        return true
    }

    /// The next line without blanks at its ends; a line beyond the limit is reported and empty.
    private func nextLine(_ sink: RecordSink) throws(ImportError) -> String? {
        var searched = 0
        while true {
            let rest = input.bytes[(input.start + searched)..<input.end]
            // Old players on old systems end lines with CR alone.
            if let index = rest.firstIndex(where: { $0 == Ascii.lineFeed || $0 == Ascii.carriageReturn }) {
                return take(index - input.start, andEnd: 1)
            }
            guard input.count <= options.maximumRowBytes else {
                sink.countRow()
                sink.reportBad(line: input.line, reason: "is longer than \(options.maximumRowBytes) bytes")
                input.consume(input.count)
                return ""
            }
            searched = input.count
            if try !input.fill() { return input.count == 0 ? nil : take(input.count, andEnd: 0) }
        }
    }

    private func take(_ count: Int, andEnd end: Int) -> String {
        defer { input.consume(count + end) }
        return TextEncoding.text(input.bytes[input.start..<(input.start + count)]).trimmingSpaces
    }

    private func directive(_ line: String) {
        if let rest = Self.value(of: "#EXTINF:", in: line) { information = Self.information(rest) }
        if let rest = Self.value(of: "#PLAYLIST:", in: line), !rest.isEmpty { name = rest }
        if let rest = Self.value(of: "#EXTART:", in: line), !rest.isEmpty {
            information = information ?? Information()
            information?.artist = rest
        }
    }

    private static func value(of directive: String, in line: String) -> String? {
        line.uppercased().hasPrefix(directive) ? line.dropFirst(directive.count).trimmingSpaces : nil
    }

    private static func information(_ text: String) -> Information {
        let comma = text.firstIndex(of: ",") ?? text.endIndex
        let seconds = text[..<comma].prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") }
        let names = TrackNames.split(String(text[comma...].dropFirst()))
        let duration = Double(seconds).flatMap { $0 > 0 && $0 <= 86_400 ? Int(($0 * 1_000).rounded()) : nil }
        return Information(duration: duration, artist: names.artist, title: names.title)
    }

    private func entry(_ text: String, line: Int, into sink: RecordSink) {
        defer { information = nil }
        sink.countRow()
        let id = location.track(text)
        var known = information ?? Information()
        // The address of a service has no name in it.
        if known.artist == nil || known.title == nil, id == nil || id?.namespace == "file" {
            let names = TrackNames.fromFileName(FileLocation.readable(text))
            if known.title == nil || names.artist != nil {
                (known.artist, known.title) = (known.artist ?? names.artist, names.title ?? known.title)
            }
        }
        let mention = MentionRecord(
            ids: id.map { [$0] } ?? [], title: known.title, artist: known.artist, duration: known.duration, line: line)
        if position == 0 { addPlaylist(total: nil, into: sink) }
        sink.add(mention, in: location.playlist(), position: position)
        position += 1
    }

    private func addPlaylist(total: Int?, into sink: RecordSink) {
        sink.add(.playlist(PlaylistRecord(id: location.playlist(), name: name, total: total)))
    }

    private func finish(_ sink: RecordSink) {
        guard !isOver, position > 0 else { return }
        isOver = true
        addPlaylist(total: position, into: sink)
    }
}

extension M3UReader {
    /// Whether the text looks like an M3U playlist: its header or a directive, or a first line that is a path of music.
    static func accepts(_ input: InputBuffer) -> Bool {
        let head = input.bytes[input.start..<min(input.end, input.start + 4_096)]
        let line = head.prefix { $0 != Ascii.lineFeed && $0 != Ascii.carriageReturn }
        let text = TextEncoding.text(line).trimmingSpaces
        let upper = text.uppercased()
        if upper.hasPrefix("#EXTM3U") || upper.hasPrefix("#EXTINF:") || upper.hasPrefix("#PLAYLIST:") { return true }
        if upper.hasPrefix("#EXTENC:") { return true }
        if text.lowercased().hasPrefix("file:") { return true }
        let isAudio = extensions.contains { text.lowercased().hasSuffix(".\($0)") }
        return isAudio || FileLocation.spotifyTrack(text) != nil
    }

    private static let extensions = [
        "mp3", "flac", "ogg", "oga", "opus", "m4a", "aac", "wav", "wma", "aif", "aiff", "alac", "ape", "wv", "mpc",
        "mka",
    ]
}
