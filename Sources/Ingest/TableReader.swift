internal import Catalog
internal import JSONText

/// Reads delimited text with named columns: tables of tracks with audio features, of playlists and their tracks.
final class TableReader: RecordReader {
    let format: String
    let authority = ImportSource.Authority.table

    private let input: InputBuffer
    private let options: ImportOptions
    private let header: TableHeader
    private let separator: UInt8
    private var row = DelimitedRow()
    /// Playlists described already; forgotten when there are very many, since saying it twice does no harm.
    private var described: Set<ExternalID> = []
    private let dates = ReleaseDates()
    private var farMisquotes = 0

    /// Playlists that are remembered at most.
    private static let maximumDescribed = 10_000
    /// Rows with unbalanced quotes that may swallow more than `farBytes` before the file is given up.
    private static let maximumFarMisquotes = 100
    private static let farBytes = 16_384

    /// Reads the header.
    /// - Throws: `ImportError` when the file is no table or lacks columns.
    init(input: InputBuffer, options: ImportOptions) throws(ImportError) {
        guard
            let found = TableHeader.find(
                in: input.bytes, from: input.start, to: input.end, isAtEnd: input.isAtEnd),
            found.header.knownCount > 0
        else { throw FormatSniffer.unknownFormat(input) }
        if let missing = found.header.missing {
            let names = found.header.names.prefix(30).joined(separator: ", ")
            throw ImportError(.missingColumns, input.file, "the table lacks \(missing); its columns are: \(names)")
        }
        self.input = input
        self.options = options
        header = found.header
        separator = found.separator
        format = header.kind == .tracks ? "table of tracks" : "table of playlists"
        input.consume(found.next - input.start, lines: found.lines)
    }

    func read(rows: Int, into sink: RecordSink) throws(ImportError) -> Bool {
        let last = sink.rowsRead + rows
        while sink.rowsRead < last {
            let line = input.line
            switch row.scan(
                input.bytes, from: input.start, to: input.end, separator: separator, isAtEnd: input.isAtEnd)
            {
            case .row(let next, let lines):
                if next == input.start { return false }
                if !row.isBlank { convert(line: line, into: sink) }
                input.consume(next - input.start, lines: lines)
            case .needsMore:
                try readMore(line: line, into: sink)
            case .malformed(let place, let reason):
                try skipMisquoted(to: place, reason, into: sink)
            }
        }
        return true
    }

    private func convert(line: Int, into sink: RecordSink) {
        sink.countRow()
        guard row.fields.count == header.names.count else {
            let reason = "has \(row.fields.count) columns where the header has \(header.names.count)"
            return sink.reportBad(line: line, reason: reason)
        }
        do throws(RowProblem) {
            try addRecords(
                of: TableRow(bytes: input.bytes, fields: row.fields, header: header, dates: dates), into: sink)
        } catch {
            sink.reportBad(line: line, field: error.field, reason: error.reason)
        }
    }

    private func addRecords(of row: TableRow, into sink: RecordSink) throws(RowProblem) {
        let playlist = try row.playlist()
        guard header.kind == .tracks else {
            guard let playlist else { throw row.problem(.playlistID, "is empty; every row needs a playlist's id") }
            return sink.add(.playlist(playlist))
        }
        let (track, features) = (try row.track(), try row.features())
        let entry =
            if let playlist { try row.entry(of: track.ids[0], in: playlist.id) } else { nil as PlaylistEntryRecord? }
        sink.add(.track(track))
        if !features.isEmpty {
            sink.add(
                .features(FeaturesRecord(track: track.ids[0], provider: options.tableProvider, features: features)))
        }
        if let playlist, isNew(playlist.id) { sink.add(.playlist(playlist)) }
        if let entry { sink.add(.playlistEntry(entry)) }
    }

    private func isNew(_ playlist: ExternalID) -> Bool {
        if described.count >= Self.maximumDescribed { described.removeAll() }
        return described.insert(playlist).inserted
    }

    private func readMore(line: Int, into sink: RecordSink) throws(ImportError) {
        guard input.count < options.maximumRowBytes else {
            return try skipMisquoted(
                to: input.end, "is longer than \(options.maximumRowBytes) bytes; perhaps a quote is never closed",
                into: sink)
        }
        _ = try input.fill()
    }

    /// Goes on at the next physical line, so that one stray quote does not cost the rows that it would swallow.
    private func skipMisquoted(to place: Int, _ reason: String, into sink: RecordSink) throws(ImportError) {
        sink.countRow()
        sink.reportBad(line: input.line, reason: reason)
        if place - input.start > Self.farBytes { farMisquotes += 1 }
        guard farMisquotes <= Self.maximumFarMisquotes else {
            throw ImportError(
                .badRows, input.file,
                "more than \(Self.maximumFarMisquotes) rows have quotes that are not closed or are far too long; "
                    + "quotes inside quoted fields must be doubled", problems: sink.problems)
        }
        while true {
            if let index = input.bytes[input.start..<input.end].firstIndex(of: Ascii.lineFeed) {
                return input.consume(index + 1 - input.start, lines: 1)
            }
            input.consume(input.count, lines: 0)
            guard try input.fill() else { return }
        }
    }
}
