internal import COpenBLAS

extension Matrix {
    /// Self plus `value` on the diagonal of a square matrix.
    public func adding(toDiagonal value: Double) -> Matrix {
        precondition(rows == columns, "only a square matrix has a diagonal")
        var result = self
        for index in 0..<rows { result[index, index] += value }
        return result
    }

    /// The lower triangle L of a symmetric positive definite matrix A = L L', zeros above (LAPACK's `dpotrf`).
    /// - Throws: `notSquare`, `notFinite`, or `notPositiveDefinite`.
    public func cholesky() throws(LinearAlgebraError) -> Matrix {
        guard rows == columns else { throw .notSquare(rows: rows, columns: columns) }
        guard elements.allSatisfy(\.isFinite) else { throw .notFinite }
        guard rows > 0 else { return self }
        var factor = elements
        _ = BLASThreads.single
        let info = LAPACKE_dpotrf(LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "L")), Int32(rows), &factor, Int32(rows))
        guard info == 0 else { throw .notPositiveDefinite(smallestEigenvalue: 0) }
        var result = Matrix(rows: rows, columns: rows, elements: factor)
        for row in 0..<rows {
            for column in row + 1..<max(rows, row + 1) { result[row, column] = 0 }
        }
        return result
    }

    /// The solution x of A x = b for a symmetric positive definite n x n matrix A and n numbers b (LAPACK's `dposv`).
    /// - Throws: `notSquare`, `notFinite`, or `notPositiveDefinite`.
    public func solve(_ right: [Double]) throws(LinearAlgebraError) -> [Double] {
        guard rows == columns else { throw .notSquare(rows: rows, columns: columns) }
        precondition(right.count == rows, "a right side of \(rows) elements is needed")
        guard elements.allSatisfy(\.isFinite), right.allSatisfy(\.isFinite) else { throw .notFinite }
        guard rows > 0 else { return [] }
        var (matrix, solution) = (elements, right)
        _ = BLASThreads.single
        let info = LAPACKE_dposv(
            LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "L")), Int32(rows), 1, &matrix, Int32(rows), &solution, 1)
        guard info == 0 else { throw .notPositiveDefinite(smallestEigenvalue: 0) }
        return solution
    }

    /// The inverse of a square matrix (LAPACK's `dgesv` against the identity).
    /// - Throws: `notSquare`, `notFinite`, or `failed` for a singular matrix.
    public func inverted() throws(LinearAlgebraError) -> Matrix {
        guard rows == columns else { throw .notSquare(rows: rows, columns: columns) }
        guard elements.allSatisfy(\.isFinite) else { throw .notFinite }
        guard rows > 0 else { return self }
        var matrix = elements
        var result = Matrix(diagonal: Array(repeating: 1, count: rows)).elements
        var pivots = [Int32](repeating: 0, count: rows)
        _ = BLASThreads.single
        let info = LAPACKE_dgesv(
            LAPACK_ROW_MAJOR, Int32(rows), Int32(rows), &matrix, Int32(rows), &pivots, &result, Int32(rows))
        guard info == 0, result.allSatisfy(\.isFinite) else { throw .failed(routine: "dgesv", code: Int(info)) }
        return Matrix(rows: rows, columns: rows, elements: result)
    }
}
