public import Catalog
public import Jobs
public import Playlists
public import Sampling

/// What the routes of playlists, listeners and feedback need.
public struct PlaylistAccess: Sendable {
    /// Makes playlists.
    public var maker: PlaylistMaker
    /// Keeps them.
    public var store: any PlaylistStore
    /// Says what tracks are.
    public var catalog: any CatalogReading
    /// Keeps schedules; nil where playlists cannot be scheduled.
    public var schedules: (any JobStore)?

    /// Puts the parts together.
    public init(
        maker: PlaylistMaker, store: any PlaylistStore, catalog: any CatalogReading, schedules: (any JobStore)? = nil
    ) {
        (self.maker, self.store, self.catalog, self.schedules) = (maker, store, catalog, schedules)
    }

    /// The kind of job by which schedules reshuffle.
    public static let jobKind = "playlist.reshuffle"

    /// The name of a playlist's schedule.
    public static func scheduleName(of id: PlaylistID) -> String { "playlist-\(id.rawValue)" }

    /// What the catalog knows of tracks; those that are gone are not there.
    /// - Throws: `CatalogStoreError`.
    func tracks(_ ids: [TrackID]) async throws -> [TrackID: CatalogTrack] {
        guard !ids.isEmpty else { return [:] }
        let found = try await catalog.withView { try await $0.tracks(Array(Set(ids))) }
        return Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
    }
}
