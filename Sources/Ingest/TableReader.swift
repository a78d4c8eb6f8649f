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
    private let genreLists = GenreLists()
    private var farMisquotes = 0
    private let location: FileLocation
    /// Entries so far of each playlist that the file itself is, by the name that rows give it.
    private var lengths: [String?: Int] = [:]

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
        location = FileLocation(input.file)
        format =
            header.isPlaylist ? "playlist table" : header.kind == .tracks ? "table of tracks" : "table of playlists"
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
                if next == input.start {
                    finishPlaylists(sink)
                    return false
                }
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
            let row = TableRow(bytes: input.bytes, fields: row.fields, header: header, genreLists: genreLists)
            if header.isPlaylist {
                try addEntry(of: row, line: line, into: sink)
            } else {
                try addRecords(of: row, into: sink)
            }
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
        let track = try row.track()
        let features = try row.features()
        let id = track.ids[0]
        let entry = if let playlist { try row.entry(of: id, in: playlist.id) } else { nil as PlaylistEntryRecord? }
        sink.add(.track(track))
        if !features.isEmpty {
            sink.add(.features(FeaturesRecord(track: id, provider: options.tableProvider, features: features)))
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

extension TableReader {
    /// Takes a row of a table that is a playlist: a track with an id, or one to be found by its names.
    private func addEntry(of row: TableRow, line: Int, into sink: RecordSink) throws(RowProblem) {
        if let other = try row.otherThanTrack() {
            return sink.reportForeign(line: line, reason: "is \(other), which has nothing to import")
        }
        let (name, added) = (try row.playlistName(), try row.addedAt())
        let playlist = location.playlist(named: name)
        guard let length = nextPlace(in: name) else {
            throw RowProblem(reason: "names one more playlist than the \(Self.maximumDescribed) that a table may hold")
        }
        let position = try row.position() ?? length
        let track: TrackRecord? = if header.kind == .tracks, try !row.isLocal() { try row.track() } else { nil }
        let features = track == nil ? AudioFeatures() : try row.features()
        let mention: MentionRecord? = if track == nil { try row.mention(line: line) } else { nil }
        if length == 0 { describe(name, total: nil, into: sink) }
        lengths[name] = max(length, position) + 1
        if let mention { return sink.add(mention, in: playlist, position: position, addedAt: added) }
        guard let track else { return }
        sink.add(.track(track))
        if !features.isEmpty {
            sink.add(
                .features(FeaturesRecord(track: track.ids[0], provider: options.tableProvider, features: features)))
        }
        let entry = PlaylistEntryRecord(playlist: playlist, track: track.ids[0], position: position, addedAt: added)
        sink.add(.playlistEntry(entry))
    }

    private func nextPlace(in name: String?) -> Int? {
        lengths[name] ?? (lengths.count < Self.maximumDescribed ? 0 : nil)
    }

    private func describe(_ name: String?, total: Int?, into sink: RecordSink) {
        sink.add(
            .playlist(
                PlaylistRecord(id: location.playlist(named: name), name: name ?? location.playlistName, total: total)))
    }

    /// Says how long each playlist is, so that entries past its end go away.
    private func finishPlaylists(_ sink: RecordSink) {
        for (name, length) in lengths.sorted(by: { $0.key ?? "" < $1.key ?? "" }) {
            describe(name, total: length, into: sink)
        }
        lengths = [:]
    }
}
