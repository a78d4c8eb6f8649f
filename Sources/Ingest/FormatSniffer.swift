internal import Catalog
internal import JSONText

/// Tells formats apart by content; a file's name says nothing.
enum FormatSniffer {
    /// The reader for what is in the file.
    /// - Throws: `ImportError` when that is none of the accepted formats.
    static func reader(for input: InputBuffer, options: ImportOptions) throws(ImportError) -> any RecordReader {
        guard input.count > 0 else { throw ImportError(.empty, input.file, "the file is empty") }
        try refuseOtherEncodings(input)
        if starts(input, with: [0xef, 0xbb, 0xbf]) { input.consume(3, lines: 0) }
        try skipBlanks(input)
        guard let first = input.byte(at: 0) else {
            throw ImportError(.empty, input.file, "the file holds nothing but blanks")
        }
        if (first == Ascii.openBrace || first == Ascii.openBracket) && !starts(input, with: Array("[playlist]".utf8)) {
            return try DocumentReader(input: input, options: options)
        }
        if otherFormat(input) != nil { throw unknownFormat(input) }
        if M3UReader.accepts(input) { return M3UReader(input: input, options: options) }
        return try TableReader(input: input, options: options)
    }

    /// The refusal of a file that is none of the accepted formats, saying what was seen.
    static func unknownFormat(_ input: InputBuffer) -> ImportError {
        ImportError(
            .unknownFormat, input.file,
            "\(otherFormat(input) ?? "text that begins \(preview(input))") cannot be imported; accepted are Spotify Web API "
                + "objects, streaming histories, ListenBrainz listens and JSPF (JSON, JSON lines), M3U playlists, and tables "
                + "with a header (CSV with a column track_id or playlist_id, or title and artist), plain or gzip")
    }

    /// Encodings with zero bytes in plain text, known by their byte order marks or by these zeros.
    private static func refuseOtherEncodings(_ input: InputBuffer) throws(ImportError) {
        guard starts(input, with: [0xff, 0xfe]) || starts(input, with: [0xfe, 0xff]) else { return }
        throw ImportError(.notUTF8, input.file, "the text is UTF-16; convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)")
    }

    private static func skipBlanks(_ input: InputBuffer) throws(ImportError) {
        while true {
            while let byte = input.byte(at: 0), Ascii.isSpace(byte) { input.consume(1) }
            guard input.count == 0, try input.fill() else { return }
        }
    }

    private static let signatures: [(bytes: [UInt8], name: String)] = [
        (Array("PK\u{3}\u{4}".utf8), "a zip archive (unpack it first)"), (Array("%PDF".utf8), "a PDF document"),
        ([0x89, 0x50, 0x4e, 0x47], "a PNG image"), ([0xff, 0xd8, 0xff], "a JPEG image"),
        (Array("OggS".utf8), "Ogg audio"), (Array("fLaC".utf8), "FLAC audio"), (Array("ID3".utf8), "MP3 audio"),
        (Array("RIFF".utf8), "a RIFF file"), (Array("SQLite format 3".utf8), "an SQLite database"),
        (Array("<".utf8), "HTML or XML"),
        (Array("[playlist]".utf8), "a PLS playlist (export it as M3U)"),
        ([0x1f, 0x8b], "gzip within gzip (unpack it once)"), (Array("BZh".utf8), "bzip2 data (unpack it first)"),
        ([0x28, 0xb5, 0x2f, 0xfd], "Zstandard data (unpack it first)"),
        ([0xfd, 0x37, 0x7a, 0x58], "xz data (unpack it first)"),
    ]

    private static func otherFormat(_ input: InputBuffer) -> String? {
        if let match = signatures.first(where: { starts(input, with: $0.bytes) }) { return match.name }
        let head = input.bytes[input.start..<min(input.end, input.start + 4_096)]
        return head.contains(0) ? "binary data" : nil
    }

    private static func preview(_ input: InputBuffer) -> String {
        let head = input.bytes[input.start..<min(input.end, input.start + 40)]
        let line = head.prefix { $0 != Ascii.lineFeed && $0 != Ascii.carriageReturn }
        let text = String(decoding: line, as: UTF8.self)
        return "\"\(text.unicodeScalars.map { $0.value < 32 ? " " : String($0) }.joined())\""
    }

    private static func starts(_ input: InputBuffer, with prefix: [UInt8]) -> Bool {
        input.bytes[input.start..<input.end].starts(with: prefix)
    }
}
