/// A dense matrix of doubles in row-major order: element (i, j) is `elements[i * columns + j]`.
///
/// Sized for fitting (tens to thousands of columns), not for whole catalogs, which stream through `RunningCovariance`.
public struct Matrix: Sendable, Hashable {
    /// Number of rows.
    public let rows: Int
    /// Number of columns.
    public let columns: Int
    /// rows * columns numbers, row-major.
    public private(set) var elements: [Double]

    /// Takes rows * columns numbers in row-major order.
    public init(rows: Int, columns: Int, elements: [Double]) {
        precondition(rows >= 0 && columns >= 0, "a matrix has no negative number of rows or columns")
        precondition(elements.count == rows * columns, "a matrix needs rows * columns elements")
        precondition(max(rows, columns) <= Int(Int32.max), "BLAS counts rows and columns with 32 bits")
        self.rows = rows
        self.columns = columns
        self.elements = elements
    }

    /// A square matrix with the given numbers on its diagonal and zeros elsewhere.
    public init(diagonal: [Double]) {
        let size = diagonal.count
        self.init(rows: size, columns: size, elements: Array(repeating: 0, count: size * size))
        for index in diagonal.indices { self[index, index] = diagonal[index] }
    }

    /// The element in a row and column.
    public subscript(row: Int, column: Int) -> Double {
        get { elements[offset(row, column)] }
        set { elements[offset(row, column)] = newValue }
    }

    private func offset(_ row: Int, _ column: Int) -> Int {
        precondition(row >= 0 && row < rows && column >= 0 && column < columns, "no such element")
        return row * columns + column
    }

    /// Rows as columns: columns x rows.
    public var transposed: Matrix {
        var result = Matrix(rows: columns, columns: rows, elements: Array(repeating: 0, count: elements.count))
        for row in 0..<rows {
            for column in 0..<columns { result[column, row] = self[row, column] }
        }
        return result
    }

    /// Sum of the diagonal of a square matrix.
    public var trace: Double {
        precondition(rows == columns, "only a square matrix has a trace")
        return (0..<rows).reduce(0) { $0 + self[$1, $1] }
    }
}
