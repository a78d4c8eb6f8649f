/// A value that can be bound to a statement or copied into a table, in PostgreSQL's binary form.
public protocol PostgresEncodable: Sendable {
    /// The object identifier of the type that the server reads it as.
    static var postgresType: UInt32 { get }
    /// Appends the binary form.
    func encode(into bytes: inout [UInt8])
    /// Appends the binary form after its length in bytes, four of them.
    func encodeField(into bytes: inout [UInt8])
}

extension PostgresEncodable {
    /// Puts the length in front once it is known.
    @inlinable
    public func encodeField(into bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.appendNetworkOrder(Int32(0))
        encode(into: &bytes)
        let length = UInt32(bytes.count - start - 4)
        bytes[start] = UInt8(truncatingIfNeeded: length >> 24)
        bytes[start + 1] = UInt8(truncatingIfNeeded: length >> 16)
        bytes[start + 2] = UInt8(truncatingIfNeeded: length >> 8)
        bytes[start + 3] = UInt8(truncatingIfNeeded: length)
    }
}

/// Object identifiers of built-in types (`pg_type.dat` of PostgreSQL).
enum TypeID {
    static let bool: UInt32 = 16
    static let bytea: UInt32 = 17
    static let name: UInt32 = 19
    static let int8: UInt32 = 20
    static let int2: UInt32 = 21
    static let int4: UInt32 = 23
    static let text: UInt32 = 25
    static let oid: UInt32 = 26
    static let json: UInt32 = 114
    static let float4: UInt32 = 700
    static let float8: UInt32 = 701
    static let int4Array: UInt32 = 1_007
    static let textArray: UInt32 = 1_009
    static let int8Array: UInt32 = 1_016
    static let float4Array: UInt32 = 1_021
    static let float8Array: UInt32 = 1_022
    static let varchar: UInt32 = 1_043
    static let timestamptz: UInt32 = 1_184
    static let jsonb: UInt32 = 3_802
    static let xid8: UInt32 = 5_069
}

