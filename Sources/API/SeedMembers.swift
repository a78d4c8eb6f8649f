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

    /// The tracks of each reference that the catalog has.
    /// - Throws: `CatalogStoreError`.
    func tracks(of references: Set<EntityReference>) async throws -> [EntityReference: [TrackID]] {
        var members: [EntityReference: [TrackID]] = [:]
        for reference in references {
            members[reference] = try await store.tracks(of: reference, limit: limits.maximumSeedTracks)
        }
        return members
    }
}
