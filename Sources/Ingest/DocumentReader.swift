internal import Catalog
internal import JSONText

/// Reads JSON: one document (or several behind each other), one object a line, or an array of objects, of which only
/// one element at a time is in memory.
final class DocumentReader: RecordReader {
    private enum Layout {
        case documents
        case lines
        case array
    }

    var format: String {
        switch layout {
        case .documents: "JSON document"
        case .lines: "JSON lines"
        case .array: "JSON array"
        }
    }
    let authority: ImportSource.Authority

    private let input: InputBuffer
    private let options: ImportOptions
    private var layout: Layout
    private var isArrayOver = false
    private var isFirst = true

    /// Members that take much room and say nothing for a catalog.
    private static let bulky: Set<String> = [
        "available_markets", "images", "external_urls", "preview_url", "tatums", "copyrights", "html_description",
        "codestring", "echoprintstring", "synchstring", "rhythmstring",
    ]

    /// Begins at the first bracket.
    init(input: InputBuffer, options: ImportOptions) throws(ImportError) {
        self.input = input
        self.options = options
        layout = input.byte(at: 0) == Ascii.openBracket ? .array : .documents
        authority = Self.looksLikeHistory(input) ? .table : .service
        if layout == .array { input.consume(1) }
    }

    /// Whether the file tells what was heard: names in a history are what the listener's program wrote down long ago, and
    /// fill only what is missing.
    private static func looksLikeHistory(_ input: InputBuffer) -> Bool {
        let head = input.bytes[input.start..<min(input.end, input.start + 16_384)]
        let members = ["\"ms_played\"", "\"msPlayed\"", "\"track_metadata\"", "\"listens\""]
        return members.contains { head.firstRange(of: Array($0.utf8)) != nil }
    }

    func read(rows: Int, into sink: RecordSink) throws(ImportError) -> Bool {
        let last = sink.rowsRead + rows
        let reader = SpotifyReader(file: input.file, options: options, sink: sink)
        while sink.rowsRead < last {
            guard try skipToValue() else { return false }
            if layout == .lines { try readLine(reader, sink) } else { try readValue(reader) }
            isFirst = false
        }
        return true
    }

    private func readValue(_ reader: SpotifyReader) throws(ImportError) {
        let length = try valueLength()
        let line = input.line
        let value: JSONValue
        do throws(JSONFailure) {
            value = try parse(length)
        } catch {
            throw broken(at: error.index - input.start, error.reason, error.isEncoding ? .notUTF8 : .brokenJSON)
        }
        try reader.read(value, line: line)
        let hadLineEnd = input.lineEnds(in: length) > 0
        input.consume(length)
        if isFirst, layout == .documents, !hadLineEnd, try endsWithLine() { layout = .lines }
    }

    /// One object a line: a broken line is skipped like a bad row of a table.
    private func readLine(_ reader: SpotifyReader, _ sink: RecordSink) throws(ImportError) {
        let length = try lineLength()
        let value: JSONValue
        do throws(JSONFailure) {
            value = try parse(length)
        } catch {
            sink.countRow()
            sink.reportBad(
                line: input.line,
                reason: "broken JSON at byte \(error.index - input.start + 1) of the line: \(error.reason)")
            return input.consume(length)
        }
        try reader.read(value, line: input.line)
        input.consume(length)
    }

    private func parse(_ length: Int) throws(JSONFailure) -> JSONValue {
        try JSONParser.parse(
            input.bytes, input.start..<(input.start + length), maximumNesting: options.maximumNesting,
            ignoring: Self.bulky)
    }

    private func valueLength() throws(ImportError) -> Int {
        var boundary = JSONBoundary(maximumNesting: options.maximumNesting)
        while true {
            let outcome = boundary.advance(input.bytes, from: input.start, to: input.end, isAtEnd: input.isAtEnd)
            switch outcome {
            case .complete(let length): return length
            case .tooDeep(let offset): throw broken(at: offset, "nested deeper than \(options.maximumNesting) levels")
            case .needsMore: try readMore()
            }
        }
    }

    private func lineLength() throws(ImportError) -> Int {
        var searched = 0
        while true {
            let rest = input.bytes[(input.start + searched)..<input.end]
            if let index = rest.firstIndex(of: Ascii.lineFeed) { return index - input.start }
            if input.isAtEnd { return input.count }
            searched = input.count
            try readMore()
        }
    }

    private func readMore() throws(ImportError) {
        guard input.count <= options.maximumDocumentBytes else {
            throw ImportError(
                .tooLarge, input.file,
                "the JSON document at line \(input.line) is larger than \(options.maximumDocumentBytes) bytes; "
                    + "raise the limit, or write one object a line")
        }
        _ = try input.fill()
    }
}

extension DocumentReader {
    /// Moves to the next value; false when there is none.
    private func skipToValue() throws(ImportError) -> Bool {
        try skipBlanks()
        if layout == .array, !isArrayOver { try skipToElement() }
        if isArrayOver || input.count == 0 {
            if layout == .array, !isArrayOver { throw broken(at: 0, "the array is never closed") }
            if input.count > 0 { throw broken(at: 0, "something follows the end of the array") }
            return false
        }
        return true
    }

    private func skipToElement() throws(ImportError) {
        if input.byte(at: 0) == Ascii.closeBracket {
            isArrayOver = true
        } else if !isFirst, input.count > 0 {
            guard input.byte(at: 0) == Ascii.comma else {
                throw broken(at: 0, "a comma or a closing bracket is missing")
            }
        } else {
            return
        }
        input.consume(1)
        try skipBlanks()
    }

    private func skipBlanks() throws(ImportError) {
        while true {
            while let byte = input.byte(at: 0), Ascii.isSpace(byte) { input.consume(1) }
            guard input.count == 0, try input.fill() else { return }
        }
    }

    /// Whether the line ends here and something follows in another.
    private func endsWithLine() throws(ImportError) -> Bool {
        let line = input.line
        try skipBlanks()
        return input.count > 0 && input.line > line
    }

    private func broken(
        at offset: Int, _ reason: String, _ code: ImportError.Code = .brokenJSON
    ) -> ImportError {
        let line = input.line + input.lineEnds(in: min(max(offset, 0), input.count))
        return ImportError(
            code, input.file, "the JSON is broken at line \(line), byte \(input.offset + offset + 1): \(reason)")
    }
}
