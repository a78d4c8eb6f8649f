internal import Catalog
internal import Features
internal import VectorIndex

/// Adds to a candidate's cosine what the centroid does not see: whether it is as well known as the seeds, whether it is
/// by one of their artists, and whether it is close to one of them in particular.
struct Reranking: Sendable {
    /// Unit queries for single seeds, reweighted as the whole query is; empty where the closest seed does not count.
    private let seeds: [Seed]
    /// What familiarity is multiplied by.
    private let fame: Float
    /// What each artist of the seeds adds to its tracks.
    private let artists: [ArtistID: Float]
    private let closestSeed: Float

    private struct Seed: Sendable {
        let place: Int
        let values: [Float]
    }

    /// Counts nothing: plain cosine.
    static let none = Reranking(seeds: [], fame: 0, artists: [:], closestSeed: 0)

    private init(seeds: [Seed], fame: Float, artists: [ArtistID: Float], closestSeed: Float) {
        self.seeds = seeds
        self.fame = fame
        self.artists = artists
        self.closestSeed = closestSeed
    }

    /// Prepares for seeds, given with the same weights as the query.
    /// - Throws: what reweighting a seed throws.
    init(
        catalog: ServingCatalog, seeds: [TrackHandle], weights: [Block: Float], discovery: Float,
        tuning: RecommendationTuning
    ) {
        let familiarities = seeds.map { catalog.snapshot($0).familiarity($0.row) }
        let mean = familiarities.reduce(0, +) / Float(max(1, familiarities.count))
        fame = Self.fame(discovery: discovery, mean: mean, tuning)
        artists = Self.artists(catalog, seeds, tuning)
        closestSeed = tuning.closestSeed
        guard seeds.count > 1, closestSeed > 0 else {
            self.seeds = []
            return
        }
        let step = max(1, (seeds.count + tuning.closestSeedLimit - 1) / tuning.closestSeedLimit)
        self.seeds = stride(from: 0, to: seeds.count, by: step).compactMap { place in
            guard let vector = catalog.vector(seeds[place]) else { return nil }
            return Self.values(vector, weights, catalog.space).map { Seed(place: place, values: $0) }
        }
    }

    /// From 0 at one end, over a match with the seeds' own familiarity in the middle, to a push for the well known.
    static func fame(discovery: Float, mean: Float, _ tuning: RecommendationTuning) -> Float {
        let match = min(1, 2 * discovery) * (tuning.popularityMatch * mean + tuning.popularityFloor)
        return match + max(0, 2 * discovery - 1) * tuning.popularityBonus
    }

    private static func artists(
        _ catalog: ServingCatalog, _ seeds: [TrackHandle], _ tuning: RecommendationTuning
    ) -> [ArtistID: Float] {
        guard tuning.sameArtist > 0 else { return [:] }
        var counts: [ArtistID: Float] = [:]
        for seed in seeds {
            if let artist = catalog.snapshot(seed).firstArtist(seed.row) { counts[artist, default: 0] += 1 }
        }
        return counts.mapValues { tuning.sameArtist * ($0 / Float(seeds.count)).squareRoot() }
    }

    /// What the artists of the seeds add, by their rows in a snapshot's dictionary of artists.
    private func bonuses(in snapshot: CatalogSnapshot) -> [(artist: UInt32, bonus: Float)] {
        artists.compactMap { id, bonus in snapshot.row(ofArtist: id).map { (UInt32($0), bonus) } }
    }

    private func add(
        _ bonuses: [(artist: UInt32, bonus: Float)], to candidates: inout [Candidate], in snapshot: CatalogSnapshot
    ) {
        guard bonuses.count > Self.listedBonuses else {
            for place in candidates.indices {
                guard let artist = snapshot.firstArtistRow(candidates[place].track.row) else { continue }
                for bonus in bonuses where bonus.artist == artist { candidates[place].sameArtist = bonus.bonus }
            }
            return
        }
        let bonuses = Dictionary(bonuses, uniquingKeysWith: max)
        for place in candidates.indices {
            guard let artist = snapshot.firstArtistRow(candidates[place].track.row) else { continue }
            candidates[place].sameArtist = bonuses[artist] ?? 0
        }
    }

    /// So few are looked through sooner than looked up.
    private static let listedBonuses = 8

    /// A seed that the weights leave nothing of is close to nothing.
    private static func values(_ vector: [Float], _ weights: [Block: Float], _ space: FeatureSpace) -> [Float]? {
        guard let query = try? SeedQuery(seeds: [vector], in: space) else { return nil }
        guard !weights.isEmpty else { return query.values }
        return try? query.reweighted(weights, in: space).values
    }

    /// Fills in the terms of candidates of one segment.
    /// - Throws: `VectorIndexError` where the index is damaged.
    func apply(to candidates: inout [Candidate], in segment: ServingSegment) throws(VectorIndexError) {
        // Loops that do nothing but read: the memory then answers many of their questions at once.
        let snapshot = segment.snapshot
        if fame != 0 {
            var span = candidates.mutableSpan
            for place in span.indices { span[place].popularity = fame * snapshot.familiarity(span[place].track.row) }
        }
        if !artists.isEmpty { add(bonuses(in: snapshot), to: &candidates, in: snapshot) }
        guard !seeds.isEmpty, !candidates.isEmpty else { return }
        let locations = candidates.map(\.location)
        var cosines = Array(repeating: -Float.infinity, count: candidates.count)
        var closest = Array(repeating: Int32(0), count: candidates.count)
        for seed in seeds {
            let scores = try segment.index.scores(of: locations.span, query: seed.values.span)
            for place in scores.indices where scores[place] > cosines[place] {
                cosines[place] = scores[place]
                closest[place] = Int32(seed.place)
            }
        }
        for place in candidates.indices {
            candidates[place].closest = (closest[place], cosines[place])
            candidates[place].closestSeed = closestSeed * cosines[place]
        }
    }
}
