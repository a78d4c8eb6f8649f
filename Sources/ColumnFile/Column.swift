/// The elements of one column, in row order; keeps its file in memory.
public struct Column<Element: BitwiseCopyable & Sendable>: Sendable {
    private let region: Region
    private let offset: Int
    /// Number of elements.
    public let count: Int

    init(region: Region, offset: Int, count: Int) {
        self.region = region
        self.offset = offset
        self.count = count
    }

    /// The element of a row; `row` must be below `count`.
    @inlinable
    public subscript(row: Int) -> Element { buffer[row] }

    /// A copy of all elements.
    public var elements: [Element] { Array(buffer) }

    /// Runs `body` over all elements without copying them.
    public func withSpan<Result>(_ body: (Span<Element>) throws -> Result) rethrows -> Result {
        try body(buffer.span)
    }

    @usableFromInline
    var buffer: UnsafeBufferPointer<Element> {
        // The offset is a multiple of 64 in a region aligned to 64, and the directory was checked on opening.
        guard let start = region.bytes.baseAddress, count > 0 else { return UnsafeBufferPointer(start: nil, count: 0) }
        return UnsafeBufferPointer(start: (start + offset).assumingMemoryBound(to: Element.self), count: count)
    }
}

extension Column where Element: Comparable {
    /// The row of `element` in a column in ascending order, or nil.
    public func row(of element: Element) -> Int? {
        let row = lowerBound(of: element)
        return row < count && self[row] == element ? row : nil
    }

    /// The first row whose element is not below `element` in a column in ascending order.
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

    private let offsets: Column<UInt64>
    private let values: Column<Element>

    init(offsets: Column<UInt64>, values: Column<Element>) {
        self.offsets = offsets
        self.values = values
    }

    /// Number of rows.
    public var count: Int { offsets.count - 1 }

    /// Runs `body` over the elements of a row without copying them; `row` must be below `count`.
    public func withRow<Result>(_ row: Int, _ body: (Span<Element>) throws -> Result) rethrows -> Result {
        try body(buffer(of: row).span)
    }

    /// The elements of a row; `row` must be below `count`.
    public subscript(row: Int) -> [Element] { Array(buffer(of: row)) }

    /// A row whose offsets contradict each other reads as empty: the file's checksum is what finds such damage, this
    /// only keeps the access inside the column.
    private func buffer(of row: Int) -> UnsafeBufferPointer<Element> {
        let start = offsets[row]
        let end = offsets[row + 1]
        guard start <= end, end <= UInt64(values.count) else { return UnsafeBufferPointer(start: nil, count: 0) }
        return UnsafeBufferPointer(rebasing: values.buffer[Int(start)..<Int(end)])
    }
}

extension ListColumn where Element == UInt8 {
    /// Appends the bytes of a row to a buffer: how ready text reaches an answer.
    public func append(_ row: Int, to bytes: inout [UInt8]) { bytes.append(contentsOf: buffer(of: row)) }

    /// The bytes of a row as text.
    public func string(_ row: Int) -> String { String(decoding: buffer(of: row), as: UTF8.self) }

    /// Whether a row has exactly these bytes.
    public func row(_ row: Int, equals text: borrowing Span<UInt8>) -> Bool {
        let bytes = buffer(of: row)
        guard bytes.count == text.count else { return false }
        for index in bytes.indices where bytes[index] != text[index] { return false }
        return true
    }
}
