/// A track of a sample, and why it is there.
public struct SampledTrack: Sendable, Hashable {
    /// The track as the pool offered it.
    public var track: PoolTrack
    /// Whether the listener had not met its recording before.
    public var isNew: Bool
    /// Whether its recording stood in the version before.
    public var isKept: Bool
    /// How far it had recovered from its last cooldown, above 0; 1 where none counted.
    public var recovery: Double
    /// The cooldowns of the rules as given that would have held it back, had they not been relaxed.
    public var relaxed: [Wish]
}

/// What came of sampling a pool.
public struct Sample: Sendable, Hashable {
    /// The tracks in the order to be heard.
    public var tracks: [SampledTrack]
    /// What was relaxed, in the order of the ladder.
    public var relaxed: [AppliedRelaxation]
    /// How the pool became the sample.
    public var pool: PoolCounts
    /// How many tracks are missing; above 0 only where everything that may be relaxed was.
    public var missing: Int
}

/// How many tracks of a pool were left after each step, under the rules as they were relaxed.
public struct PoolCounts: Sendable, Hashable, Codable {
    /// Tracks in the pool.
    public var candidates: Int
    /// Of these, recordings that the listener does not dislike, each once.
    public var afterDuplicates: Int
    /// Of these, the ones that no cooldown holds back.
    public var afterCooldown: Int
    /// Of these, the ones that the listener has not met.
    public var new: Int

    /// Counts.
    public init(candidates: Int = 0, afterDuplicates: Int = 0, afterCooldown: Int = 0, new: Int = 0) {
        (self.candidates, self.afterDuplicates) = (candidates, afterDuplicates)
        (self.afterCooldown, self.new) = (afterCooldown, new)
    }

    private enum CodingKeys: String, CodingKey {
        case candidates, new
        case afterDuplicates = "after_duplicates"
        case afterCooldown = "after_cooldown"
    }
}
