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

    /// A playlist that can be shown: made by a recipe, or kept up by a rule set.
    enum Shown: Sendable {
        case made(MadePlaylist)
        case kept(RulePlaylist)
    }

    /// A playlist by its number.
    /// - Throws: `PlaylistError.unknownPlaylist`, `CatalogStoreError`.
    func playlist(_ id: PlaylistID) async throws -> Shown {
        if let made = try await store.madePlaylist(id) { return .made(made) }
        guard let kept = try await store.rulePlaylists().first(where: { $0.id == id }) else {
            throw PlaylistError.unknownPlaylist(id)
        }
        return .kept(kept)
    }

    /// What the catalog knows of tracks; those that are gone are not there.
    /// - Throws: `CatalogStoreError`.
    func tracks(_ ids: [TrackID]) async throws -> [TrackID: CatalogTrack] {
        guard !ids.isEmpty else { return [:] }
        let found = try await catalog.withView { try await $0.tracks(Array(Set(ids))) }
        return Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
    }
}
