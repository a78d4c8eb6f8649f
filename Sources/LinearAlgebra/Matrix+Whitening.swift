extension Matrix {
    /// Self plus `fraction` of its mean diagonal element on the diagonal: A + fraction * tr(A)/n * I.
    public func ridged(by fraction: Double) -> Matrix {
        guard rows > 0 else { return self }
        let ridge = fraction * trace / Double(rows)
        var result = self
        for index in 0..<rows { result[index, index] += ridge }
        return result
    }

    /// The symmetric inverse square root A^-1/2 of a symmetric positive definite n x n matrix.
    /// - Throws: `notPositiveDefinite`, and what `SymmetricEigen` throws.
    public func inverseSquareRoot() throws(LinearAlgebraError) -> Matrix {
        let eigen = try SymmetricEigen(of: self)
        guard let smallest = eigen.values.first, let largest = eigen.values.last else { return self }
        guard smallest > 0, smallest > largest * Double(rows) * .ulpOfOne else {
            throw .notPositiveDefinite(smallestEigenvalue: smallest)
        }
        return eigen.applying { 1 / $0.squareRoot() }
    }

    /// The transform W^-1/2, W = A + ridge * tr(A)/n * I, that decorrelates data of covariance A (ZCA whitening).
    ///
    /// The ridge keeps directions that hardly vary from being blown up into noise. Being symmetric, the transform does
    /// not depend on the order or the signs of eigenvectors.
    /// - Throws: `notPositiveDefinite` when A is zero or the ridge too small, and what `SymmetricEigen` throws.
    public func whitening(ridge: Double) throws(LinearAlgebraError) -> Matrix {
        guard rows == columns else { throw .notSquare(rows: rows, columns: columns) }
        return try ridged(by: ridge).inverseSquareRoot()
    }
}
