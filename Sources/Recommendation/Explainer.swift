internal import Catalog
internal import Features
internal import Rules
internal import VectorIndex

/// Takes scores apart: into blocks and terms of the re-rank, into features inside the audio block, and into seeds.
struct Explainer {
    private let catalog: ServingCatalog
    private let query: SeedQuery
    private let contributions: QueryContributions
    /// Seeds, then negative seeds: in the order of the query's shares.
    private let seeds: [TrackHandle]
    private let positive: [TrackHandle]
    private let words: ExplanationWords
    private let isBrief: Bool

    /// Features named in a brief explanation.
    static let briefFeatures = 3
    /// Seeds listed in a brief explanation.
    static let briefSeeds = 5

    /// Prepares for the candidates of one query.
    init(catalog: ServingCatalog, query: SeedQuery, seeds: SeedTracks, request: RecommendationRequest) {
        self.catalog = catalog
        self.query = query
        contributions = QueryContributions(of: query.values, in: catalog.space)
        self.seeds = seeds.positive + seeds.negative
        positive = seeds.positive
        words = ExplanationWords(catalog: catalog, seeds: seeds.positive)
        isBrief = request.explain == .brief
    }

    /// Parts that sum to the candidate's score, and words made from them.
    /// - Throws: `VectorIndexError` where the index is damaged.
    func explain(_ candidate: Candidate) throws(VectorIndexError) -> Explanation {
        try catalog.segments[candidate.track.segment].index.withVector(at: candidate.location) { vector in
            explain(candidate, vector)
        }
    }

    private func explain(_ candidate: Candidate, _ vector: Span<Float>) -> Explanation {
        var seeds = seedShares(vector)
        var features = FeatureMatches(
            contributions.features(of: vector), of: candidate, seeds: seeds.lazy.map(\.seed), in: catalog)
        let parts = parts(candidate, vector)
        let pair = ExplanationWords.Pair(
            seed: ExplanationWords.Facts(seeds[0].seed, in: catalog),
            track: ExplanationWords.Facts(candidate.track, in: catalog),
            closest: candidate.closest.map { (positive[Int($0.place)], $0.cosine) })
        let sentence = words.sentence(parts, &features, of: pair)
        if isBrief { seeds.removeLast(max(0, seeds.count - Self.briefSeeds)) }
        let listed = features.first(isBrief ? Self.briefFeatures : .max)
        return Explanation(sentence: sentence, parts: parts, features: listed, seeds: seeds)
    }

    private func parts(_ candidate: Candidate, _ vector: Span<Float>) -> [Explanation.Part] {
        let share = candidate.ownShare
        var parts: [Explanation.Part] = []
        parts.reserveCapacity(contributions.blockCount + ScoreTerm.allCases.count)
        contributions.forEachBlock(of: vector) {
            parts.append(Explanation.Part(source: .block($0), contribution: $1 * share))
        }
        func append(_ term: ScoreTerm, _ contribution: Float) {
            parts.append(Explanation.Part(source: .term(term), contribution: contribution))
        }
        if candidate.popularity != 0 { append(.popularity, candidate.popularity * share) }
        if candidate.sameArtist != 0 { append(.sameArtist, candidate.sameArtist * share) }
        if candidate.closest != nil { append(.closestSeed, candidate.closestSeed * share) }
        if let closeness = candidate.closeness { append(.target, Candidate.targetShare * closeness) }
        parts.sort(by: Explanation.Part.isBefore)
        return parts
    }

    /// What each seed, and each negative seed, makes of the similarity.
    private func seedShares(_ vector: Span<Float>) -> [Explanation.SeedShare] {
        guard seeds.count > 1 else { return [Explanation.SeedShare(seed: seeds[0], share: 1)] }
        let contributions = query.shares(of: vector)
        let total = contributions.reduce(0, +)
        let shares = contributions.map { abs(total) > 1e-6 ? $0 / total : 1 / Float(contributions.count) }
        return zip(seeds, shares).map { Explanation.SeedShare(seed: $0, share: $1) }
            .sorted { $0.share != $1.share ? $0.share > $1.share : $0.seed.row < $1.seed.row }
    }
}

extension Explanation.Part {
    /// Greatest contribution first; equal ones by name.
    static func isBefore(_ one: Self, _ other: Self) -> Bool {
        one.contribution != other.contribution ? one.contribution > other.contribution : one.name < other.name
    }
}
