internal import Catalog
internal import Foundation
internal import Postgres

/// Turns records into rows for the staging tables, in bounded memory.
///
/// Artists and albums repeat from track to track: they are remembered, from chunk to chunk, and not staged again. The
/// memory is emptied when it is full; a repetition after that is staged again and merged by the database.
struct ImportStaging: Sendable {
    private struct AlbumKey: Hashable {
        let record: AlbumRecord
        let artist: Int32?
    }

    /// Whether artists, albums, tracks and playlists are held until their chunk ends, rather than staged at once.
    private let isHolding: Bool
    private(set) var rows = StagingRows()
    /// The tracks of a chunk, where they are held; so its artists, albums, playlists and entries.
    private var held: [StagedTrack] = []
    private var heldArtists: [StagedArtist] = []
    private var heldAlbums: [StagedAlbum] = []
    private var heldPlaylists: [PlaylistRecord] = []
    private var sizeOfPlaylists = 0
    private var heldEntries: [StagedEntry] = []
    /// Records of one kind in a chunk; the first one is small, so that the database has work early.
    private var capacity = Self.chunkTracks / 8
    /// Records of tracks in this chunk, those included that say nothing new.
    private var trackRecords = 0
    /// Records of audio features so far that came after their track.
    private var featureRecords = 0
    private var next: (artist: Int32, album: Int32, track: Int32) = (0, 0, 0)
    /// Where the numbers of this chunk's artists and albums begin.
    private var first: (artist: Int32, album: Int32) = (0, 0)
    /// Those that are remembered, by their numbers less `forgotten`.
    private var artists = DifferentKeys<ArtistRecord>()
    private var albums = DifferentKeys<AlbumKey>()
    private var forgotten: (artists: Int32, albums: Int32) = (0, 0)
    private var tracks = TrackNumbers()
    private var mentions: Set<String> = []
    /// Whether every row of features is about a staged track, and no two about the same one.
    private var featuresAreSingle = true
    /// The greatest staged track that has features; while they come in order of track, no two are about the same one.
    private var lastWithFeatures: Int32 = -1

    private static let remembered = 1 << 16
    /// Large enough that what each statement costs by itself does not count, small enough that several fit in memory.
    private static let chunkTracks = 1 << 14
    /// Bytes of descriptions of playlists, which may be long.
    private static let chunkSizeOfPlaylists = 1 << 20

    /// Begins; `holding` where `endChunk` will be called whenever a chunk is full.
    init(holding: Bool = false) { isHolding = holding }

    /// Number of rows that were staged for a table in this chunk, and of those that are held.
    func count(_ table: StagingTable) -> Int {
        switch table {
        case .artist: rows.counts.count(table) + heldArtists.count
        case .album: rows.counts.count(table) + heldAlbums.count
        case .track: rows.counts.count(table) + held.count
        case .playlist: rows.counts.count(table) + heldPlaylists.count
        case .entry: rows.counts.count(table) + heldEntries.count
        default: rows.counts.count(table)
        }
    }

    /// Whether the chunk is large enough to be merged.
    var isChunkFull: Bool {
        // An entry comes with its track, unless that is only mentioned.
        let mentioned = heldEntries.count - trackRecords
        return isHolding
            && (trackRecords >= capacity || mentioned >= capacity || sizeOfPlaylists >= Self.chunkSizeOfPlaylists)
    }

    /// The rows of a table whose buffer is full, as bytes of a binary COPY.
    mutating func nextFull() -> (StagingTable, [UInt8])? { rows.nextFull() }

    /// The rows of any table that still has some.
    mutating func nextRemaining() -> (StagingTable, [UInt8])? { rows.nextRemaining() }

    /// Ends a chunk and begins another; rows that were not handed out yet belong to the one that ended.
    mutating func endChunk() -> StagedChunk {
        var chunk = rows.takeCounts()
        chunk.featuresAreSingle = featuresAreSingle
        (chunk.artists, chunk.albums, chunk.tracks) = (heldArtists, heldAlbums, held)
        (chunk.playlists, chunk.entries) = (heldPlaylists, heldEntries)
        (chunk.firstArtist, chunk.firstAlbum) = first
        (heldArtists, heldAlbums, held, trackRecords) = ([], [], [], 0)
        (heldPlaylists, heldEntries, sizeOfPlaylists) = ([], [], 0)
        tracks.removeAll()
        capacity = min(capacity * 2, Self.chunkTracks)
        (featuresAreSingle, lastWithFeatures) = (true, -1)
        if Int(next.artist) + Int(next.album) >= Self.remembered { forgetNames() }
        first = (next.artist, next.album)
        return chunk
    }

