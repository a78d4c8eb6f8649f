internal import Catalog
internal import Sampling
internal import VectorIndex

extension Selection {
    /// Candidates that chance chooses diverse ones from, for each track wanted.
    private static let drawnPerTrack = 3

    /// Draws from candidates by weight, without replacement: a track is likelier the better it fits and the further it
    /// has recovered. The drawn stand best first, as answers do.
    /// - Throws: `VectorIndexError` where an index is damaged.
    func draw(
        _ candidates: [Candidate], of query: [Float], _ k: Int
    ) throws(VectorIndexError) -> ([Candidate], Pool) {
        // Chance goes by scores as they are, not by what they may be at most.
        var exact = Ranking(candidates, query: query, catalog: catalog)
        let scored = try exact.first(candidates.count)
        var filter = Filter(
            excluded: excluded, recordings: known, resting: request.resting, capacity: candidates.count)
        var cap = ArtistCap(catalog: catalog, limit: request.perArtist)
        // Every one is asked, for the counts.
        let capped = shuffled(scored).filter { filter.admits($0) }.filter { cap.admits($0) }
        let wanted = request.diversity > 0 ? k * Self.drawnPerTrack : k
        var ranking = Ranking(Array(capped.prefix(wanted)), query: query, catalog: catalog)
        let drawn = try ranking.first(wanted)
        let chosen = request.diversity > 0 ? try diverse(drawn, k) : drawn
        var counts = Pool()
        counts.candidates = candidates.count
        (counts.afterRules, counts.afterCooldown) = (filter.allowed, filter.rested)
        counts.afterDuplicates = filter.admitted
        counts.afterArtistCap = request.perArtist == nil ? filter.admitted : capped.count
        counts.returned = chosen.count
        return (chosen, counts)
    }

    /// In order of the keys of a weighted sample.
    private func shuffled(_ candidates: [Candidate]) -> [Candidate] {
        let keyed = candidates.map { candidate in
            let recovery = request.resting[candidate.recording] ?? 1
            // One that is held back is refused later; it only needs a place.
            let key = SamplingKey(
                track: TrackID(rawValue: candidate.id), score: Double(candidate.score),
                weight: Double(max(recovery, .leastNonzeroMagnitude)), temperature: Double(request.temperature),
                seed: request.randomSeed)
            return (candidate: candidate, key: key)
        }
        return keyed.sorted { $0.key > $1.key }.map(\.candidate)
    }
}
