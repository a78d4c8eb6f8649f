internal import Catalog
internal import Foundation
internal import Postgres

/// Turns records into rows for the staging tables, in bounded memory.
///
/// Artists and albums repeat from track to track: those seen lately are remembered and not staged again. The memory is
/// emptied when it is full; a repetition after that is staged again and merged by the database.
struct ImportStaging: Sendable {
    private struct AlbumKey: Hashable {
        let record: AlbumRecord
        let artist: Int32?
    }

    /// Rows of each table that were not handed out yet.
    private var buffers = StagingTable.allCases.map { _ in CopyBuffer() }
    /// Rows of each table altogether.
    private(set) var counts = StagingTable.allCases.map { _ in Int32(0) }
    private var artists: [ArtistRecord: Int32] = [:]
    private var albums: [AlbumKey: Int32] = [:]
    private var tracks: [ExternalID: Int32] = [:]
    /// Whether every row of features is about a staged track, and no two about the same one.
    private(set) var featuresAreSingle = true
    /// The greatest staged track that has features; while they come in order of track, no two are about the same one.
    private var lastWithFeatures: Int32 = -1

    private static let remembered = 1 << 15
    private static let flushSize = 1 << 20

    /// Number of rows that were staged for a table.
    func count(_ table: StagingTable) -> Int { Int(counts[table.rawValue]) }

    /// The rows of a table whose buffer is full, as bytes of a binary COPY.
    mutating func nextFull() -> (StagingTable, [UInt8])? { next { $0.size >= Self.flushSize } }

    /// The rows of any table that still has some.
    mutating func nextRemaining() -> (StagingTable, [UInt8])? { next { !$0.isEmpty } }

    private mutating func next(where isDue: (CopyBuffer) -> Bool) -> (StagingTable, [UInt8])? {
        for table in StagingTable.allCases where isDue(buffers[table.rawValue]) {
            return (table, buffers[table.rawValue].drain())
        }
        return nil
    }

    /// Stages a record.
    mutating func add(_ record: CatalogRecord) {
        switch record {
        case .track(let track): add(track)
        case .playlist(let playlist): add(playlist)
        case .playlistEntry(let entry): add(entry)
        case .features(let features): add(features)
        case .analysis(let analysis): add(analysis)
        case .savedTrack(let saved): add(saved)
        case .artist(let artist): _ = number(of: artist)
        case .album(let album): _ = number(of: album, fallback: nil)
        }
    }

    private mutating func row(
        _ table: StagingTable, columns: Int, _ fill: (inout CopyBuffer, Int32) -> Void
    ) -> Int32 {
        let no = counts[table.rawValue]
        counts[table.rawValue] += 1
        buffers[table.rawValue].beginRow(columns: columns)
        fill(&buffers[table.rawValue], no)
        return no
    }

    private mutating func number(of artist: ArtistRecord) -> Int32? {
        if let known = artists[artist] { return known }
        guard let name = artist.name.storable else { return nil }
        let no = row(.artist, columns: 7) { buffer, no in
            buffer.append(no)
            buffer.append(artist.id)
            buffer.append(name)
            buffer.append(RecordingKey.normalized(name))
            buffer.append(artist.genres.storable)
            buffer.append(artist.popularity.map { Int32(clamping: $0) })
        }
        if artists.count >= Self.remembered { artists = [:] }
        artists[artist] = no
        return no
    }

    private mutating func number(of album: AlbumRecord, fallback: Int32?) -> Int32? {
        let name = album.name?.storable
        guard name != nil || album.id != nil else { return nil }
        let credited = album.artists.compactMap { number(of: $0) }
        let key = AlbumKey(record: album, artist: credited.first ?? fallback)
        if let known = albums[key] { return known }
        let no = row(.album, columns: 9) { buffer, no in
            buffer.append(no)
            buffer.append(album.id)
            buffer.append(name)
            buffer.append(name.map(RecordingKey.normalized))
            buffer.append(key.artist)
            buffer.append(album.released?.description)
            buffer.append(album.kind?.storable)
            buffer.append(album.totalTracks.map { Int32(clamping: $0) })
        }
        if albums.count >= Self.remembered { albums = [:] }
        albums[key] = no
        return no
    }

