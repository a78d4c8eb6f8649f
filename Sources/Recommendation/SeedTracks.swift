internal import Catalog

/// The tracks that a request's seeds and negative seeds stand for, each once and with a vector.
struct SeedTracks: Sendable {
    /// What to find neighbours of; at least one.
    let positive: [TrackHandle]
    /// What to keep away from.
    let negative: [TrackHandle]

    /// Looks the references up; a track that is a seed is no negative seed as well.
    /// - Throws: `unknownSeeds`, or where no seed has a vector `emptySeeds` or `seedsWithoutFeatures`.
    init(
        positive: [EntityReference], negative: [EntityReference], members: [EntityReference: [TrackID]],
        catalog: ServingCatalog, limits: RecommendationLimits
    ) throws(RecommendationError) {
        let known = (positive + negative).map { ($0, Self.tracks($0, members, catalog)) }
        let unknown = known.filter { $0.1 == nil }
        guard unknown.isEmpty else { throw .unknownSeeds(unknown.map(\.0)) }
        var seen: Set<TrackHandle> = []
        func usable(_ references: ArraySlice<(EntityReference, [TrackHandle]?)>) -> [TrackHandle] {
            let found = references.flatMap { ($0.1 ?? []).prefix(limits.maximumSeedTracks) }
            let new = found.filter {
                catalog.snapshot($0).location($0.row) != nil && seen.insert($0).inserted
            }
            return Array(new.prefix(limits.maximumSeedTracks))
        }
        self.positive = usable(known[..<positive.count])
        guard !self.positive.isEmpty else {
            let held = positive.filter { members[$0]?.isEmpty != true }
            throw held.isEmpty ? .emptySeeds(positive) : .seedsWithoutFeatures(held)
        }
        self.negative = usable(known[positive.count...])
    }

    /// Makes one track the only seed.
    init(_ track: TrackHandle) {
        positive = [track]
        negative = []
    }

    /// The tracks of the catalog that a reference stands for, or nil where it names nothing known.
    static func tracks(
        _ reference: EntityReference, _ members: [EntityReference: [TrackID]], _ catalog: ServingCatalog
    ) -> [TrackHandle]? {
        if let tracks = members[reference] { return tracks.compactMap { catalog.track($0) } }
        guard reference.kind == .track else { return nil }
        return catalog.track(reference.id).map { [$0] }
    }
}
