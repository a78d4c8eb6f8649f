internal import Catalog
internal import Features
internal import Rules

/// Features that a candidate shares with the seeds, strongest first; each value is a track's own, the seed's that of the
/// seed with the greatest share that has the feature.
///
/// Values are looked up only as far as somebody asks: each lies somewhere else in memory.
struct FeatureMatches {
    private let contributions: [FeatureContribution]
    private let candidate: Candidate
    private let seeds: [TrackHandle]
    private let catalog: ServingCatalog
    private var found: [Explanation.FeatureMatch] = []
    private var asked = 0

    /// - Parameter seeds: by falling share.
    init(
        _ contributions: [FeatureContribution], of candidate: Candidate, seeds: some Sequence<TrackHandle>,
        in catalog: ServingCatalog
    ) {
        var contributions = contributions
        contributions.sort {
            $0.contribution != $1.contribution
                ? $0.contribution > $1.contribution : $0.feature.name < $1.feature.name
        }
        self.contributions = contributions
        (self.candidate, self.seeds, self.catalog) = (candidate, Array(seeds), catalog)
    }

    /// The match at a place, or nil where there are not as many.
    subscript(place: Int) -> Explanation.FeatureMatch? {
        mutating get {
            while found.count <= place, asked < contributions.count {
                if let match = match(contributions[asked]) { found.append(match) }
                asked += 1
            }
            return place < found.count ? found[place] : nil
        }
    }

    /// The strongest matches, `limit` at most.
    mutating func first(_ limit: Int) -> [Explanation.FeatureMatch] {
        var place = 0
        while place < limit, self[place] != nil { place += 1 }
        return found.count > limit ? Array(found.prefix(limit)) : found
    }

    private func match(_ part: FeatureContribution) -> Explanation.FeatureMatch? {
        let field = NumberField.feature(part.feature)
        guard let theirs = catalog.snapshot(candidate.track).number(field, candidate.track.row),
            let mine = value(field)
        else { return nil }
        return Explanation.FeatureMatch(
            feature: part.feature, seed: mine, track: theirs, contribution: part.contribution * candidate.ownShare)
    }

    private func value(_ field: NumberField) -> Float? {
        for seed in seeds {
            if let value = catalog.snapshot(seed).number(field, seed.row) { return value }
        }
        return nil
    }
}
