internal import COpenBLAS

/// The right sides r of rows' systems (I + w U'U) x = U'r, and their weights w.
enum RowSides {
    /// By row: r is the row's confidence c for all of its entries, w = c - 1, and U is Z.
    case byRow([Float])
    /// By entry: r is c / sqrt(c - 1), w = 1, and U is Z with its rows multiplied by sqrt(c - 1).
    case byEntry([Float])

    func side(_ row: Int, _ entry: UInt32) -> Float {
        switch self {
        case .byRow(let confidence): confidence[row]
        case .byEntry(let sides): sides[Int(entry)]
        }
    }

    func weight(_ row: Int) -> Float {
        switch self {
        case .byRow(let confidence): confidence[row] - 1
        case .byEntry: 1
        }
    }
}

/// Solves one row of an implicit factorization after another: (I + weight U'U) x = U'r, where the rows of U are the
/// row's entries in the whitened basis. One for each thread, because it owns its scratch memory.
final class RowSolver {
    private let factors: Int
    /// The entries' vectors, `batch` x factors.
    private let gathered: UnsafeMutablePointer<Float>
    private let right: UnsafeMutablePointer<Float>
    private let system: UnsafeMutablePointer<Float>
    /// Entries that are gathered at a time; a longer row is summed up batch by batch.
    private let batch: Int

    init(factors: Int) {
        self.factors = factors
        batch = max(256, factors)
        gathered = .allocate(capacity: batch * factors)
        right = .allocate(capacity: max(batch, factors))
        system = .allocate(capacity: factors * factors)
    }

    deinit {
        gathered.deallocate()
        right.deallocate()
        system.deallocate()
    }

    /// Writes the `factors` numbers of a row's solution, in the whitened basis, to `solution`, which is zero before.
    func solve(
        _ lists: SparseRows, _ row: Int, _ basis: FactorMatrix, _ sides: RowSides,
        into solution: UnsafeMutablePointer<Float>
    ) {
        let range = lists.range(row)
        guard !range.isEmpty else { return }
        lists.entries.withUnsafeBufferPointer { entries in
            basis.elements.withUnsafeBufferPointer { basis in
                guard let basis = basis.baseAddress else { return }
                let entries = UnsafeBufferPointer(rebasing: entries[range])
                if entries.count < factors {
                    solveShort(entries, basis, sides, row, solution)
                } else {
                    solveLong(entries, basis, sides, row, solution)
                }
            }
        }
    }

    /// x = U'(I + weight UU')^-1 r, m x m.
    private func solveShort(
        _ entries: UnsafeBufferPointer<UInt32>, _ basis: UnsafePointer<Float>, _ sides: RowSides, _ row: Int,
        _ solution: UnsafeMutablePointer<Float>
    ) {
        let count = entries.count
        gather(entries[...], basis, sides, row)
        cblas_ssyrk(
            CblasRowMajor, CblasLower, CblasNoTrans, Int32(count), Int32(factors), sides.weight(row), gathered,
            Int32(factors), 0,
            system, Int32(count))
        solveSystem(of: count, right)
        cblas_sgemv(
            CblasRowMajor, CblasTrans, Int32(count), Int32(factors), 1, gathered, Int32(factors), right, 1, 0, solution,
            1)
    }

    /// x = (I + weight U'U)^-1 U'r, factors x factors.
    private func solveLong(
        _ entries: UnsafeBufferPointer<UInt32>, _ basis: UnsafePointer<Float>, _ sides: RowSides, _ row: Int,
        _ solution: UnsafeMutablePointer<Float>
    ) {
        for start in stride(from: 0, to: entries.count, by: batch) {
            let part = entries[start..<min(start + batch, entries.count)]
            gather(part, basis, sides, row)
            let before: Float = start == 0 ? 0 : 1
            cblas_ssyrk(
                CblasRowMajor, CblasLower, CblasTrans, Int32(factors), Int32(part.count), sides.weight(row), gathered,
                Int32(factors), before, system, Int32(factors))
            cblas_sgemv(
                CblasRowMajor, CblasTrans, Int32(part.count), Int32(factors), 1, gathered, Int32(factors), right, 1,
                before, solution, 1)
        }
        solveSystem(of: factors, solution)
    }

    /// Gathers the entries' vectors and right sides.
    private func gather(
        _ entries: Slice<UnsafeBufferPointer<UInt32>>, _ basis: UnsafePointer<Float>, _ sides: RowSides, _ row: Int
    ) {
        for (place, entry) in zip(0..., entries) {
            (gathered + place * factors).update(from: basis + Int(entry) * factors, count: factors)
            right[place] = sides.side(row, entry)
        }
    }

    /// Solves (I + system) x = x in place; positive definite, because `system` is a Gram matrix times a weight above 0.
    private func solveSystem(of size: Int, _ vector: UnsafeMutablePointer<Float>) {
        for index in 0..<size { system[index * (size + 1)] += 1 }
        // The lower triangle by rows is the upper one by columns, which spares LAPACKE a transposition.
        let info = LAPACKE_sposv_work(
            LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), Int32(size), 1, system, Int32(size), vector, Int32(size))
        precondition(info == 0, "I plus a Gram matrix is positive definite")
    }
}
