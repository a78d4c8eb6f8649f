/// How an index is built; each a setting of the service.
public struct BuildOptions: Sendable, Hashable {
    /// The recall@10 against exact search that `nprobe` is chosen for.
    public var recallTarget = 0.99
    /// Tracks below which search is exact (one inverted list).
    public var exactBelow = 10_000
    /// The most tracks' vectors of which recall is measured.
    public var recallQueries = 400
    /// Training vectors for each inverted list.
    public var trainingPerList = 64
    /// Iterations of k-means.
    public var trainingIterations = 10
    /// Where k-means starts; the same seed and catalog give the same index.
    public var seed: Int32 = 1
    /// Threads to build with.
    public var threads = 2
    /// Tracks read from the catalog at a time.
    public var pageSize = 5_000

    /// The defaults.
    public init() {}

    /// Number of inverted lists for a catalog: 1 below `exactBelow`, else four times the square root, which the recipe
    /// measured as good for both speed and recall.
    public func listCount(for tracks: Int) -> Int {
        tracks < exactBelow ? 1 : Int((4 * Double(tracks).squareRoot()).rounded())
    }
}

/// A step of a build, for progress bars and logs.
public struct BuildProgress: Sendable, Hashable {
    /// What is being done.
    public enum Stage: String, Sendable, CaseIterable {
        /// Learning the feature space from the catalog.
        case fit
        /// Making and storing vectors.
        case vectors
        /// Placing the inverted lists.
        case train
        /// Adding vectors to them.
        case add
        /// Choosing `nprobe`.
        case tune
        /// Writing the tracks' facts.
        case snapshot
        /// Checking what was written.
        case verify
        /// Making it the generation that serves.
        case publish
    }

    /// What is being done.
    public var stage: Stage
    /// Tracks done, of `total`.
    public var done: Int
    /// Tracks in all.
    public var total: Int
}
