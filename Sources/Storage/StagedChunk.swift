internal import Catalog

/// What was staged since the last merge.
struct StagedChunk: Sendable {
    /// Rows of each table.
    var counts = [Int](repeating: 0, count: StagingTable.allCases.count)
    /// Rows of each table that name their track by external id, since it was not staged before them.
    var unnumbered = [Int](repeating: 0, count: StagingTable.allCases.count)
    /// Whether every staged row of features is about a track of this chunk, and no two about the same one.
    var featuresAreSingle = true
    /// Numbers of the first rows of artists and albums; from 0 on nothing refers to rows of earlier chunks any more.
    var firstArtist: Int32 = 0
    var firstAlbum: Int32 = 0
    /// Artists, albums and tracks that are not among the rows, because new ones among them need no staging.
    var artists: [StagedArtist] = []
    var albums: [StagedAlbum] = []
    var tracks: [StagedTrack] = []
    /// Playlists and entries that are not among the rows, because those of new playlists need no staging.
    var playlists: [PlaylistRecord] = []
    var entries: [StagedEntry] = []

    /// Number of rows of a table.
    func count(_ table: StagingTable) -> Int { counts[table.rawValue] }

    /// Number of rows of a table that name their track by number.
    func numbered(_ table: StagingTable) -> Int { counts[table.rawValue] - unnumbered[table.rawValue] }

    /// Adds the numbers of another chunk.
    mutating func add(_ other: StagedChunk) {
        counts = zip(counts, other.counts).map(+)
        unnumbered = zip(unnumbered, other.unnumbered).map(+)
    }
}

/// An entry of a playlist on its way into the catalog.
struct StagedEntry: Sendable {
    /// The number of its track among all of the import; nil where its id was not among those of the chunk's tracks.
    let track: Int32?
    /// What the source says.
    let record: PlaylistEntryRecord
}
