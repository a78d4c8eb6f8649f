// For what is inlined elsewhere.
public import CColumns

/// The elements of one column, in row order; keeps its file in memory.
///
/// What reads single rows is inlinable, because answering reads thousands of them and a call that is generic over the
/// element costs a hundred times the access itself.
public struct Column<Element: BitwiseCopyable & Sendable>: Sendable {
    private let region: Region
    // Read-only, and where it is for as long as `region` lives.
    @usableFromInline nonisolated(unsafe) let start: UnsafePointer<Element>?
    /// Number of elements.
    public let count: Int

    init(region: Region, offset: Int, count: Int) {
        self.region = region
        // The offset is a multiple of 64 in a region aligned to 64, and the directory was checked on opening.
        start = count > 0 ? region.bytes.baseAddress.map { ($0 + offset).assumingMemoryBound(to: Element.self) } : nil
        self.count = count
    }

    /// The element of a row; `row` must be below `count`.
    @inlinable
    public subscript(row: Int) -> Element {
        precondition(UInt(bitPattern: row) < UInt(bitPattern: count), "a column has no such row")
        return buffer[row]
    }

    /// Begins to bring a row, and `count` after it, into the cache for a reader to come; any row may be asked for.
    @inlinable
    public func prefetch(_ row: Int, count: Int = 1) {
        guard row >= 0, count > 0, row <= self.count - count, let start else { return }
        segue_prefetch(start + row, count * MemoryLayout<Element>.stride)
    }

    /// A copy of all elements.
    public var elements: [Element] { Array(buffer) }

    /// Runs `body` over all elements without copying them.
    @inlinable
    public func withSpan<Result>(_ body: (Span<Element>) throws -> Result) rethrows -> Result {
        try body(buffer.span)
    }

    @inlinable
    var buffer: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: start, count: start == nil ? 0 : count) }
}

extension Column<Float> {
    /// Which of the 64 elements from a row on lie between two numbers, both included, the first in the lowest bit.
    ///
    /// Beyond the last row, and where an element is NaN, the bit is 0.
    public func between(_ lower: Float, _ upper: Float, from row: Int) -> UInt64 {
        guard row >= 0, row < count, let start else { return 0 }
        if row <= count - 64 { return segue_between(start + row, lower, upper) }
        return (row..<count).reduce(0) { bits, place in
            let value = buffer[place]
            return value >= lower && value <= upper ? bits | 1 << UInt64(place - row) : bits
        }
    }
}

extension Column where Element: Comparable {
    /// The row of `element` in a column in ascending order, or nil.
    @inlinable
    public func row(of element: Element) -> Int? {
        let row = lowerBound(of: element)
        return row < count && self[row] == element ? row : nil
    }

    /// The first row whose element is not below `element` in a column in ascending order.
    @inlinable
    public func lowerBound(of element: Element) -> Int {
        let elements = buffer
        var low = 0
        var high = elements.count
        while low < high {
            let middle = (low + high) / 2
            if elements[middle] < element { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// A column whose rows are lists of elements of any length.
public struct ListColumn<Element: BitwiseCopyable & Sendable>: Sendable {
    static var offsetsSuffix: String { ".offsets" }

    @usableFromInline let offsets: Column<UInt64>
    @usableFromInline let values: Column<Element>

    init(offsets: Column<UInt64>, values: Column<Element>) {
        self.offsets = offsets
        self.values = values
    }

    /// Number of rows.
    @inlinable
    public var count: Int { offsets.count - 1 }

    /// Runs `body` over the elements of a row without copying them; `row` must be below `count`.
    @inlinable
    public func withRow<Result>(_ row: Int, _ body: (Span<Element>) throws -> Result) rethrows -> Result {
        try body(buffer(of: row).span)
    }

    /// Begins to bring where a row's elements are into the cache; the first of two steps, since the second must wait
    /// for it.
    @inlinable
    public func prefetchPlace(of row: Int) { offsets.prefetch(row, count: 2) }

    /// Begins to bring a row's elements into the cache.
    @inlinable
    public func prefetchElements(of row: Int) {
        let elements = buffer(of: row)
        if let start = elements.baseAddress {
            segue_prefetch(start, elements.count * MemoryLayout<Element>.stride)
        }
    }

    /// The elements of a row; `row` must be below `count`.
    @inlinable
    public subscript(row: Int) -> [Element] { Array(buffer(of: row)) }

    /// A row whose offsets contradict each other reads as empty: the file's checksum is what finds such damage, this
    /// only keeps the access inside the column.
    @inlinable
    func buffer(of row: Int) -> UnsafeBufferPointer<Element> {
        let start = offsets[row]
        let end = offsets[row + 1]
        guard start <= end, end <= UInt64(values.count) else { return UnsafeBufferPointer(start: nil, count: 0) }
        return UnsafeBufferPointer(rebasing: values.buffer[Int(start)..<Int(end)])
    }
}

extension ListColumn where Element == UInt8 {
    /// Appends the bytes of a row to a buffer: how ready text reaches an answer.
    @inlinable
    public func append(_ row: Int, to bytes: inout [UInt8]) { bytes.append(contentsOf: buffer(of: row)) }

    /// The bytes of a row as text.
    @inlinable
    public func string(_ row: Int) -> String { String(decoding: buffer(of: row), as: UTF8.self) }

    /// Whether a row has exactly these bytes.
    @inlinable
    public func row(_ row: Int, equals text: borrowing Span<UInt8>) -> Bool {
        let bytes = buffer(of: row)
        guard bytes.count == text.count else { return false }
        for index in bytes.indices where bytes[index] != text[index] { return false }
        return true
    }
}
