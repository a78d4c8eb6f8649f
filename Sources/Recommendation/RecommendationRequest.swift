public import Catalog
public import Features
public import Rules

/// What somebody wants recommended.
public struct RecommendationRequest: Sendable, Hashable {
    /// How much an answer says about why.
    public enum Explain: String, Sendable, CaseIterable {
        /// Nothing.
        case none
        /// The sentence, the blocks, the three strongest features and the seeds.
        case brief
        /// Every feature as well.
        case full
    }

    /// How candidates are scored.
    public enum Strategy: String, Sendable, CaseIterable {
        /// Cosine with the seeds' centroid, then a re-rank of the best thousand by how well known they are and by the
        /// closest seed.
        case auto
        /// Cosine with the seeds' centroid alone.
        case cosine
    }

    /// In which order the items stand.
    public enum Order: String, Sendable, CaseIterable {
        /// Best first.
        case score
        /// As a sequence to listen to: each track close to the one before it.
        case smooth
    }

    /// What to find neighbours of: tracks, playlists, albums, artists and tags of the catalog.
    public var seeds: [EntityReference]
    /// What to keep away from: of the same kinds as seeds. Their tracks are never returned.
    public var negative: [EntityReference] = []
    /// How candidates are scored.
    public var strategy = Strategy.auto
    /// From 0, where fame counts for nothing, over 0.5, where it should match the seeds', to 1, which favours the well
    /// known.
    public var discovery: Float = 0.5
    /// From 0, the nearest tracks whatever they resemble, to 1, tracks as unlike one another as the candidates allow.
    public var diversity: Float = 0
    /// In which order the items stand.
    public var order = Order.score
    /// How many tracks to return.
    public var k = 20
    /// Factors on the weights of blocks; 1 where absent, 0 leaves a block out.
    public var weights: [Block: Float] = [:]
    /// Values to come close to.
    public var target: [NumberField: Float] = [:]
    /// Values to stay at or above.
    public var minimum: [NumberField: Float] = [:]
    /// Values to stay at or below.
    public var maximum: [NumberField: Float] = [:]
    /// A rule that every returned track meets.
    public var filter: RuleGroup?
    /// What the database says of the filter's conditions that no index carries; must cover the filter.
    public var resolved = ResolvedConditions()
    /// Tracks never to return.
    public var exclude: [EntityReference] = []
    /// How many tracks of one credited artist at most; nil for any number.
    public var perArtist: Int?
    /// How much chance there is in choosing: 0 takes the best, and the higher it is the less the score counts.
    public var temperature: Float = 0
    /// Decides what chance chooses: the same seed over the same generation makes the same answer.
    public var randomSeed: UInt64 = 0
    /// Recordings that rest, with how far they have recovered: 0 holds a recording back, 1 is as if it did not rest.
    /// What lies between counts where chance chooses.
    public var resting: [UInt64: Float] = [:]
    /// How much to say about why.
    public var explain = Explain.brief

    /// Asks for neighbours of seeds; everything else has a default.
    public init(seeds: [EntityReference]) { self.seeds = seeds }
}

/// Bounds on requests; each a setting of the service.
public struct RecommendationLimits: Sendable, Hashable {
    /// The largest `k`.
    public var maximumK = 500
    /// The most seeds in a request.
    public var maximumSeeds = 100
    /// The most negative seeds in a request.
    public var maximumNegative = 100
    /// The most tracks that seeds may stand for once playlists, albums, artists and tags are unfolded; the first ones
    /// count.
    public var maximumSeedTracks = 2_000
    /// The most excluded tracks.
    public var maximumExcluded = 10_000

    /// The defaults.
    public init() {}
}

/// Why a request cannot be answered.
public enum RecommendationError: Error, Sendable, Hashable {
    /// Seeds or negative seeds that the catalog does not have.
    case unknownSeeds([EntityReference])
    /// Seeds that the catalog has and that hold no track: playlists without entries, artists without tracks.
    case emptySeeds([EntityReference])
    /// Seeds of which nothing is known that a vector could be made from.
    case seedsWithoutFeatures([EntityReference])
    /// Weights that leave nothing of the seeds' vectors.
    case nothingToCompare
    /// The index refused the search, which it does only when it is damaged; the text is for the log.
    case indexFailed(String)
    /// Whoever asked does not wait any more.
    case cancelled
}
