/// A unit query vector made from seeds, which remembers each seed's part in it.
///
/// The query is u(sum of weight * seed): the seeds' centroid when the weights are equal, one index search whatever
/// their number. A negative seed is one with a small negative weight.
public struct SeedQuery: Sendable, Hashable {
    /// Unit length, `dimension` elements.
    public let values: [Float]
    /// Number of seeds.
    public let seedCount: Int
    /// seedCount x dimension, row-major: the seeds scaled so that they sum to `values`.
    private let parts: [Float]

    /// Combines unit vectors of one space.
    /// - Parameters:
    ///   - seeds: vectors of equal dimension, at least one.
    ///   - weights: one a seed; equal ones where nil.
    ///   - space: their space, whose padding is no part of a query; nil where it has none.
    /// - Throws: `emptyQuery` where there is no seed or they cancel out.
    public init(
        seeds: [[Float]], weights: [Float]? = nil, in space: FeatureSpace? = nil
    ) throws(FeatureSpaceError) {
        let weights = weights ?? Array(repeating: 1, count: seeds.count)
        precondition(weights.count == seeds.count, "one weight a seed")
        let dimension = seeds.first?.count ?? 0
        precondition(seeds.allSatisfy { $0.count == dimension }, "seeds of one space have equal dimensions")
        var rows = zip(seeds, weights).map { seed, weight in seed.map { Double($0) * Double(weight) } }
        if let padding = space?.padding { for row in rows.indices { rows[row][padding] = 0 } }
        try self.init(rows: rows, dimension: dimension)
    }

    private init(rows: [[Double]], dimension: Int) throws(FeatureSpaceError) {
        var sum = [Double](repeating: 0, count: dimension)
        for row in rows {
            for (index, value) in row.enumerated() { sum[index] += value }
        }
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        // Below this the direction would be rounding, not music.
        guard length.isFinite, length > 1e-6 else { throw .emptyQuery }
        values = sum.map { Float($0 / length) }
        parts = rows.flatMap { row in row.map { Float($0 / length) } }
        seedCount = rows.count
    }

    /// What each seed adds to the inner product of the query and a vector, in the seeds' order; sums to it within 1e-5.
    public func shares(of vector: Span<Float>) -> [Float] {
        precondition(vector.count == values.count, "the vector is of another space")
        return (0..<seedCount).map { seed in
            let start = seed * values.count
            return Float(
                values.indices.reduce(0.0) { $0 + Double(parts[start + $1]) * Double(vector[$1]) })
        }
    }

    /// `shares(of:)` for a vector that is an array.
    public func shares(of vector: [Float]) -> [Float] { shares(of: vector.span) }

    /// The same query with blocks counting `weights` times as much as in the space (1 where not given), at unit length.
    ///
    /// Only the query changes, so one index serves every weighting: the inner product with a vector becomes
    /// proportional to the sum of weight * contribution.
    /// - Throws: `badWeight`, `blockNotInSpace`, or `emptyQuery` where nothing is left.
    public func reweighted(_ weights: [Block: Float], in space: FeatureSpace) throws(FeatureSpaceError) -> SeedQuery {
        precondition(values.count == space.dimension, "the query is of another space")
        let factors = try space.factors(weights)
        let rows = (0..<seedCount).map { seed in
            values.indices.map { Double(parts[seed * values.count + $0]) * factors[$0] }
        }
        return try SeedQuery(rows: rows, dimension: values.count)
    }
}

extension FeatureSpace {
    /// One factor for each element of a vector.
    fileprivate func factors(_ weights: [Block: Float]) throws(FeatureSpaceError) -> [Double] {
        for block in Block.allCases {
            guard let weight = weights[block] else { continue }
            guard weight.isFinite, weight >= 0 else { throw .badWeight(block) }
            guard blocks.contains(where: { $0.block == block }) else { throw .blockNotInSpace(block) }
        }
        let factors = blocks.flatMap { Array(repeating: Double(weights[$0.block] ?? 1), count: $0.dimension) }
        return padding == nil ? factors : factors + [0]
    }
}
