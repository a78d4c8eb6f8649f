/// A consistent view of the catalog, as of one moment.
public protocol CatalogView: Sendable {
    /// The moment.
    func watermark() async throws -> Watermark
    /// Number of tracks.
    func trackCount() async throws -> Int
    /// The next tracks in order of id, at most `limit`; empty at the end.
    func tracks(after id: TrackID, limit: Int) async throws -> [CatalogTrack]
    /// The given tracks that exist, in order of id.
    func tracks(_ ids: [TrackID]) async throws -> [CatalogTrack]
    /// The next playlists that have tracks, in order of id, with about `limit` entries in all; empty at the end.
    ///
    /// A playlist is never split: the last one comes whole, however far past `limit` it reaches.
    func playlists(after id: PlaylistID, entries limit: Int) async throws -> [PlaylistContents]
    /// The given playlists that exist, in order of id; one without tracks has none.
    func playlists(_ ids: [PlaylistID]) async throws -> [PlaylistContents]
    /// The playlists that hold any of the given tracks, ascending, by track; tracks in none have no entry.
    func playlists(holding tracks: [TrackID]) async throws -> [TrackID: [PlaylistID]]
    /// What changed since a watermark of the same database, about `limit` changed tracks at a time.
    ///
    /// One transaction's tracks are never split, so a large import comes as one step even where it exceeds `limit`.
    /// Ask again with the answer's watermark until nothing unexpected comes; while older transactions are under way,
    /// the same tracks come again.
    /// - Throws: `CatalogStoreError.foreignWatermark`.
    func changes(since watermark: Watermark, limit: Int) async throws -> CatalogChanges
}
