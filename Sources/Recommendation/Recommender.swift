public import Catalog
internal import Features
internal import VectorIndex

/// Answers requests from one serving catalog; touches no database and keeps no state.
public struct Recommender: Sendable {
    let catalog: ServingCatalog
    let tuning: RecommendationTuning

    /// Answers from a catalog; `tuning` holds the numbers of the re-rank.
    public init(_ catalog: ServingCatalog, tuning: RecommendationTuning = RecommendationTuning()) {
        self.catalog = catalog
        self.tuning = tuning
    }

    /// Finds the nearest neighbours of the request's seeds under its rules, each with an explanation that adds up.
    ///
    /// `members` holds the tracks of every playlist, album, artist and tag among the seeds, negative seeds and
    /// exclusions; a seed that is neither there nor a track of the catalog is unknown.
    /// - Throws: `RecommendationError` where there is nothing to compare with.
    public func recommend(
        _ request: RecommendationRequest, members: [EntityReference: [TrackID]] = [:],
        limits: RecommendationLimits = RecommendationLimits()
    ) throws(RecommendationError) -> RecommendationAnswer {
        let weights = applicable(request.weights)
        let seeds = try SeedTracks(
            positive: request.seeds, negative: request.negative, members: members, catalog: catalog, limits: limits)
        let query = try makeQuery(seeds, weights)
        let (chosen, pool) = try search(request, seeds, query, weights, members)
        catalog.prefetchFacts(of: chosen)
        let explainer =
            request.explain == .none
            ? nil : Explainer(catalog: catalog, query: query, seeds: seeds, request: request)
        let items = try arranged(chosen, request.order).map { (candidate) throws(RecommendationError) in
            RecommendationAnswer.Item(
                track: candidate.track, score: candidate.score,
                explanation: try onIndex { () throws(VectorIndexError) in try explainer?.explain(candidate) })
        }
        return RecommendationAnswer(
            generation: catalog.generation, seeds: seeds.positive.map(describe), pool: pool, items: items,
            catalog: catalog)
    }

    private func search(
        _ request: RecommendationRequest, _ seeds: SeedTracks, _ query: SeedQuery, _ weights: [Block: Float],
        _ members: [EntityReference: [TrackID]]
    ) throws(RecommendationError) -> ([Candidate], Pool) {
        let excluded = request.exclude.flatMap { SeedTracks.tracks($0, members, catalog) ?? [] }
        let selection = try Selection(
            catalog: catalog, request: request, known: seeds.positive + seeds.negative, excluded: excluded,
            tuning: tuning)
        let reranking =
            request.strategy == .cosine
            ? Reranking.none
            : Reranking(
                catalog: catalog, seeds: seeds.positive, weights: weights, discovery: request.discovery,
                tuning: tuning)
        let search = CandidateSearch(
            catalog: catalog, query: query, selection: selection, reranking: reranking, request: request,
            tuning: tuning)
        return try onIndex { () throws(VectorIndexError) in try search.run() }
    }

    /// Runs what only a damaged index can make fail.
    func onIndex<Result>(
        _ body: () throws(VectorIndexError) -> Result
    ) throws(RecommendationError) -> Result {
        do throws(VectorIndexError) { return try body() } catch { throw .indexFailed(error.description) }
    }

    private func arranged(_ chosen: [Candidate], _ order: RecommendationRequest.Order) -> [Candidate] {
        guard order == .smooth else { return chosen }
        let vectors = chosen.compactMap { catalog.direction($0.track) }
        return SmoothOrder.order(vectors).map { chosen[$0] }
    }

    private func describe(_ seed: TrackHandle) -> RecommendationAnswer.Seed {
        RecommendationAnswer.Seed(track: seed, coverage: catalog.snapshot(seed).coverage(seed.row).blocks)
    }

    /// A weight on a block that this space does not have changes nothing, as the block contributes nothing.
    private func applicable(_ weights: [Block: Float]) -> [Block: Float] {
        weights.filter { weight in catalog.space.blocks.contains { $0.block == weight.key } }
    }

    /// u(mean of the seeds - step * mean of the negative seeds).
    private func makeQuery(_ seeds: SeedTracks, _ weights: [Block: Float]) throws(RecommendationError) -> SeedQuery {
        let all = seeds.positive + seeds.negative
        let shares =
            seeds.positive.map { _ in 1 / Float(seeds.positive.count) }
            + seeds.negative.map { _ in -tuning.negativeStep / Float(seeds.negative.count) }
        do throws(FeatureSpaceError) {
            let query = try SeedQuery(seeds: all.compactMap { catalog.vector($0) }, weights: shares, in: catalog.space)
            return weights.isEmpty ? query : try query.reweighted(weights, in: catalog.space)
        } catch {
            throw .nothingToCompare
        }
    }
}
