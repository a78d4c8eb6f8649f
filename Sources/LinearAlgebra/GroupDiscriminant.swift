internal import COpenBLAS

/// A linear discriminant transform learned from groups of vectors that belong together, one group at a time.
///
/// It makes the spread within groups round and stretches the directions in which groups differ from each other
/// (R. A. Fisher, 1936, with a ridge). Few groups say little of either, so that both are shrunk towards what needs no
/// groups: the spread of the whole population, and no direction before another. Memory is of dimension squared.
public struct GroupDiscriminant: Sendable {
    /// Elements of each vector.
    public let dimension: Int
    /// Groups so far.
    public var groups: Int { means.count }
    /// Sum of the groups' covariances, upper triangle.
    private var within: [Double]
    private var means: RunningCovariance
    private var inverseSizes = 0.0
    /// Number, sum, and sum of products (upper triangle) of the population's vectors.
    private var populationCount = 0
    private var populationSum: [Double]
    private var populationProducts: [Double]

    /// Begins without groups.
    public init(dimension: Int) {
        self.dimension = dimension
        within = Array(repeating: 0, count: dimension * dimension)
        means = RunningCovariance(dimension: dimension)
        populationSum = Array(repeating: 0, count: dimension)
        populationProducts = within
    }

    /// Takes vectors of the population in, row-major, of means near zero; whether they are in groups does not matter.
    /// - Throws: `notFinite`, and nothing has changed.
    public mutating func add(population: [Double]) throws(LinearAlgebraError) {
        precondition(population.count % dimension == 0, "vectors have \(dimension) elements")
        guard !population.isEmpty else { return }
        guard population.allSatisfy(\.isFinite) else { throw .notFinite }
        for (index, value) in population.enumerated() { populationSum[index % dimension] += value }
        populationCount += population.count / dimension
        Self.addProducts(of: population, dimension, scale: 1, to: &populationProducts)
    }

    private static func addProducts(of rows: [Double], _ dimension: Int, scale: Double, to sum: inout [Double]) {
        _ = BLASThreads.single
        cblas_dsyrk(
            CblasRowMajor, CblasUpper, CblasTrans, Int32(dimension), Int32(rows.count / dimension), scale, rows,
            Int32(dimension), 1, &sum, Int32(dimension))
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
        Self.addProducts(of: centred, dimension, scale: 1 / Double(size - 1), to: &within)
        inverseSizes += 1 / Double(size)
    }

    /// The transform T, dimension x dimension: a row vector x becomes x T. Invertible.
    ///
    /// With n groups, s = shrinkage, W_n = mean of the groups' covariances, S = covariance of the population:
    /// W = (n W_n + s S) / (n + s), plus ridge tr(W)/dimension I; B = covariance of the groups' means - mean(1/size) W_n;
    /// M = W^-1/2 B W^-1/2; M' = (n M + s t I) / (n + s), t = max(tr(M)/dimension, 1e-6); M' = V diag(lambda) V';
    /// T = W^-1/2 V diag(max(lambda, 1e-6)^1/4). Groups' covariances and that of their means are divided by the count
    /// less one.
    /// - Throws: `notPositiveDefinite` where nothing varies, and what `SymmetricEigen` throws.
    public func transform(ridge: Double, shrinkage: Double) throws(LinearAlgebraError) -> Matrix {
        precondition(groups > 0 && shrinkage >= 0, "a transform needs a group")
        let own = Double(groups) / (Double(groups) + shrinkage)
        let within = symmetric { self.within[$0] / Double(groups) }
        let spread = within.mixed(with: population, share: own).ridged(by: ridge)
        let whitening = try spread.inverseSquareRoot()
        let ratio = whitening.times(between(within)).times(whitening)
        let typical = max(ratio.trace / Double(dimension), 1e-6)
        let round = Matrix(diagonal: Array(repeating: typical, count: dimension))
        let eigen = try SymmetricEigen(of: ratio.mixed(with: round, share: own))
        let gains = eigen.values.map { max($0, 1e-6).squareRoot().squareRoot() }
        return whitening.times(eigen.vectors).times(Matrix(diagonal: gains))
    }

    /// The spread of the groups' means, less what groups of their sizes would have by chance.
    private func between(_ within: Matrix) -> Matrix {
        let covariance = means.covariance()
        let unbiased = groups > 1 ? Double(groups) / Double(groups - 1) : 0
        return symmetric { covariance.elements[$0] * unbiased - inverseSizes / Double(groups) * within.elements[$0] }
    }

    /// The population's covariance; zeros where none was taken in.
    private var population: Matrix {
        let count = Double(max(populationCount, 1))
        return symmetric { index in
            let means = populationSum[index / dimension] * populationSum[index % dimension] / count / count
            return populationProducts[index] / count - means
        }
    }

    /// A symmetric matrix by the elements of its upper triangle.
    private func symmetric(_ element: (Int) -> Double) -> Matrix {
        var result = Matrix(diagonal: Array(repeating: 0, count: dimension))
        for row in 0..<dimension {
            for column in row..<dimension {
                result[row, column] = element(row * dimension + column)
                result[column, row] = result[row, column]
            }
        }
        return result
    }
}

extension Matrix {
    /// share * self + (1 - share) * other.
    fileprivate func mixed(with other: Matrix, share: Double) -> Matrix {
        let mixed = zip(elements, other.elements).map { share * $0 + (1 - share) * $1 }
        return Matrix(rows: rows, columns: columns, elements: mixed)
    }
}
