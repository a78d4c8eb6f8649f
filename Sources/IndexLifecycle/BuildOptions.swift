public import Features

/// How an index is built; each a setting of the service.
public struct BuildOptions: Sendable, Hashable {
    /// How the feature space is learned; its threads are those of the build.
    public var training = TrainingOptions()
    /// The recall@10 against exact search that `nprobe` is chosen for.
    public var recallTarget = 0.99
    /// The recall@1000 against exact search that the deep `nprobe` is chosen for, which finds what a re-rank chooses
    /// from.
    public var deepRecallTarget = 0.95
    /// Tracks below which search is exact (one inverted list).
    public var exactBelow = 10_000
    /// The most tracks that recall is measured with; half as many centroids of several tracks come on top.
    public var recallQueries = 400
    /// Training vectors for each inverted list.
    public var trainingPerList = 64
    /// Iterations of k-means.
    public var trainingIterations = 10
    /// Where k-means starts; the same seed and catalog give the same index.
    public var seed: Int32 = 1
    /// Threads to build with.
    public var threads = 2
    /// Tracks read from the catalog at a time: so few that the database is done with them in a few milliseconds, for a
    /// request that comes meanwhile may have to wait as long.
    public var pageSize = 500
    /// Whether a generation that the publication gate refuses is published nevertheless.
    public var overridesGate = false

    /// The defaults.
    public init() {}

    /// Number of inverted lists for a catalog: 1 below `exactBelow`, else four times the square root, which the recipe
    /// measured as good for both speed and recall.
    public func listCount(for tracks: Int) -> Int {
        tracks < exactBelow ? 1 : Int((4 * Double(tracks).squareRoot()).rounded())
    }
}