    private mutating func add(_ track: TrackRecord) {
        let credited = track.artists.compactMap { number(of: $0) }
        let album = track.album.flatMap { number(of: $0, fallback: credited.first) }
        let credit = track.artists.map(\.name).joined(separator: " ").storable
        let no = row(.track, columns: 15) { buffer, no in
            buffer.append(no)
            buffer.append(track.ids[0])
            buffer.append(track.ids.dropFirst().contains { $0.namespace != "isrc" })
            buffer.append(track.name?.storable)
            buffer.append(credit)
            buffer.append(credited.isEmpty ? nil : credited)
            buffer.append(album)
            buffer.append(
                (track.released ?? track.album.flatMap { $0.id == nil && $0.name == nil ? $0.released : nil })?
                    .description)
            buffer.append(track.duration.map { Int32(clamping: $0) })
            buffer.append(track.popularity.map { Int32(clamping: $0) })
            buffer.append(track.explicit)
            buffer.append(track.trackNumber.map { Int32(clamping: $0) })
            buffer.append(track.discNumber.map { Int32(clamping: $0) })
            buffer.append(track.genres.storable)
        }
        for id in track.ids.dropFirst() { addAlias(id, of: no) }
        if tracks.count >= Self.remembered { tracks = [:] }
        tracks[track.ids[0]] = no
    }

    private mutating func addAlias(_ id: ExternalID, of track: Int32) {
        _ = row(.alias, columns: 4) { buffer, no in
            buffer.append(track)
            buffer.append(no)
            buffer.append(id)
        }
    }

    private mutating func subject(
        _ table: StagingTable, _ id: ExternalID, columns: Int, _ fill: (inout CopyBuffer) -> Void
    ) {
        let track = tracks[id]
        _ = row(table, columns: columns + 4) { buffer, no in
            buffer.append(no)
            buffer.append(track)
            buffer.append(track == nil ? id : nil)
            fill(&buffer)
        }
    }

    private mutating func add(_ record: FeaturesRecord) {
        guard !record.features.isEmpty else { return }
        if let track = tracks[record.track], track > lastWithFeatures {
            lastWithFeatures = track
        } else {
            featuresAreSingle = false
        }
        subject(.features, record.track, columns: 1 + AudioFeature.allCases.count) { buffer in
            buffer.append(record.provider.withoutZeros)
            for feature in AudioFeature.allCases { buffer.append(record.features[feature]) }
        }
    }

    private mutating func add(_ record: AnalysisRecord) {
        let metrics = (try? JSONEncoder().encode(record.metrics)).map { String(decoding: $0, as: UTF8.self) }
        guard let metrics, let track = record.track else {
            return subject(.analysis, ExternalID(namespace: "", value: ""), columns: 2) { buffer in
                buffer.append(record.provider.withoutZeros)
                buffer.append("{}")
            }
        }
        subject(.analysis, track, columns: 2) { buffer in
            buffer.append(record.provider.withoutZeros)
            buffer.append(metrics)
        }
    }

    private mutating func add(_ playlist: PlaylistRecord) {
        _ = row(.playlist, columns: 8) { buffer, no in
            buffer.append(no)
            buffer.append(playlist.id)
            buffer.append(playlist.name?.storable)
            buffer.append(playlist.summary?.storable)
            buffer.append(playlist.snapshot?.storable)
            buffer.append(playlist.owner?.storable)
            buffer.append(playlist.total.map { Int32(clamping: $0) })
        }
    }

    private mutating func add(_ entry: PlaylistEntryRecord) {
        subject(.entry, entry.track, columns: 4) { buffer in
            buffer.append(entry.playlist)
            buffer.append(entry.position.map { Int32(clamping: $0) })
            buffer.append(entry.addedAt)
        }
    }

    private mutating func add(_ saved: SavedTrackRecord) {
        subject(.saved, saved.track, columns: 1) { $0.append(saved.savedAt) }
    }
}

extension CopyBuffer {
    /// Appends namespace and value, or two nulls.
    fileprivate mutating func append(_ id: ExternalID?) {
        append(id?.namespace.withoutZeros)
        append(id?.value.withoutZeros)
    }
}

extension String {
    /// The text without U+0000, which PostgreSQL cannot store.
    var withoutZeros: String { utf8.contains(0) ? String(decoding: utf8.filter { $0 != 0 }, as: UTF8.self) : self }

    /// The text without U+0000, or nil where nothing is left.
    var storable: String? {
        let text = withoutZeros
        return text.isEmpty ? nil : text
    }
}

extension [String] {
    /// The texts that can be stored, or nil where there is none.
    fileprivate var storable: [String]? {
        let texts = compactMap(\.storable)
        return texts.isEmpty ? nil : texts
    }
}
