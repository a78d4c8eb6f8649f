internal import COpenBLAS

/// Mean and covariance of vectors that arrive one at a time, in memory of dimension squared.
///
/// Welford's update, which does not lose digits when the mean is large beside the deviation
/// (B. P. Welford, Technometrics 4, 1962; for vectors, T. F. Chan et al., 1979).
public struct RunningCovariance: Sendable {
    /// Elements of each vector.
    public let dimension: Int
    /// Vectors so far.
    public private(set) var count = 0
    /// Their mean; zeros before the first.
    public private(set) var mean: [Double]
    /// Upper triangle of the sum of outer products of deviations, dimension x dimension, row-major.
    private var scatter: [Double]

    /// Begins with no vectors.
    public init(dimension: Int) {
        precondition(dimension > 0 && dimension <= 16_384, "a covariance of \(dimension) dimensions")
        self.dimension = dimension
        mean = Array(repeating: 0, count: dimension)
        scatter = Array(repeating: 0, count: dimension * dimension)
    }

    /// Takes one vector of `dimension` finite elements in.
    /// - Throws: `notFinite`, and nothing has changed.
    public mutating func add(_ vector: [Double]) throws(LinearAlgebraError) {
        precondition(vector.count == dimension, "a vector of \(dimension) elements is needed")
        guard vector.allSatisfy(\.isFinite) else { throw .notFinite }
        let before = Double(count)
        count += 1
        let deviation = zip(vector, mean).map { $0 - $1 }
        for index in mean.indices { mean[index] += deviation[index] / Double(count) }
        _ = BLASThreads.single
        cblas_dsyr(
            CblasRowMajor, CblasUpper, Int32(dimension), before / Double(count), deviation, 1, &scatter,
            Int32(dimension))
    }

    /// The population covariance (divided by the count), dimension x dimension; zeros for fewer than two vectors.
    public func covariance() -> Matrix {
        var result = Matrix(rows: dimension, columns: dimension, elements: scatter)
        for row in 0..<dimension {
            for column in row..<dimension {
                let value = count < 2 ? 0 : result[row, column] / Double(count)
                result[row, column] = value
                result[column, row] = value
            }
        }
        return result
    }
}
