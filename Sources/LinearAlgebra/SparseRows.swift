/// Which columns each row of a sparse binary matrix has, in compressed rows: four bytes an entry.
public struct SparseRows: Sendable, Hashable {
    /// Number of columns.
    public let columns: Int
    /// count + 1 positions: row i is `entries[offsets[i]..<offsets[i + 1]]`.
    public private(set) var offsets: [Int] = [0]
    /// Columns of all rows, row after row.
    public private(set) var entries: [UInt32] = []

    /// A matrix without rows.
    public init(columns: Int) {
        precondition(columns >= 0 && columns < UInt32.max, "columns are counted with 32 bits")
        self.columns = columns
    }

    init(columns: Int, offsets: [Int], entries: [UInt32]) {
        self.columns = columns
        self.offsets = offsets
        self.entries = entries
    }

    /// Number of rows.
    public var count: Int { offsets.count - 1 }

    /// Where a row's entries are in `entries`.
    public func range(_ row: Int) -> Range<Int> { offsets[row]..<offsets[row + 1] }

    /// Number of entries of a row.
    public func length(_ row: Int) -> Int { offsets[row + 1] - offsets[row] }

    /// Appends a row of distinct columns.
    public mutating func append(_ row: some Collection<UInt32>) {
        precondition(row.allSatisfy { $0 < columns }, "the matrix has \(columns) columns")
        entries.append(contentsOf: row)
        offsets.append(entries.count)
    }

    /// Makes room for this many entries.
    public mutating func reserve(rows: Int, entries count: Int) {
        offsets.reserveCapacity(rows + 1)
        entries.reserveCapacity(count)
    }

    /// The same rows with every column replaced by another number below `columns`.
    public func renumbered(by numbers: [UInt32], columns: Int) -> SparseRows {
        SparseRows(
            columns: columns, offsets: offsets,
            entries: entries.map { entry in
                precondition(numbers[Int(entry)] < columns, "the matrix has \(columns) columns")
                return numbers[Int(entry)]
            })
    }

    /// Columns as rows; the entries of each ascend.
    public var transposed: SparseRows {
        var starts = [Int](repeating: 0, count: columns + 1)
        for entry in entries { starts[Int(entry) + 1] += 1 }
        for column in 0..<columns { starts[column + 1] += starts[column] }
        var next = starts
        var turned = [UInt32](repeating: 0, count: entries.count)
        for row in 0..<count {
            for position in range(row) {
                let column = Int(entries[position])
                turned[next[column]] = UInt32(row)
                next[column] += 1
            }
        }
        return SparseRows(columns: count, offsets: starts, entries: turned)
    }
}
