internal import VectorIndex

/// Chooses candidates one by one, each good and unlike the ones before it: maximal marginal relevance.
///
/// J. Carbonell and J. Goldstein, "The use of MMR, diversity-based reranking", SIGIR 1998. The next is the one with the
/// greatest `(1 - diversity) * score - diversity * (greatest cosine with one already chosen)`, scores scaled to 0...1.
struct Diversification {
    let catalog: ServingCatalog
    let diversity: Float

    /// At most `k` of the candidates, in the order of choosing.
    /// - Throws: `VectorIndexError` where an index is damaged.
    func choose(
        _ k: Int, of candidates: [Candidate]
    ) throws(VectorIndexError) -> [Candidate] {
        var pool = Pool(candidates: candidates, relevance: Self.scaled(candidates.map(\.score)))
        var chosen: [Candidate] = []
        while chosen.count < k, let place = pool.best(diversity) {
            pool.isLeft[place] = false
            chosen.append(candidates[place])
            guard chosen.count < k, let vector = catalog.direction(candidates[place].track) else { continue }
            for (number, segment) in catalog.segments.enumerated() {
                try pool.raise(segment: number, segment.index, towards: vector)
            }
        }
        return chosen
    }

    /// Scores from 0 for the least to 1 for the greatest; all 1 where they are equal.
    static func scaled(_ scores: [Float]) -> [Float] {
        guard let least = scores.min(), let greatest = scores.max(), greatest > least else {
            return scores.map { _ in 1 }
        }
        return scores.map { ($0 - least) / (greatest - least) }
    }

    /// Candidates with their greatest cosine with what was chosen so far.
    private struct Pool {
        let candidates: [Candidate]
        let relevance: [Float]
        var isLeft: [Bool]
        private var likeness: [Float]
        private let places: [Int: [Int]]

        init(candidates: [Candidate], relevance: [Float]) {
            self.candidates = candidates
            self.relevance = relevance
            isLeft = Array(repeating: true, count: candidates.count)
            likeness = Array(repeating: -1, count: candidates.count)
            places = Dictionary(grouping: candidates.indices) { candidates[$0].track.segment }
        }

        /// Before anything is chosen likeness is the same for all, so that the most relevant comes first.
        func best(_ diversity: Float) -> Int? {
            var best: (place: Int, value: Float)?
            for place in candidates.indices where isLeft[place] {
                let value = (1 - diversity) * relevance[place] - diversity * likeness[place]
                if value > best?.value ?? -.infinity { best = (place, value) }
            }
            return best?.place
        }

        mutating func raise(
            segment: Int, _ index: VectorIndex, towards vector: [Float]
        ) throws(VectorIndexError) {
            guard let members = places[segment] else { return }
            let locations = members.map { candidates[$0].location }
            let cosines = try index.scores(of: locations.span, query: vector.span)
            for (place, cosine) in zip(members, cosines) { likeness[place] = max(likeness[place], cosine) }
        }
    }
}
