/// A set of ids that a search may find, one bit for each id of a range.
///
/// It costs an eighth of a byte for each id that it covers, whether or not the id is in it, so it suits the dense ids
/// of a catalog. Ids outside the range are never members.
public struct IDBitmap: Equatable, Sendable {
    /// The id of the first bit, a multiple of 64 so that bitmaps combine word by word.
    public let base: Int64
    /// Bit `i % 64` of word `i / 64` stands for the id `base + i`.
    public private(set) var words: [UInt64]

    /// Creates a bitmap without members that covers a range of ids.
    ///
    /// - Precondition: The range is not so long that its bits cannot be held in memory.
    public init(covering range: Range<Int64>) {
        base = range.lowerBound & ~63
        words = range.isEmpty ? [] : Array(repeating: 0, count: Int((range.upperBound - 1 - base) / 64) + 1)
    }

    /// Creates a bitmap of given ids, in any order and with any repetition.
    ///
    /// - Throws: ``VectorIndexError/invalidArgument(_:)`` when lowest and highest are 2^32 or more apart, as a bitmap
    ///   of them would be too large to be of use.
    public init(ids: some Collection<Int64>) throws(VectorIndexError) {
        guard let lowest = ids.min(), let highest = ids.max() else {
            self.init(covering: 0..<0)
            return
        }
        let (span, overflow) = highest.subtractingReportingOverflow(lowest)
        guard !overflow, span < 1 << 32, highest < .max else {
            throw .invalidArgument(
                "ids from \(lowest) to \(highest) are too far apart for a bitmap; filter the results instead")
        }
        self.init(covering: lowest..<highest + 1)
        for id in ids {
            insert(id)
        }
    }

    /// The number of members.
    public var count: Int {
        words.reduce(0) { $0 + $1.nonzeroBitCount }
    }

    /// Whether nothing is a member.
    public var isEmpty: Bool {
        words.allSatisfy { $0 == 0 }
    }

    /// Whether the id is a member.
    public func contains(_ id: Int64) -> Bool {
        guard let bit = bit(of: id) else { return false }
        return words[bit / 64] >> UInt64(bit % 64) & 1 == 1
    }

    /// Makes the id a member.
    ///
    /// - Precondition: The bitmap covers the id.
    public mutating func insert(_ id: Int64) {
        guard let bit = bit(of: id) else { preconditionFailure("the bitmap does not cover id \(id)") }
        words[bit / 64] |= 1 << UInt64(bit % 64)
    }

    /// Makes the id no member, if it was one.
    public mutating func remove(_ id: Int64) {
        guard let bit = bit(of: id) else { return }
        words[bit / 64] &= ~(1 << UInt64(bit % 64))
    }

    mutating func replaceWords(_ replacement: (Int, UInt64) -> UInt64) {
        for index in words.indices {
            words[index] = replacement(index, words[index])
        }
    }

    private func bit(of id: Int64) -> Int? {
        let (offset, overflow) = id.subtractingReportingOverflow(base)
        guard !overflow, offset >= 0, offset / 64 < words.count else { return nil }
        return Int(offset)
    }
}
