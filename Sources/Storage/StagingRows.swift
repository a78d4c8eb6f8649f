internal import Catalog
internal import Postgres

/// Rows for the staging tables, as bytes of a binary COPY.
struct StagingRows: Sendable {
    /// Rows of each table that were not handed out yet.
    private var buffers = StagingTable.allCases.map { _ in CopyBuffer() }
    /// The number of each table's next row.
    private var next = StagingTable.allCases.map { _ in Int32(0) }
    /// Rows since the counts were last taken.
    private(set) var counts = StagedChunk()

    /// Whether a buffer was full since the last time that none was.
    private var mayBeFull = false

    private static let flushSize = 1 << 20

    /// The rows of a table whose buffer is full. It is asked after every record, and the answer is nearly always no.
    mutating func nextFull() -> (StagingTable, [UInt8])? {
        guard mayBeFull else { return nil }
        let full = buffer { $0.size >= Self.flushSize }
        mayBeFull = full != nil
        return full
    }

    /// The rows of any table that still has some.
    mutating func nextRemaining() -> (StagingTable, [UInt8])? { buffer { !$0.isEmpty } }

    /// Whether a table has rows that were not handed out yet.
    func holds(_ table: StagingTable) -> Bool { !buffers[table.rawValue].isEmpty }

    /// What was added since it was last asked.
    mutating func takeCounts() -> StagedChunk {
        defer { counts = StagedChunk() }
        return counts
    }

    private mutating func buffer(where isDue: (CopyBuffer) -> Bool) -> (StagingTable, [UInt8])? {
        for table in StagingTable.allCases where isDue(buffers[table.rawValue]) {
            return (table, buffers[table.rawValue].drain())
        }
        return nil
    }

    /// Adds a row and says which number it has.
    mutating func add(_ table: StagingTable, columns: Int, _ fill: (inout CopyBuffer, Int32) -> Void) -> Int32 {
        let no = next[table.rawValue]
        next[table.rawValue] += 1
        counts.counts[table.rawValue] += 1
        buffers[table.rawValue].beginRow(columns: columns)
        fill(&buffers[table.rawValue], no)
        if buffers[table.rawValue].size >= Self.flushSize { mayBeFull = true }
        return no
    }

    /// Adds a row about a track, which is named by number or else by external id.
    mutating func add(
        _ table: StagingTable, about track: Int32?, _ id: ExternalID?, columns: Int, _ fill: (inout CopyBuffer) -> Void
    ) {
        if track == nil { counts.unnumbered[table.rawValue] += 1 }
        _ = add(table, columns: columns + 4) { buffer, no in
            buffer.append(no)
            buffer.append(track)
            buffer.append(track == nil ? id : nil)
            fill(&buffer)
        }
    }

    /// Adds an artist.
    mutating func add(_ artist: StagedArtist) {
        _ = add(.artist, columns: 7) { buffer, _ in
            buffer.append(artist.no)
            buffer.append(artist.record.id)
            buffer.append(artist.name)
            buffer.append(artist.key)
            buffer.append(artist.record.genres.storable)
            buffer.append(artist.record.popularity.map { Int32(clamping: $0) })
        }
    }

    /// Adds an album.
    mutating func add(_ album: StagedAlbum) {
        _ = add(.album, columns: 9) { buffer, _ in
            buffer.append(album.no)
            buffer.append(album.record.id)
            buffer.append(album.name)
            buffer.append(album.key)
            buffer.append(album.artist)
            buffer.append(album.released)
            buffer.append(album.kind)
            buffer.append(album.totalTracks)
        }
    }

    /// Adds a track without its other ids and its features.
    mutating func add(_ track: StagedTrack) {
        let record = track.record
        _ = add(.track, columns: 15) { buffer, _ in
            buffer.append(track.no)
            buffer.append(record.ids[0])
            buffer.append(track.hasAlias)
            buffer.append(record.name?.storable)
            buffer.append(track.credit)
            buffer.append(track.artists.isEmpty ? nil : track.artists)
            buffer.append(track.album)
            buffer.append(track.released)
            buffer.append(record.duration.map { Int32(clamping: $0) })
            buffer.append(record.popularity.map { Int32(clamping: $0) })
            buffer.append(record.explicit)
            buffer.append(record.trackNumber.map { Int32(clamping: $0) })
            buffer.append(record.discNumber.map { Int32(clamping: $0) })
            buffer.append(record.genres.storable)
        }
    }

    /// Adds a track's ids beyond the first.
    mutating func addAliases(of track: StagedTrack) {
        for id in track.record.ids.dropFirst() {
            _ = add(.alias, columns: 4) { buffer, no in
                buffer.append(track.no)
                buffer.append(no)
                buffer.append(id)
            }
        }
    }

    /// Adds a playlist.
    mutating func add(_ playlist: PlaylistRecord) {
        _ = add(.playlist, columns: 8) { buffer, no in
            buffer.append(no)
            buffer.append(playlist.id)
            buffer.append(playlist.name?.storable)
            buffer.append(playlist.summary?.storable)
            buffer.append(playlist.snapshot?.storable)
            buffer.append(playlist.owner?.storable)
            buffer.append(playlist.total.map { Int32(clamping: $0) })
        }
    }

    /// Adds an entry of a playlist.
    mutating func add(_ entry: StagedEntry) {
        let record = entry.record
        addEntry(
            of: record.playlist, track: entry.track, record.track,
            position: record.position.map { Int32(clamping: $0) }, addedAt: record.addedAt)
    }

    /// Adds an entry of a playlist, of a track that is named by number or else by external id.
    mutating func addEntry(
        of playlist: ExternalID, track: Int32?, _ id: ExternalID?, position: Int32?, addedAt: Double?
    ) {
        add(.entry, about: track, id, columns: 4) { buffer in
            buffer.append(playlist)
            buffer.append(position)
            buffer.append(addedAt)
        }
    }

    /// Adds audio features.
    mutating func add(_ record: FeaturesRecord, about track: Int32?) {
        add(.features, about: track, record.track, columns: 1 + AudioFeature.allCases.count) { $0.append(record) }
    }
}

extension CopyBuffer {
    /// Appends namespace and value, or two nulls.
    mutating func append(_ id: ExternalID?) {
        append(id?.namespace.withoutZeros)
        append(id?.value.withoutZeros)
    }

    /// Appends provider and values.
    mutating func append(_ record: FeaturesRecord) {
        append(record.provider.withoutZeros)
        for feature in AudioFeature.allCases { append(record.features[feature]) }
    }
}

extension String {
    /// The text without U+0000, which PostgreSQL cannot store.
    var withoutZeros: String { hasZeros ? String(decoding: utf8.filter { $0 != 0 }, as: UTF8.self) : self }

    private var hasZeros: Bool {
        let bytes = utf8.span
        var hasZeros = false
        // Without an end in its midst it goes over many bytes at a time.
        for index in bytes.indices where bytes[index] == 0 { hasZeros = true }
        return hasZeros
    }

    /// The text without U+0000, or nil where nothing is left.
    var storable: String? {
        let text = withoutZeros
        return text.isEmpty ? nil : text
    }
}

extension [String] {
    /// The texts that can be stored, or nil where there is none.
    var storable: [String]? {
        let texts = compactMap(\.storable)
        return texts.isEmpty ? nil : texts
    }
}
