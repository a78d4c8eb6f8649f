public import Catalog
public import Sampling

/// Which playlists several runs are for.
public enum PlaylistSelection: Sendable, Hashable {
    /// These.
    case numbers([PlaylistID])
    /// A listener's.
    case listener(String)
    /// Every one.
    case all

    /// The playlists, by number; one that is named twice once.
    /// - Throws: `PlaylistError.unknownListener`, `CatalogStoreError`.
    public func playlists(in store: any PlaylistStore) async throws -> [PlaylistID] {
        switch self {
        case .numbers(let ids):
            var named: Set<PlaylistID> = []
            return ids.filter { named.insert($0).inserted }
        case .all: return try await store.madePlaylists(of: nil).map(\.id)
        case .listener(let name):
            guard try await store.listeners().contains(where: { $0.name == name }) else {
                throw PlaylistError.unknownListener(name)
            }
            return try await store.madePlaylists(of: name).map(\.id)
        }
    }
}
