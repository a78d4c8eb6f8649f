/// A set of row numbers below a fixed count, as a bitmap.
public struct RowSet: Hashable, Sendable {
    /// Number of rows that there are, in the set or not.
    public let rowCount: Int
    /// 64 rows to a word, lowest first; bits past the last row are 0.
    public private(set) var words: [UInt64]

    /// No rows, or all of them.
    public init(rowCount: Int, all: Bool = false) {
        self.rowCount = rowCount
        words = Array(repeating: all ? .max : 0, count: (rowCount + 63) / 64)
        trim()
    }

    /// The rows for which `test` holds.
    @inlinable
    public init(rowCount: Int, where test: (Int) -> Bool) {
        self.init(rowCount: rowCount)
        for word in 0..<((rowCount + 63) / 64) {
            var bits: UInt64 = 0
            for bit in 0..<min(64, rowCount - word * 64) where test(word * 64 + bit) { bits |= 1 << UInt64(bit) }
            setWord(word, to: bits)
        }
    }

    /// The rows among some for which `test` holds; of the others it is not asked.
    ///
    /// For tests that cost more than a branch, such as those of texts.
    @inlinable
    public init(among rows: RowSet, where test: (Int) -> Bool) {
        self = rows
        for word in rows.words.indices where rows.words[word] != 0 {
            var (left, bits) = (rows.words[word], UInt64(0))
            while left != 0 {
                let lowest = left & (0 &- left)
                if test(word << 6 + left.trailingZeroBitCount) { bits |= lowest }
                left ^= lowest
            }
            setWord(word, to: bits)
        }
    }

    /// The rows among some that `test` finds, which answers for 64 rows at once; where none of the 64 is asked for, it
    /// is not called.
    ///
    /// For comparisons that cost less than a branch.
    ///
    /// - Parameter test: given the first of 64 rows, says which of them pass, that row in the lowest bit.
    @inlinable
    public init(among rows: RowSet, wordsAt test: (Int) -> UInt64) {
        self = rows
        for word in rows.words.indices where rows.words[word] != 0 {
            setWord(word, to: rows.words[word] & test(word << 6))
        }
    }

    @usableFromInline
    mutating func setWord(_ word: Int, to bits: UInt64) { words[word] = bits }

    /// Number of rows in the set.
    public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// Whether no row is in the set.
    public var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    /// Whether a row is in the set; rows past the last are not.
    @inlinable
    public func contains(_ row: Int) -> Bool {
        row >= 0 && row < rowCount && words[row >> 6] & (1 << UInt64(row & 63)) != 0
    }

    /// Adds a row.
    public mutating func insert(_ row: Int) {
        precondition(row >= 0 && row < rowCount)
        words[row >> 6] |= 1 << UInt64(row & 63)
    }

    /// Keeps the rows that are in `other` too.
    public mutating func formIntersection(_ other: RowSet) { combine(other) { $0 & $1 } }

    /// Adds the rows of `other`.
    public mutating func formUnion(_ other: RowSet) { combine(other) { $0 | $1 } }

    /// Takes the rows of `other` out.
    public mutating func subtract(_ other: RowSet) { combine(other) { $0 & ~$1 } }

    /// The rows that are not in `other`.
    public func subtracting(_ other: RowSet) -> RowSet {
        var result = self
        result.subtract(other)
        return result
    }

    /// The rows that are not in the set.
    public var inverted: RowSet {
        var result = self
        for word in words.indices { result.words[word] = ~words[word] }
        result.trim()
        return result
    }

    /// Calls `body` with each row of the set, ascending.
    @inlinable
    public func forEachRow(_ body: (Int) -> Void) {
        for index in words.indices {
            var bits = words[index]
            while bits != 0 {
                body(index << 6 + bits.trailingZeroBitCount)
                bits &= bits - 1
            }
        }
    }

    private mutating func combine(_ other: RowSet, _ operation: (UInt64, UInt64) -> UInt64) {
        precondition(rowCount == other.rowCount, "sets over different rows")
        for word in words.indices { words[word] = operation(words[word], other.words[word]) }
    }

    private mutating func trim() {
        guard rowCount % 64 != 0, let last = words.indices.last else { return }
        words[last] &= (1 << UInt64(rowCount % 64)) - 1
    }
}
