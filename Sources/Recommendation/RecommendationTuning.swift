/// The numbers of the re-rank, as measured in `docs/feature-space.md`; evaluation tries others.
public struct RecommendationTuning: Sendable, Hashable {
    /// Nearest tracks that the re-rank chooses from. Fewer cost quality: 200 lose a twentieth of nDCG@100.
    public var depth = 1_000
    /// How much it counts that a track is as well known as the seeds, at `discovery` 0.5.
    public var popularityMatch: Float = 1
    /// How much a track's own familiarity counts at `discovery` 0.5, whatever the seeds'.
    public var popularityFloor: Float = 0.1
    /// How much it counts beyond that, at `discovery` 1, that a track is well known.
    public var popularityBonus: Float = 0.5
    /// How much it counts that a track is by the seeds' artist: times the square root of the share of seeds by that
    /// artist.
    public var sameArtist: Float = 0.15
    /// How much closeness to the closest of several seeds counts beside closeness to their centroid.
    public var closestSeed: Float = 0.3
    /// Seeds that the closest is looked for among, evenly chosen where there are more.
    public var closestSeedLimit = 100
    /// How far negative seeds push the query away from themselves; from 0.5 on answers fall apart.
    public var negativeStep: Float = 0.1
    /// Best candidates that diversity chooses from.
    public var diversityPool = 400
    /// Nearest tracks that plain cosine chooses from where it has to choose: by a cap or for diversity.
    public var plainDepth = 200

    /// The measured numbers.
    public init() {}

    /// The numbers that this version was measured against: neither the artist nor familiarity of its own count.
    public static var reference: RecommendationTuning {
        var tuning = RecommendationTuning()
        tuning.popularityFloor = 0
        tuning.sameArtist = 0
        return tuning
    }
}
