internal import Catalog

/// Groups of tracks that sound and live alike within one listener's taste: a person who likes ambient and ska wants no
/// track half-way between.
///
/// Spherical k-means (I. S. Dhillon and D. S. Modha, "Concept decompositions for large sparse text data using
/// clustering", Machine Learning 42, 2001) over unit vectors, begun with the heaviest track and then always the one
/// farthest from all centres so far, so that it comes out the same again.
public struct TasteContexts: Sendable {
    /// The group of each vector, in their order.
    public let assignments: [Int]
    /// The unit mean of each group, heaviest group first.
    public let centers: [[Float]]
    /// The share of each group in all weights; they sum to 1.
    public let shares: [Double]

    /// Rounds after which the groups stay as they are.
    static let maximumRounds = 30

    /// Groups vectors.
    /// - Parameters:
    ///   - vectors: unit vectors of one dimension.
    ///   - weights: one for each, above 0.
    ///   - limit: the most groups; there are fewer where the vectors are few: one for every eight.
    public init(_ vectors: [[Float]], weights: [Double], limit: Int = 5) {
        precondition(vectors.count == weights.count && limit > 0, "one weight a vector")
        let count = min(limit, max(1, vectors.count / 8), vectors.count)
        var centers = Self.beginnings(vectors, weights, count)
        var assignments = vectors.map { Self.nearest(centers, to: $0) }
        for _ in 0..<Self.maximumRounds {
            centers = Self.means(vectors, weights, assignments, centers)
            let next = vectors.map { Self.nearest(centers, to: $0) }
            if next == assignments { break }
            assignments = next
        }
        var sums = Array(repeating: 0.0, count: centers.count)
        for (group, weight) in zip(assignments, weights) { sums[group] += weight }
        let order = centers.indices.filter { sums[$0] > 0 }.sorted { (sums[$0], $1) > (sums[$1], $0) }
        let total = sums.reduce(0, +)
        self.centers = order.map { centers[$0] }
        shares = order.map { sums[$0] / total }
        self.assignments = assignments.map { group in order.firstIndex(of: group) ?? 0 }
    }

    /// The group whose centre is nearest to a unit vector.
    public func context(of vector: [Float]) -> Int { Self.nearest(centers, to: vector) }

    static func cosine(_ one: [Float], _ other: [Float]) -> Float {
        var sum: Float = 0
        for index in one.indices { sum += one[index] * other[index] }
        return sum
    }

    private static func nearest(_ centers: [[Float]], to vector: [Float]) -> Int {
        centers.indices.max { cosine(centers[$0], vector) < cosine(centers[$1], vector) } ?? 0
    }

    private static func beginnings(_ vectors: [[Float]], _ weights: [Double], _ count: Int) -> [[Float]] {
        guard count > 0, let first = weights.indices.max(by: { weights[$0] < weights[$1] }) else { return [] }
        var centers = [vectors[first]]
        var likeness = vectors.map { cosine($0, vectors[first]) }
        while centers.count < count {
            guard let farthest = likeness.indices.min(by: { likeness[$0] < likeness[$1] }) else { break }
            centers.append(vectors[farthest])
            for index in vectors.indices {
                likeness[index] = max(likeness[index], cosine(vectors[index], vectors[farthest]))
            }
        }
        return centers
    }

    /// A group that lost its last member keeps its centre.
    private static func means(
        _ vectors: [[Float]], _ weights: [Double], _ assignments: [Int], _ centers: [[Float]]
    ) -> [[Float]] {
        centers.indices.map { group in
            var sum = Array(repeating: Float(0), count: centers[group].count)
            for (index, vector) in vectors.enumerated() where assignments[index] == group {
                for place in sum.indices { sum[place] += Float(weights[index]) * vector[place] }
            }
            let length = cosine(sum, sum).squareRoot()
            return length > 1e-9 ? sum.map { $0 / length } : centers[group]
        }
    }
}
