/// Factorizes a sparse binary matrix of observations by alternating least squares with confidences
/// (Y. Hu, Y. Koren, C. Volinsky: Collaborative Filtering for Implicit Feedback Datasets, 2008).
///
/// Minimises the sum over all cells of c (p - x·y)^2 plus regularization (|x|^2 + |y|^2), where p = 1 and c = the row's
/// confidence for an entry, p = 0 and c = 1 for every other cell. Each row's system is solved exactly. The result is the
/// same to the last bit whatever the number of threads.
public struct ImplicitFactorization: Sendable, Hashable {
    /// Numbers in each vector.
    public var factors: Int
    /// The weight of the vectors' squared lengths; above 0.
    public var regularization: Double
    /// How often rows and then columns are solved; at least 1.
    public var sweeps: Int
    /// Threads that solve rows.
    public var threads: Int

    /// Describes a factorization.
    public init(factors: Int, regularization: Double, sweeps: Int, threads: Int) {
        precondition(factors > 0 && regularization > 0 && sweeps > 0, "factors, regularization and sweeps are above 0")
        self.factors = factors
        self.regularization = regularization
        self.sweeps = sweeps
        self.threads = threads
    }

    /// A confidence is raised to this, so that an entry always says more than its absence, and the equations stay
    /// positive definite by a margin.
    public static let leastConfidence: Float = 1.01

    /// Runs the sweeps, beginning with the rows against `start`.
    /// - Parameters:
    ///   - observed: rows x columns, each row's entries distinct.
    ///   - confidence: one for each row; less than `leastConfidence` counts as that.
    ///   - start: columns x factors.
    ///   - progress: is told the share that is done, 0 to 1, after each half sweep.
    /// - Throws: `LinearAlgebraError` where numbers grow beyond what can be solved.
    public func run(
        _ observed: SparseRows, confidence: [Float], start: FactorMatrix, progress: (Double) -> Void = { _ in }
    ) throws(LinearAlgebraError) -> (rows: FactorMatrix, columns: FactorMatrix) {
        precondition(confidence.count == observed.count, "one confidence for each row")
        precondition(start.rows == observed.columns && start.factors == factors, "one start for each column")
        let turned = observed.transposed
        var (rows, columns) = (FactorMatrix(rows: observed.count, factors: factors), start)
        for sweep in 0..<sweeps {
            rows = try solveRows(of: observed, confidence: confidence, columns: columns)
            progress((Double(sweep) + 0.5) / Double(sweeps))
            columns = try solveColumns(of: turned, confidence: confidence, rows: rows)
            progress(Double(sweep + 1) / Double(sweeps))
        }
        return (rows, columns)
    }

    /// The rows' vectors where the columns' are given; zero for a row without entries.
    /// - Throws: `LinearAlgebraError` where the columns' Gram matrix is not finite.
    public func solveRows(
        of observed: SparseRows, confidence: [Float], columns: FactorMatrix
    ) throws(LinearAlgebraError) -> FactorMatrix {
        precondition(confidence.count == observed.count && columns.rows == observed.columns, "sizes differ")
        let raised = confidence.map { max($0, Self.leastConfidence) }
        let fixed = try WhitenedFactors(columns, ridge: regularization, scales: nil, threads: threads)
        return solve(observed, fixed, .byRow(raised))
    }

    /// The columns' vectors where the rows' are given; zero for a column without entries.
    /// - Parameter turned: columns x rows.
    /// - Throws: `LinearAlgebraError` where the rows' Gram matrix is not finite.
    public func solveColumns(
        of turned: SparseRows, confidence: [Float], rows: FactorMatrix
    ) throws(LinearAlgebraError) -> FactorMatrix {
        precondition(confidence.count == turned.columns && rows.rows == turned.columns, "sizes differ")
        let raised = confidence.map { max($0, Self.leastConfidence) }
        let scales = raised.map { ($0 - 1).squareRoot() }
        let sides = zip(raised, scales).map { $0 / $1 }
        let fixed = try WhitenedFactors(rows, ridge: regularization, scales: scales, threads: threads)
        return solve(turned, fixed, .byEntry(sides))
    }

    /// Rows that are brought back from the whitened basis at a time, and that a thread takes at a time.
    private static let chunk = 128

    private func solve(_ lists: SparseRows, _ fixed: WhitenedFactors, _ sides: RowSides) -> FactorMatrix {
        var solved = FactorMatrix(rows: lists.count, factors: factors)
        let (factors, pool) = (factors, WorkerPool(threads: threads))
        solved.elements.withUnsafeMutableBufferPointer { solved in
            guard let base = solved.baseAddress else { return }
            // Every chunk writes its own rows.
            nonisolated(unsafe) let target = base
            pool.forEachChunk(of: lists.count, size: Self.chunk, state: { RowSolver(factors: factors) }) {
                _, rows, solver in
                for row in rows {
                    solver.solve(lists, row, fixed.basis, sides, into: target + row * factors)
                }
                fixed.unwhiten(target + rows.lowerBound * factors, count: rows.count)
            }
        }
        return solved
    }
}