extension [UInt8] {
    /// Appends an integer in network order.
    @inlinable @inline(__always)
    mutating func appendNetworkOrder(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    /// Appends a one-dimensional array of values that are not null.
    @inlinable
    mutating func appendArray<Item: PostgresEncodable>(_ elements: [Item]) {
        appendNetworkOrder(Int32(elements.isEmpty ? 0 : 1))
        appendNetworkOrder(Int32(0))
        appendNetworkOrder(Item.postgresType)
        guard !elements.isEmpty else { return }
        appendNetworkOrder(Int32(elements.count))
        appendNetworkOrder(Int32(1))
        for element in elements { element.encodeField(into: &self) }
    }

    /// Appends a value of four bytes after its length.
    @inlinable @inline(__always)
    mutating func appendField(_ value: UInt32) { appendNetworkOrder(4 << 32 | UInt64(value)) }
}

extension Bool: PostgresEncodable {
    /// `bool`.
    public static var postgresType: UInt32 { TypeID.bool }
    /// One byte.
    @inlinable
    public func encode(into bytes: inout [UInt8]) { bytes.append(self ? 1 : 0) }
}

extension Int: PostgresEncodable {
    /// `int8`.
    public static var postgresType: UInt32 { TypeID.int8 }
    /// Eight bytes.
    public func encode(into bytes: inout [UInt8]) { bytes.appendNetworkOrder(Int64(self)) }
}

extension Int64: PostgresEncodable {
    /// `int8`.
    public static var postgresType: UInt32 { TypeID.int8 }
    /// Eight bytes.
    @inlinable
    public func encode(into bytes: inout [UInt8]) { bytes.appendNetworkOrder(self) }
}

extension Int32: PostgresEncodable {
    /// `int4`.
    public static var postgresType: UInt32 { TypeID.int4 }
    /// Four bytes.
    @inlinable
    public func encode(into bytes: inout [UInt8]) { bytes.appendNetworkOrder(self) }
    /// Eight bytes at once.
    @inlinable
    public func encodeField(into bytes: inout [UInt8]) { bytes.appendField(UInt32(bitPattern: self)) }
}

extension UInt64: PostgresEncodable {
    /// `xid8`, the only unsigned type of this width.
    public static var postgresType: UInt32 { TypeID.xid8 }
    /// Eight bytes.
    public func encode(into bytes: inout [UInt8]) { bytes.appendNetworkOrder(self) }
}

extension Float: PostgresEncodable {
    /// `float4`.
    public static var postgresType: UInt32 { TypeID.float4 }
    /// IEEE 754, four bytes.
    @inlinable
    public func encode(into bytes: inout [UInt8]) { bytes.appendNetworkOrder(bitPattern) }
    /// Eight bytes at once.
    @inlinable
    public func encodeField(into bytes: inout [UInt8]) { bytes.appendField(bitPattern) }
}

extension Double: PostgresEncodable {
    /// `float8`.
    public static var postgresType: UInt32 { TypeID.float8 }
    /// IEEE 754, eight bytes.
    public func encode(into bytes: inout [UInt8]) { bytes.appendNetworkOrder(bitPattern) }
}

extension String: PostgresEncodable {
    /// `text`; cast it in the statement where another type is wanted.
    public static var postgresType: UInt32 { TypeID.text }
    /// UTF-8; a zero byte is refused by the server (SQLSTATE 22021).
    @inlinable
    public func encode(into bytes: inout [UInt8]) { bytes.append(contentsOf: utf8) }
    /// The length is known beforehand.
    @inlinable
    public func encodeField(into bytes: inout [UInt8]) {
        bytes.appendNetworkOrder(Int32(utf8.count))
        bytes.append(contentsOf: utf8)
    }
}

extension Array: PostgresEncodable where Element: PostgresEncodable & PostgresArrayElement {
    /// The array of the element's type.
    public static var postgresType: UInt32 { Element.postgresArrayType }
    /// One dimension, no nulls.
    @inlinable
    public func encode(into bytes: inout [UInt8]) { bytes.appendArray(self) }
}

/// A type whose arrays PostgreSQL knows under a fixed identifier.
public protocol PostgresArrayElement {
    /// The object identifier of the array type.
    static var postgresArrayType: UInt32 { get }
}

extension String: PostgresArrayElement {
    /// `text[]`.
    public static var postgresArrayType: UInt32 { TypeID.textArray }
}

extension Int64: PostgresArrayElement {
    /// `int8[]`.
    public static var postgresArrayType: UInt32 { TypeID.int8Array }
}

extension Int32: PostgresArrayElement {
    /// `int4[]`.
    public static var postgresArrayType: UInt32 { TypeID.int4Array }
}

extension Float: PostgresArrayElement {
    /// `float4[]`.
    public static var postgresArrayType: UInt32 { TypeID.float4Array }
}

extension Double: PostgresArrayElement {
    /// `float8[]`.
    public static var postgresArrayType: UInt32 { TypeID.float8Array }
}

/// Floats stored as `bytea`, little-endian, four bytes each: the form that an index reads without looking at it.
public struct PackedFloats: PostgresEncodable, Hashable {
    /// The numbers.
    public var values: [Float]

    /// Packs numbers.
    public init(_ values: [Float]) { self.values = values }

    /// `bytea`.
    public static var postgresType: UInt32 { TypeID.bytea }

    /// Four bytes a number.
    public func encode(into bytes: inout [UInt8]) {
        for value in values {
            Swift.withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
        }
    }
}

/// A moment for a column of type `timestamptz`.
public struct Timestamp: PostgresEncodable, Hashable {
    /// Microseconds since 2000-01-01 00:00 UTC.
    public let microseconds: Int64

    /// The moment so many seconds after 1970-01-01 00:00 UTC, as `to_timestamp` rounds it.
    /// - Precondition: it lies within 290,000 years of that.
    public init(secondsSince1970 seconds: Double) {
        microseconds = Int64(((seconds - 946_684_800) * 1_000_000).rounded(.toNearestOrEven))
    }

    /// `timestamptz`.
    public static var postgresType: UInt32 { TypeID.timestamptz }

    /// Eight bytes.
    public func encode(into bytes: inout [UInt8]) { bytes.appendNetworkOrder(microseconds) }
}
