public import Catalog
internal import Features
internal import Rules
internal import VectorIndex

/// Answers requests from one serving catalog; touches no database and keeps no state.
public struct Recommender: Sendable {
    let catalog: ServingCatalog

    /// Answers from a catalog.
    public init(_ catalog: ServingCatalog) { self.catalog = catalog }

    /// Finds the nearest neighbours of the request's seeds under its rules, each with an explanation that adds up.
    ///
    /// `playlists` holds the tracks of every playlist among the seeds; a seed that is neither there nor a track of the
    /// catalog is unknown.
    /// - Throws: `RecommendationError` where there is nothing to compare with.
    public func recommend(
        _ request: RecommendationRequest, playlists: [EntityReference: [TrackID]] = [:],
        limits: RecommendationLimits = RecommendationLimits()
    ) throws(RecommendationError) -> RecommendationAnswer {
        let seeds = try resolve(request.seeds, playlists, limits)
        let query = try makeQuery(seeds, weights: request.weights)
        let selection = Selection(catalog: catalog, request: request, seeds: seeds)
        let search = CandidateSearch(catalog: catalog, query: query, selection: selection, target: request.target)
        let (chosen, pool) = try run(search, k: request.k)
        let explainer = Explainer(catalog: catalog, query: query, seeds: seeds, request: request)
        return RecommendationAnswer(
            generation: catalog.generation, seeds: seeds.map(describe), pool: pool,
            items: chosen.map { candidate in
                RecommendationAnswer.Item(
                    track: candidate.track, score: candidate.score,
                    explanation: request.explain == .none ? nil : explainer.explain(candidate))
            }, catalog: catalog)
    }

    private func run(
        _ search: CandidateSearch, k: Int
    ) throws(RecommendationError) -> ([Candidate], Pool) {
        do throws(VectorIndexError) { return try search.run(k: k) } catch { throw .indexFailed(error.description) }
    }

    private func describe(_ seed: TrackHandle) -> RecommendationAnswer.Seed {
        RecommendationAnswer.Seed(track: seed, coverage: catalog.snapshot(seed).coverage(seed.row).blocks)
    }

    /// The seeds' tracks, each once, in order.
    private func resolve(
        _ references: [EntityReference], _ playlists: [EntityReference: [TrackID]], _ limits: RecommendationLimits
    ) throws(RecommendationError) -> [TrackHandle] {
        var unknown: [EntityReference] = []
        var found: [TrackHandle] = []
        for reference in references {
            if let tracks = playlists[reference] {
                found += tracks.lazy.compactMap { catalog.track($0) }.prefix(limits.maximumSeedTracks)
            } else if reference.kind == .track, let track = catalog.track(reference.id) {
                found.append(track)
            } else {
                unknown.append(reference)
            }
        }
        guard unknown.isEmpty else { throw .unknownSeeds(unknown) }
        var seen: Set<TrackHandle> = []
        let usable = found.filter { catalog.snapshot($0).location($0.row) != nil && seen.insert($0).inserted }
        guard !usable.isEmpty else { throw .seedsWithoutFeatures(references) }
        return Array(usable.prefix(limits.maximumSeedTracks))
    }

    private func makeQuery(
        _ seeds: [TrackHandle], weights: [Block: Float]
    ) throws(RecommendationError) -> SeedQuery {
        // A weight on a block that this space does not have changes nothing, as the block contributes nothing.
        let known = weights.filter { weight in catalog.space.blocks.contains { $0.block == weight.key } }
        do throws(FeatureSpaceError) {
            let query = try SeedQuery(seeds: seeds.compactMap { catalog.vector($0) })
            return known.isEmpty ? query : try query.reweighted(known, in: catalog.space)
        } catch {
            throw .nothingToCompare
        }
    }
}

/// A candidate with its score and what the score is made of.
struct Candidate: Sendable {
    var track: TrackHandle
    /// The track's internal id, by which equal scores are ordered.
    var id: Int64
    /// Inner product of query and vector.
    var similarity: Float
    /// Closeness to the wished values, 0 to 1; 0 where none are wished.
    var closeness: Float
    /// `similarity`, mixed with `closeness` where values are wished.
    var score: Float
}
