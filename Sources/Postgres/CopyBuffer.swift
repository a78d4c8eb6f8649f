/// Rows for `COPY … FROM STDIN (FORMAT binary)`, gathered in memory until they are sent.
///
/// The binary form needs no escaping and is checked by the server column by column: each value must have exactly the
/// column's type (an `int4` column takes `Int32`, not `Int`).
public struct CopyBuffer: Sendable {
    /// What was gathered, with the header in front.
    @usableFromInline var storage: [UInt8]
    /// Number of rows begun.
    public var rows: Int { rowCount }
    @usableFromInline var rowCount = 0

    private static let header: [UInt8] = Array("PGCOPY\n".utf8) + [0xff, 0x0d, 0x0a, 0] + Array(repeating: 0, count: 8)

    /// Makes room for `capacity` bytes.
    public init(capacity: Int = 1 << 16) {
        storage = []
        storage.reserveCapacity(capacity + 64)
        storage += Self.header
    }

    /// Size in bytes.
    public var size: Int { storage.count }

    /// Whether there is no row.
    public var isEmpty: Bool { rows == 0 }

    /// Begins a row of `columns` values, each of which must be appended before the next row begins.
    @inlinable
    public mutating func beginRow(columns: Int) {
        rowCount += 1
        storage.appendNetworkOrder(Int16(columns))
    }

    /// Appends a value.
    @inlinable @inline(__always)
    public mutating func append(_ value: some PostgresEncodable) { value.encodeField(into: &storage) }

    /// Appends a value or null.
    @inlinable @inline(__always)
    public mutating func append<Value: PostgresEncodable>(_ value: Value?) {
        if let value { value.encodeField(into: &storage) } else { storage.appendNetworkOrder(Int32(-1)) }
    }

    /// Hands out the bytes of a complete stream, the only one.
    public consuming func finished() -> [UInt8] {
        storage.appendNetworkOrder(Int16(-1))
        return storage
    }

    /// Hands out the bytes of a complete stream and starts anew.
    public mutating func drain() -> [UInt8] {
        storage.appendNetworkOrder(Int16(-1))
        let full = storage
        storage = []
        storage.reserveCapacity(full.count)
        storage += Self.header
        rowCount = 0
        return full
    }
}
