internal import Catalog
internal import Recommendation

/// Asks the database which tracks playlists, albums, artists and tags stand for.
struct SeedMembers: Sendable {
    let store: any CatalogReading
    let limits: RecommendationLimits

    /// The references of a request whose tracks only the database knows.
    static func unresolved(in request: RecommendationRequest) -> Set<EntityReference> {
        var references: Set<EntityReference> = []
        for list in [request.seeds, request.negative, request.exclude] {
            for reference in list where reference.kind != .track { references.insert(reference) }
        }
        return references
    }

    /// The tracks of each reference that the catalog has; a part of a seed does not stand for the seed.
    /// - Throws: `CatalogStoreError`.
    func tracks(in request: RecommendationRequest) async throws -> [EntityReference: [TrackID]] {
        let partial = try await partial(among: request.seeds + request.negative)
        var members: [EntityReference: [TrackID]] = [:]
        for reference in Self.unresolved(in: request) where !partial.contains(reference) {
            members[reference] = try await store.tracks(of: reference, limit: limits.maximumSeedTracks)
        }
        return members
    }

    /// Those that the catalog has in part only.
    /// - Throws: `CatalogStoreError`.
    func partial(among references: [EntityReference]) async throws -> Set<EntityReference> {
        var partial: Set<EntityReference> = []
        for reference in Set(references) where reference.kind == .playlist {
            if try await store.isPartial(reference) { partial.insert(reference) }
        }
        return partial
    }
}
