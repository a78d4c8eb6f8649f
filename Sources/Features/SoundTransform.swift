internal import LinearAlgebra

/// How the numbers that describe a recording's sound, or its form, become a direction: less their means, each over its
/// deviation, and turned so that what varies together counts once.
///
/// Whitened under a ridge of half the mean variance: with as many numbers as recordings, and that is how collections
/// begin, a full whitening would make noise of the directions that hardly vary. Measured on a hundred recordings: 0.58 of
/// the five nearest share composer or album, against 0.55 without and 0.48 with a ridge of a twentieth.
public struct SoundTransform: Sendable, Hashable, Codable {
    /// One for each number, over the recordings that have them.
    public let means: [Double]
    /// One for each number, 1 over its deviation; 0 where it does not vary.
    public let scales: [Double]
    /// Row-major, applied to the scaled numbers.
    public let projection: [Double]

    /// Numbers that it takes, and elements that it gives.
    public var dimension: Int { means.count }

    private static let ridge = 0.5
    /// Recordings below which what varies together is not estimated.
    private static let leastForWhitening = 20

    /// Fits a transform, or nil where fewer than two recordings have numbers or all are equal.
    /// - Throws: what `Matrix.whitening` throws.
    init?(fitting statistics: RunningCovariance) throws(LinearAlgebraError) {
        guard statistics.count >= 2 else { return nil }
        let covariance = statistics.covariance()
        let size = statistics.dimension
        let scales = (0..<size).map { index in
            let deviation = covariance[index, index].squareRoot()
            return deviation > 1e-6 * max(abs(statistics.mean[index]), 1e-3) ? 1 / deviation : 0
        }
        guard scales.contains(where: { $0 > 0 }) else { return nil }
        var correlation = covariance
        for row in 0..<size {
            for column in 0..<size { correlation[row, column] *= scales[row] * scales[column] }
        }
        (means, self.scales) = (statistics.mean, scales)
        projection =
            statistics.count < Self.leastForWhitening
            ? Matrix(diagonal: Array(repeating: 1, count: size)).elements
            : try correlation.whitening(ridge: Self.ridge).elements
    }

    /// Reads what was encoded.
    /// - Throws: `DecodingError` where the arrays do not belong together.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        means = try container.decode([Double].self, forKey: .means)
        scales = try container.decodeNumbers(means.count, forKey: .scales)
        projection = try container.decodeNumbers(means.count * means.count, forKey: .projection)
    }

    /// The direction of a recording's numbers, unit length.
    func direction(of numbers: [Float]?) -> Direction {
        guard let numbers, numbers.count == dimension, numbers.allSatisfy(\.isFinite) else { return .failure(.unknown) }
        let scaled = numbers.indices.map { (Double(numbers[$0]) - means[$0]) * scales[$0] }
        return Matrix(rows: dimension, columns: dimension, elements: projection).times(scaled).direction
    }
}
