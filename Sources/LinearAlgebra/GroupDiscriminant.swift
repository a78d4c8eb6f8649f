internal import COpenBLAS

/// A linear discriminant transform learned from groups of vectors that belong together, one group at a time.
///
/// It makes the spread within groups round and stretches the directions in which groups differ from each other
/// (R. A. Fisher, 1936, with a ridge). Memory is of dimension squared.
public struct GroupDiscriminant: Sendable {
    /// Elements of each vector.
    public let dimension: Int
    /// Groups so far.
    public var groups: Int { means.count }
    /// Sum of the groups' covariances, upper triangle.
    private var within: [Double]
    private var means: RunningCovariance
    private var inverseSizes = 0.0

    /// Begins without groups.
    public init(dimension: Int) {
        self.dimension = dimension
        within = Array(repeating: 0, count: dimension * dimension)
        means = RunningCovariance(dimension: dimension)
    }

    /// Takes a group in: at least two vectors, row-major.
    /// - Throws: `notFinite`, and nothing has changed.
    public mutating func add(group: [Double]) throws(LinearAlgebraError) {
        let size = group.count / dimension
        precondition(size >= 2 && group.count == size * dimension, "a group has at least two vectors")
        var mean = [Double](repeating: 0, count: dimension)
        for (index, value) in group.enumerated() { mean[index % dimension] += value / Double(size) }
        try means.add(mean)
        var centred = group
        for index in centred.indices { centred[index] -= mean[index % dimension] }
        cblas_dsyrk(
            CblasRowMajor, CblasUpper, CblasTrans, Int32(dimension), Int32(size), 1 / Double(size - 1), centred,
            Int32(dimension), 1, &within, Int32(dimension))
        inverseSizes += 1 / Double(size)
    }

    /// The transform T, dimension x dimension: a row vector x becomes x T.
    ///
    /// W = mean of the groups' covariances + ridge tr(W)/dimension I; B = covariance of the groups' means - mean(1/size) W;
    /// W^-1/2 B W^-1/2 = V diag(lambda) V'; T = W^-1/2 V diag(max(lambda, 1e-6)^1/4). Covariances are divided by the
    /// count less one. T is invertible.
    /// - Throws: `notPositiveDefinite` where groups do not vary within, and what `SymmetricEigen` throws.
    public func transform(ridge: Double) throws(LinearAlgebraError) -> Matrix {
        precondition(groups >= 2, "two groups are the least that can differ")
        let within = meanWithin.ridged(by: ridge)
        let whitening = try within.inverseSquareRoot()
        var between = means.covariance()
        let unbiased = Double(groups) / Double(groups - 1)
        for row in 0..<dimension {
            for column in 0..<dimension {
                between[row, column] =
                    between[row, column] * unbiased - inverseSizes / Double(groups) * within[row, column]
            }
        }
        let eigen = try SymmetricEigen(of: whitening.times(between).times(whitening))
        let gains = eigen.values.map { max($0, 1e-6).squareRoot().squareRoot() }
        return whitening.times(eigen.vectors).times(Matrix(diagonal: gains))
    }

    private var meanWithin: Matrix {
        var result = Matrix(rows: dimension, columns: dimension, elements: within)
        for row in 0..<dimension {
            for column in row..<dimension {
                result[row, column] /= Double(groups)
                result[column, row] = result[row, column]
            }
        }
        return result
    }
}
