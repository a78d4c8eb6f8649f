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

    /// What to find neighbours of: tracks and playlists of the catalog.
    public var seeds: [EntityReference]
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
    /// Tracks never to return.
    public var exclude: [EntityReference] = []
    /// How many tracks of one credited artist at most; nil for any number.
    public var perArtist: Int?
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
    /// The most tracks that seeds may stand for once playlists are unfolded; the first ones count.
    public var maximumSeedTracks = 2_000
    /// The most excluded tracks.
    public var maximumExcluded = 10_000

    /// The defaults.
    public init() {}
}

/// Why a request cannot be answered.
public enum RecommendationError: Error, Sendable, Hashable {
    /// Seeds that the catalog does not have.
    case unknownSeeds([EntityReference])
    /// Seeds of which nothing is known that a vector could be made from.
    case seedsWithoutFeatures([EntityReference])
    /// Weights that leave nothing of the seeds' vectors.
    case nothingToCompare
    /// The index refused the search, which it does only when it is damaged; the text is for the log.
    case indexFailed(String)
}
