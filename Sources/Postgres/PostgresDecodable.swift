/// A value that can be read from a row in PostgreSQL's binary form.
public protocol PostgresDecodable {
    /// Reads a cell.
    /// - Throws: `PostgresDecodingError` where the cell is null or of a type that does not fit.
    init(cell: borrowing PostgresCell) throws(PostgresDecodingError)
}

/// One value of one row, valid only while the row is.
public struct PostgresCell: ~Copyable {
    let bytes: UnsafeRawBufferPointer?
    let type: UInt32
    let column: Int

    /// The bytes, where the value is there and of one of the given types.
    func bytes<Expected>(
        of types: UInt32..., as expected: Expected.Type
    ) throws(PostgresDecodingError) -> UnsafeRawBufferPointer {
        guard let bytes, types.contains(type) else { throw mismatch(expected) }
        return bytes
    }

    func mismatch<Expected>(_ expected: Expected.Type) -> PostgresDecodingError {
        PostgresDecodingError(column: column, expected: "\(expected)", type: type, isNull: bytes == nil)
    }
}

extension UnsafeRawBufferPointer {
    /// The integer at an offset, in network order.
    @inline(__always)
    func networkOrder<Value: FixedWidthInteger>(_ type: Value.Type, at offset: Int = 0) -> Value {
        Value(bigEndian: loadUnaligned(fromByteOffset: offset, as: Value.self))
    }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    /// Reads null as nil.
    public init(cell: borrowing PostgresCell) throws(PostgresDecodingError) {
        self = cell.bytes == nil ? nil : try Wrapped(cell: cell)
    }
}

extension Bool: PostgresDecodable {
    /// Reads `bool`.
    public init(cell: borrowing PostgresCell) throws(PostgresDecodingError) {
        self = try cell.bytes(of: TypeID.bool, as: Bool.self)[0] != 0
    }
}

extension Int64: PostgresDecodable {
    /// Reads `int2`, `int4` and `int8`.
    public init(cell: borrowing PostgresCell) throws(PostgresDecodingError) {
        guard let bytes = cell.bytes else { throw cell.mismatch(Int64.self) }
        switch cell.type {
        case TypeID.int8: self = bytes.networkOrder(Int64.self)
        case TypeID.int4: self = Int64(bytes.networkOrder(Int32.self))
        case TypeID.int2: self = Int64(bytes.networkOrder(Int16.self))
        default: throw cell.mismatch(Int64.self)
        }
    }
}

extension Int: PostgresDecodable {
    /// Reads `int2`, `int4` and `int8`.
    public init(cell: borrowing PostgresCell) throws(PostgresDecodingError) { self = Int(try Int64(cell: cell)) }
}

extension UInt64: PostgresDecodable {
    /// Reads `xid8` and, as bits, `int8`.
    public init(cell: borrowing PostgresCell) throws(PostgresDecodingError) {
        self = try cell.bytes(of: TypeID.xid8, TypeID.int8, as: UInt64.self).networkOrder(UInt64.self)
    }
}

extension Float: PostgresDecodable {
    /// Reads `float4`.
    public init(cell: borrowing PostgresCell) throws(PostgresDecodingError) {
        self = Float(bitPattern: try cell.bytes(of: TypeID.float4, as: Float.self).networkOrder(UInt32.self))
    }
}

extension Double: PostgresDecodable {
    /// Reads `float8`.
    public init(cell: borrowing PostgresCell) throws(PostgresDecodingError) {
        self = Double(bitPattern: try cell.bytes(of: TypeID.float8, as: Double.self).networkOrder(UInt64.self))
    }
}

extension String: PostgresDecodable {
    /// Reads text, names, JSON and enumerations (whose identifiers are the database's own).
    public init(cell: borrowing PostgresCell) throws(PostgresDecodingError) {
        guard let bytes = cell.bytes else { throw cell.mismatch(String.self) }
        switch cell.type {
        case TypeID.text, TypeID.varchar, TypeID.name, TypeID.json, 16_384...:
            self = String(decoding: bytes, as: UTF8.self)
        case TypeID.jsonb: self = String(decoding: bytes.dropFirst(), as: UTF8.self)
        default: throw cell.mismatch(String.self)
        }
    }
}

extension Array: PostgresDecodable where Element: PostgresDecodable {
    /// Reads a one-dimensional array.
    public init(cell: borrowing PostgresCell) throws(PostgresDecodingError) {
        guard let bytes = cell.bytes, bytes.count >= 12 else { throw cell.mismatch([Element].self) }
        self = []
        let dimensions = bytes.networkOrder(Int32.self)
        let type = bytes.networkOrder(UInt32.self, at: 8)
        guard dimensions > 0 else { return }
        guard dimensions == 1, bytes.count >= 20 else { throw cell.mismatch([Element].self) }
        let count = Int(bytes.networkOrder(Int32.self, at: 12))
        reserveCapacity(count)
        var offset = 20
        for _ in 0..<count {
            let length = Int(bytes.networkOrder(Int32.self, at: offset))
            offset += 4
            let element = length < 0 ? nil : UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
            append(try Element(cell: PostgresCell(bytes: element, type: type, column: cell.column)))
            offset += length < 0 ? 0 : length
        }
    }
}

extension PackedFloats: PostgresDecodable {
    /// Reads `bytea` of a whole number of floats.
    public init(cell: borrowing PostgresCell) throws(PostgresDecodingError) {
        let bytes = try cell.bytes(of: TypeID.bytea, as: PackedFloats.self)
        guard bytes.count % 4 == 0 else { throw cell.mismatch(PackedFloats.self) }
        values = [Float](unsafeUninitializedCapacity: bytes.count / 4) { buffer, count in
            count = bytes.count / 4
            for index in 0..<count {
                let bits = bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)
                buffer.initializeElement(at: index, to: Float(bitPattern: UInt32(littleEndian: bits)))
            }
        }
    }
}
