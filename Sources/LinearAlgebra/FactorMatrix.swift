/// One vector of floats for each of many rows: what a factorization learns, kept at four bytes a number.
public struct FactorMatrix: Sendable, Hashable {
    /// Number of vectors.
    public let rows: Int
    /// Numbers in each.
    public let factors: Int
    /// rows * factors numbers, row-major.
    public internal(set) var elements: [Float]

    /// Takes rows * factors numbers in row-major order.
    public init(rows: Int, factors: Int, elements: [Float]) {
        precondition(rows >= 0 && factors >= 0, "a matrix has no negative number of rows or factors")
        precondition(elements.count == rows * factors, "a matrix needs rows * factors elements")
        precondition(factors <= 4_096, "factors are few")
        self.rows = rows
        self.factors = factors
        self.elements = elements
    }

    /// Vectors of zeros.
    public init(rows: Int, factors: Int) {
        self.init(rows: rows, factors: factors, elements: Array(repeating: 0, count: rows * factors))
    }

    /// The vector of a row.
    public subscript(row: Int) -> ArraySlice<Float> { elements[row * factors..<(row + 1) * factors] }
}
