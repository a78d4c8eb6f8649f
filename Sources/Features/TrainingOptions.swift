public import Catalog

/// How a space is trained. The defaults are the recipe's (`docs/feature-space.md`).
public struct TrainingOptions: Sendable, Hashable {
    /// Decides all random choices; the same seed on the same catalog gives the same space.
    public var seed: UInt64 = 1
    /// Threads that solve factors; the result does not depend on it.
    public var threads = 1
    /// Numbers in a track's factors; fewer where playlists are few.
    public var trackFactors = 48
    /// Numbers in an artist's factors; fewer where playlists are few.
    public var artistFactors = 24
    /// How often playlists and then tracks are solved.
    public var sweeps = 10
    /// The weight of the factors' squared lengths.
    public var regularization = 0.5
    /// The confidence of an entry in a playlist of median length, against 1 for a track that is not on it.
    public var confidence = 5.0
    /// How fast confidence falls with a playlist's length: (median / length)^lengthDiscount.
    public var lengthDiscount = 0.25
    /// What blocks count; nil for weights that grow with the playlists (`BlockWeights.grown`).
    public var weights: BlockWeights?
    /// How much of the weight of content that a track lacks is shared out over what it has, 0 to 1
    /// (`FeatureSpace.renormalisation`); nil for 0.5, and 1 where no playlist teaches anything.
    public var renormalisation: Double?
    /// Whether the audio block is rotated to the directions in which playlists differ.
    public var learnsAudio = true
    /// The number of playlists whose evidence on sound the catalog's own spread outweighs.
    public var audioShrinkage = 100.0
    /// The audio features that take part.
    public var features = Set(AudioFeature.allCases)

    /// The recipe, with this many threads.
    public init(threads: Int = 1) { self.threads = threads }

    /// The options that the defaults were measured against: other weights, nothing padded, and no doubt about what
    /// few playlists say of sound.
    public static func reference(threads: Int) -> TrainingOptions {
        var options = TrainingOptions(threads: threads)
        options.weights = .reference
        options.renormalisation = 1
        options.audioShrinkage = 0
        return options
    }

    /// The recipe's number of track factors for this many playlists: a quarter of them, 8 at least.
    func trackFactors(playlists: Int) -> Int { max(1, min(trackFactors, max(8, playlists / 4))) }

    /// The recipe's number of artist factors for this many playlists: an eighth of them, 4 at least.
    func artistFactors(playlists: Int) -> Int { max(1, min(artistFactors, max(4, playlists / 8))) }
}
