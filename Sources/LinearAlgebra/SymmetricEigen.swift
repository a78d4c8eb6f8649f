internal import COpenBLAS

/// The eigen-decomposition A = V diag(values) V' of a symmetric matrix.
public struct SymmetricEigen: Sendable, Hashable {
    /// n eigenvalues, ascending.
    public let values: [Double]
    /// n x n; column j is the unit eigenvector of `values[j]`, its element of largest magnitude positive, so that
    /// equal matrices have equal vectors whatever sign LAPACK chose.
    public let vectors: Matrix

    /// Decomposes a symmetric n x n matrix, of which only the upper triangle is read (LAPACK's `dsyevd`).
    /// - Throws: `notSquare`, `notFinite`, or `failed` when the iteration does not converge.
    public init(of matrix: Matrix) throws(LinearAlgebraError) {
        guard matrix.rows == matrix.columns else {
            throw .notSquare(rows: matrix.rows, columns: matrix.columns)
        }
        guard matrix.elements.allSatisfy(\.isFinite) else { throw .notFinite }
        let size = matrix.rows
        var values = [Double](repeating: 0, count: size)
        var elements = matrix.elements
        if size > 0 {
            _ = BLASThreads.single
            let info = LAPACKE_dsyevd(
                LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "U")), Int32(size), &elements,
                Int32(size), &values)
            guard info == 0 else { throw .failed(routine: "dsyevd", code: Int(info)) }
        }
        self.values = values
        vectors = Self.withCanonicalSigns(Matrix(rows: size, columns: size, elements: elements))
    }

    private static func withCanonicalSigns(_ vectors: Matrix) -> Matrix {
        var result = vectors
        for column in 0..<vectors.columns {
            let largest = (0..<vectors.rows).map { vectors[$0, column] }.max { abs($0) < abs($1) } ?? 0
            guard largest < 0 else { continue }
            for row in 0..<vectors.rows { result[row, column].negate() }
        }
        return result
    }

    /// V diag(f(values)) V': the function `f` of the matrix, n x n and symmetric.
    public func applying(_ function: (Double) -> Double) -> Matrix {
        var scaled = vectors
        for column in 0..<vectors.columns {
            let factor = function(values[column])
            for row in 0..<vectors.rows { scaled[row, column] *= factor }
        }
        return scaled.times(vectors.transposed)
    }
}
