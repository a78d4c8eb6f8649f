/// How an index is built.
public struct VectorIndexParameters: Equatable, Sendable {
    /// Floats in each vector, 1 to 65,536.
    public var dimension: Int
    /// Inverted lists (nlist). One list means exact search; a square root of the number of vectors, times one to four,
    /// is usual beyond some ten thousand.
    public var listCount: Int
    /// Rounds of spherical k-means, 1 to 1,000.
    public var trainingIterations: Int
    /// Seed of the k-means. The same seed over the same vectors gives the same lists, whatever the threads.
    public var seed: Int32
    /// Threads for training and for assigning vectors to lists.
    public var threads: Int

    /// Creates parameters; the defaults make an index for exact search on the calling thread.
    public init(
        dimension: Int, listCount: Int = 1, trainingIterations: Int = 10, seed: Int32 = 1234, threads: Int = 1
    ) {
        self.dimension = dimension
        self.listCount = listCount
        self.trainingIterations = trainingIterations
        self.seed = seed
        self.threads = threads
    }
}
