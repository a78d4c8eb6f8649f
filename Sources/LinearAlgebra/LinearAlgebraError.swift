/// Why a computation on matrices has no result.
public enum LinearAlgebraError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The input holds a NaN or an infinity.
    case notFinite
    /// The input has `rows` x `columns` elements where a square matrix is needed.
    case notSquare(rows: Int, columns: Int)
    /// The smallest eigenvalue is not above zero beyond rounding; add a ridge.
    case notPositiveDefinite(smallestEigenvalue: Double)
    /// LAPACK's `routine` did not converge, or refused an argument; `code` is its `info`.
    case failed(routine: String, code: Int)

    /// What is wrong, in one sentence.
    public var description: String {
        switch self {
        case .notFinite: "the matrix holds a NaN or an infinity"
        case .notSquare(let rows, let columns): "a square matrix is needed, this one is \(rows) x \(columns)"
        case .notPositiveDefinite(let value):
            "the matrix is not positive definite (smallest eigenvalue \(value)); add a ridge"
        case .failed(let routine, let code): "LAPACK's \(routine) failed with code \(code)"
        }
    }
}
