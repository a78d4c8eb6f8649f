/// One side of a factorization held fixed, against which single new rows of the other side are solved in double
/// precision ("fold-in").
public struct FixedFactors: Sendable {
    /// The fixed vectors.
    public let matrix: FactorMatrix
    /// Y'Y + regularization I.
    private let ridged: Matrix

    /// Computes the Gram matrix once.
    public init(_ matrix: FactorMatrix, regularization: Double, threads: Int = 1) {
        self.matrix = matrix
        ridged = matrix.gram(threads: threads).adding(toDiagonal: regularization)
    }

    /// The vector of a row with the given entries: the same system that `ImplicitFactorization` solves for a row.
    /// - Parameters:
    ///   - entries: entries x factors, row-major: distinct rows of `matrix`, or vectors solved against the other side.
    ///   - confidence: one for each entry; less than `ImplicitFactorization.leastConfidence` counts as that.
    /// - Throws: `LinearAlgebraError` where numbers are not finite.
    public func solve(_ entries: [Float], confidence: [Float]) throws(LinearAlgebraError) -> [Float] {
        let factors = matrix.factors
        precondition(entries.count == confidence.count * factors, "one confidence for each entry")
        var (system, right) = (ridged, [Double](repeating: 0, count: factors))
        for (entry, confidence) in confidence.enumerated() {
            let weight = Double(max(confidence, ImplicitFactorization.leastConfidence))
            let vector = entries[entry * factors..<(entry + 1) * factors].map(Double.init)
            for row in 0..<factors {
                right[row] += weight * vector[row]
                let scaled = (weight - 1) * vector[row]
                for column in 0..<factors { system[row, column] += scaled * vector[column] }
            }
        }
        return try system.solve(right).map(Float.init)
    }
}
