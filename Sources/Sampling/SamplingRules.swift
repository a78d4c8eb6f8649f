/// Tracks of one range of popularity, and how many of a sample they make.
public struct PopularityBand: Sendable, Hashable {
    /// The least popularity, 0 to 100.
    public var lower: Int
    /// The greatest popularity, 0 to 100.
    public var upper: Int
    /// The share of the sample that comes from it, 0 to 1.
    public var share: Double

    /// A band; both ends belong to it.
    public init(_ lower: Int, _ upper: Int, share: Double) {
        (self.lower, self.upper, self.share) = (lower, upper, share)
    }

    /// Whether a popularity lies within; one that is not known lies in no band.
    public func contains(_ popularity: Int?) -> Bool { popularity.map { (lower...upper).contains($0) } ?? false }
}

/// In which order a sample stands.
public enum SampleOrder: String, Sendable, CaseIterable, Codable {
    /// Best first.
    case score
    /// In no order.
    case random
    /// Calm, rising to a peak at two thirds, and calm again.
    case energyArc = "energy_arc"
    /// As a mix: neighbouring keys on the circle of fifths and tempos that go together.
    case harmonic
}

/// What a sample has to be like.
public struct SamplingRules: Sendable, Hashable {
    /// How many tracks, at least 1.
    public var count: Int
    /// How long tracks rest.
    public var cooldowns = Cooldowns()
    /// The most tracks of any credited artist; nil for any number.
    public var perArtist: Int?
    /// The most tracks of an album; nil for any number.
    public var perAlbum: Int?
    /// The least share of tracks that the listener has not met, 0 to 1.
    public var minimumNew = 0.0
    /// The greatest share of tracks that stood in the version before, 0 to 1.
    public var maximumKept = 1.0
    /// Shares of popularity; none overlap, and their shares sum to 1 at most.
    public var bands: [PopularityBand] = []
    /// The share of each part of the pool; empty where they are one.
    public var shares: [Double] = []
    /// 0 takes the best; the higher, the less the score counts.
    public var temperature = 0.0
    /// How many tracks stand between two that share an artist, at least.
    public var artistSpacing = 0
    /// In which order the tracks stand.
    public var order = SampleOrder.score
    /// Whether liked tracks may come back before their time, which only a relaxation lets them.
    var likedReturn = false
    /// What is loosened, in this order, where the pool does not suffice.
    public var ladder: [Relaxation] = []

    /// Rules without any wish but for the number.
    public init(count: Int) { self.count = count }
}
