/// A stored vector that a search found.
public struct Neighbor: Equatable, Sendable {
    /// The id that the vector was added under.
    public var id: Int64
    /// Where the vector is stored, for reading it without a look-up; of use with the same index only.
    public var location: UInt64
    /// The inner product with the query: the cosine, when both have unit length.
    public var score: Float

    /// Creates a neighbour.
    public init(id: Int64, location: UInt64, score: Float) {
        self.id = id
        self.location = location
        self.score = score
    }
}

/// What a search found for one query.
///
/// Pass the same value to one search after another to reuse its memory.
public struct SearchResult: Equatable, Sendable {
    /// The nearest stored vectors, best first and equal scores by rising id; fewer than asked for when the lists that
    /// were probed hold fewer that the filter admits.
    public var neighbors: [Neighbor]
    /// How many stored vectors were compared with the query, the measure of a search's work.
    public var comparedCount: Int
    /// By how much the scores may differ from the inner products, at most: 0 unless the search was coarse.
    public var scoreError: Float

    /// Creates a result, by default one without neighbours.
    public init(neighbors: [Neighbor] = [], comparedCount: Int = 0, scoreError: Float = 0) {
        self.neighbors = neighbors
        self.comparedCount = comparedCount
        self.scoreError = scoreError
    }
}
