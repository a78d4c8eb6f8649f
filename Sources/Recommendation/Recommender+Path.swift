public import Catalog
internal import Features
internal import VectorIndex

extension Recommender {
    /// A sequence of tracks from one to another in which each is close to the one before it.
    /// - Parameters:
    ///   - from: the track that the sequence begins with.
    ///   - to: the track that it ends with.
    ///   - steps: tracks between the two, at least 1.
    /// - Throws: `unknownSeeds`, `seedsWithoutFeatures`, or `indexFailed`.
    public func path(
        from: EntityReference, to: EntityReference, steps: Int
    ) throws(RecommendationError) -> PathAnswer {
        precondition(steps >= 1, "a path has at least one track between its ends")
        let ends = try [from, to].map { (reference) throws(RecommendationError) in
            try SeedTracks(
                positive: [reference], negative: [], members: [:], catalog: catalog, limits: RecommendationLimits()
            ).positive[0]
        }
        let (start, end) = (ends[0], ends[1])
        let path = SmoothPath(catalog: catalog, from: start, to: end)
        let between = start == end ? [] : try onIndex { () throws(VectorIndexError) in try path.tracks(steps) }
        let sequence = [start] + between + [end]
        return PathAnswer(
            generation: catalog.generation, from: start, to: end,
            steps: try zip(sequence, sequence.dropFirst()).map { (one, next) throws(RecommendationError) in
                try step(from: one, to: next)
            },
            reason: Self.reason(found: between.count, wanted: steps, isSame: start == end), catalog: catalog)
    }

    private static func reason(found: Int, wanted: Int, isSame: Bool) -> String? {
        if isSame { return "from and to are the same track" }
        guard found < wanted else { return nil }
        return "only \(found) of \(wanted) points between the two have a track of their own near them; ask for fewer"
    }

    private func step(from: TrackHandle, to: TrackHandle) throws(RecommendationError) -> PathAnswer.Step {
        guard let vector = catalog.vector(to), let location = catalog.snapshot(to).location(to.row),
            let query = try? SeedQuery(seeds: [from].compactMap { catalog.vector($0) }, in: catalog.space)
        else { throw .nothingToCompare }
        let similarity = query.shares(of: vector.span).reduce(0, +)
        let explainer = Explainer(
            catalog: catalog, query: query, seeds: SeedTracks(from), request: RecommendationRequest(seeds: []))
        let candidate = Candidate(
            track: to, id: catalog.id(to).rawValue, location: location,
            recording: catalog.snapshot(to).recording(to.row), similarity: similarity)
        return PathAnswer.Step(
            track: to, similarity: similarity,
            explanation: try onIndex { () throws(VectorIndexError) in try explainer.explain(candidate) })
    }
}
