internal import Catalog
internal import Features
internal import Rules

/// Takes a score apart: into blocks and terms of the re-rank, into features inside the audio block, and into seeds.
struct Explainer {
    let catalog: ServingCatalog
    let query: SeedQuery
    let seeds: SeedTracks
    let request: RecommendationRequest

    /// Features named in a brief explanation.
    static let briefFeatures = 3
    /// Seeds listed in a brief explanation.
    static let briefSeeds = 5

    /// Parts that sum to the candidate's score, and words made from them.
    func explain(_ candidate: Candidate) -> Explanation {
        guard let vector = catalog.vector(candidate.track) else {
            preconditionFailure("a candidate comes from the index and so has a vector")
        }
        let seeds = seedShares(vector)
        let features = featureMatches(candidate, vector, seeds: seeds.map(\.seed))
        let parts = parts(candidate, vector).sorted { ($0.contribution, $1.name) > ($1.contribution, $0.name) }
        let words = ExplanationWords(
            catalog: catalog, seed: seeds[0].seed, track: candidate.track, seeds: self.seeds.positive,
            closest: candidate.closest.map { (self.seeds.positive[$0.place], $0.cosine) })
        let isBrief = request.explain == .brief
        return Explanation(
            text: words.sentence(parts, features), parts: parts,
            features: isBrief ? Array(features.prefix(Self.briefFeatures)) : features,
            seeds: isBrief ? Array(seeds.prefix(Self.briefSeeds)) : seeds)
    }

    private func parts(_ candidate: Candidate, _ vector: [Float]) -> [Explanation.Part] {
        let share = candidate.ownShare
        var parts = catalog.space.contributions(query: query.values.span, vector: vector.span).map {
            Explanation.Part(name: $0.block.rawValue, contribution: $0.contribution * share)
        }
        if candidate.popularity != 0 {
            parts.append(.init(name: ScoreTerm.popularity.rawValue, contribution: candidate.popularity * share))
        }
        if candidate.sameArtist != 0 {
            parts.append(.init(name: ScoreTerm.sameArtist.rawValue, contribution: candidate.sameArtist * share))
        }
        if candidate.closest != nil {
            parts.append(.init(name: ScoreTerm.closestSeed.rawValue, contribution: candidate.closestSeed * share))
        }
        if let closeness = candidate.closeness {
            parts.append(.init(name: ScoreTerm.target.rawValue, contribution: Candidate.targetShare * closeness))
        }
        return parts
    }

    /// What each seed, and each negative seed, makes of the similarity.
    private func seedShares(_ vector: [Float]) -> [Explanation.SeedShare] {
        let contributions = query.shares(of: vector.span)
        let total = contributions.reduce(0, +)
        let shares = contributions.map { abs(total) > 1e-6 ? $0 / total : 1 / Float(contributions.count) }
        return zip(seeds.positive + seeds.negative, shares).map { Explanation.SeedShare(seed: $0, share: $1) }
            .sorted { ($0.share, $1.seed.row) > ($1.share, $0.seed.row) }
    }

    /// Features that the track shares with the seeds, strongest first; each value is a track's own, the seed's that of
    /// the seed with the greatest share that has the feature.
    private func featureMatches(
        _ candidate: Candidate, _ vector: [Float], seeds: [TrackHandle]
    ) -> [Explanation.FeatureMatch] {
        let matches = catalog.space.featureContributions(query: query.values.span, vector: vector.span)
            .compactMap { part -> Explanation.FeatureMatch? in
                let field = NumberField.feature(part.feature)
                guard let mine = seeds.lazy.compactMap({ catalog.snapshot($0).number(field, $0.row) }).first,
                    let theirs = catalog.snapshot(candidate.track).number(field, candidate.track.row)
                else { return nil }
                return .init(
                    name: part.feature.name, seed: mine, track: theirs,
                    contribution: part.contribution * candidate.ownShare)
            }
        return matches.sorted { ($0.contribution, $1.name) > ($1.contribution, $0.name) }
    }
}