    /// Between chunks: those that follow refer to none of the artists and albums before.
    private mutating func forgetNames() {
        (artists, albums) = (DifferentKeys(), DifferentKeys())
        (next.artist, next.album) = (0, 0)
        forgotten = (0, 0)
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
        case .mention(let mention): add(mention)
        case .play(let play): add(play)
        }
    }

    private mutating func number(of artist: ArtistRecord) -> Int32? {
        guard let name = artist.name.storable else { return nil }
        if artists.count >= Self.remembered { (artists, forgotten.artists) = (DifferentKeys(), next.artist) }
        let no = forgotten.artists + Int32(artists.place(of: artist))
        guard no == next.artist else { return no }
        let staged = StagedArtist(no: no, record: artist, name: name)
        if isHolding { heldArtists.append(staged) } else { rows.add(staged) }
        next.artist += 1
        return no
    }

    private mutating func number(of album: AlbumRecord, fallback: Int32?) -> Int32? {
        let name = album.name?.storable
        guard name != nil || album.id != nil else { return nil }
        let credited = album.artists.compactMap { number(of: $0) }
        // Who made an album that is only pointed at by its id is known elsewhere, or not at all.
        let key = AlbumKey(record: album, artist: credited.first ?? (name == nil ? nil : fallback))
        if albums.count >= Self.remembered { (albums, forgotten.albums) = (DifferentKeys(), next.album) }
        let no = forgotten.albums + Int32(albums.place(of: key))
        guard no == next.album else { return no }
        let staged = StagedAlbum(no: no, record: album, name: name, artist: key.artist)
        if isHolding { heldAlbums.append(staged) } else { rows.add(staged) }
        next.album += 1
        return no
    }

    private mutating func add(_ record: TrackRecord) {
        let credited = record.artists.compactMap { number(of: $0) }
        let album = record.album.flatMap { number(of: $0, fallback: credited.first) }
        var track = StagedTrack(no: next.track, record: record, artists: credited, album: album)
        trackRecords += 1
        if !isHolding, tracks.count >= Self.remembered { tracks = TrackNumbers() }
        let earlier = tracks.update(record.ids[0], to: track.no)
        // A table tells of a track again with every playlist that it is in.
        if isHolding, let earlier, held[place(of: earlier)].hasAll(of: track) {
            _ = tracks.update(record.ids[0], to: earlier)
            return
        }
        next.track += 1
        guard isHolding else {
            rows.add(track)
            return rows.addAliases(of: track)
        }
        if let earlier {
            held[place(of: earlier)].isRepeated = true
            track.isRepeated = true
        }
        held.append(track)
    }

    /// Where a track of this chunk is held.
    private func place(of no: Int32) -> Int { Int(no - (held.first?.no ?? no)) }

    private mutating func add(_ record: FeaturesRecord) {
        guard !record.features.isEmpty else { return }
        let track = tracks[record.track]
        if isHolding, let track {
            featureRecords += 1
            return held[place(of: track)].add(record, at: featureRecords)
        }
        if let track, track > lastWithFeatures {
            lastWithFeatures = track
        } else {
            featuresAreSingle = false
        }
        rows.add(record, about: track)
    }

    private mutating func add(_ record: AnalysisRecord) {
        let metrics = (try? JSONEncoder().encode(record.metrics)).map { String(decoding: $0, as: UTF8.self) }
        let id = record.track ?? ExternalID(namespace: "", value: "")
        rows.add(.analysis, about: metrics == nil ? nil : tracks[id], id, columns: 2) { buffer in
            buffer.append(record.provider.withoutZeros)
            buffer.append(metrics ?? "{}")
        }
    }

    private mutating func add(_ playlist: PlaylistRecord) {
        guard isHolding else { return rows.add(playlist) }
        heldPlaylists.append(playlist)
        sizeOfPlaylists += playlist.size
    }

    private mutating func add(_ entry: PlaylistEntryRecord) {
        let staged = StagedEntry(track: tracks[entry.track], record: entry)
        if isHolding { heldEntries.append(staged) } else { rows.add(staged) }
    }

    private mutating func add(_ mention: MentionRecord) {
        let handle = mention.handle.value.withoutZeros
        if mentions.count >= Self.remembered { mentions = [] }
        guard mentions.insert(handle).inserted else { return }
        _ = rows.add(.mention, columns: 8) { buffer, no in
            buffer.append(no)
            buffer.append(handle)
            buffer.append(Int32(clamping: mention.line))
            buffer.append(mention.ids.map(\.namespace.withoutZeros))
            buffer.append(mention.ids.map(\.value.withoutZeros))
            buffer.append(mention.artist?.storable)
            buffer.append(mention.title?.storable)
            buffer.append(mention.duration.map { Int32(clamping: $0) })
        }
    }

    private mutating func add(_ play: PlayRecord) {
        rows.add(.play, about: tracks[play.track], play.track, columns: 6) { buffer in
            buffer.append(play.source.withoutZeros)
            buffer.append(play.playedAt)
            buffer.append(play.kind.rawValue)
            buffer.append(play.heard.map { Int32(clamping: max(0, $0)) })
            buffer.append(play.reason?.storable)
            buffer.append(play.offline)
        }
    }

    private mutating func add(_ saved: SavedTrackRecord) {
        rows.add(.saved, about: tracks[saved.track], saved.track, columns: 1) { $0.append(saved.savedAt) }
    }
}
