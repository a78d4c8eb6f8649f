import Testing

@testable import Postgres

/// The binary forms, without a server.
@Suite struct BinaryFormTests {
    private func encoded(_ value: some PostgresEncodable) -> [UInt8] {
        var bytes: [UInt8] = []
        value.encode(into: &bytes)
        return bytes
    }

    private func decoded<Value: PostgresDecodable>(_ bytes: [UInt8]?, _ type: UInt32) throws -> Value {
        guard let bytes else { return try Value(cell: PostgresCell(bytes: nil, type: type, column: 4)) }
        return try bytes.withUnsafeBytes { try Value(cell: PostgresCell(bytes: $0, type: type, column: 4)) }
    }

    @Test(arguments: [0, 1, -1, .max, .min] as [Int64])
    func integersGoInNetworkOrder(value: Int64) throws {
        #expect(encoded(value).count == 8)
        #expect(try decoded(encoded(value), TypeID.int8) as Int64 == value)
        let wide = Int32(truncatingIfNeeded: value)
        #expect(try decoded(encoded(wide), TypeID.int4) as Int == Int(wide))
        #expect(try decoded(encoded(UInt64(bitPattern: value)), TypeID.xid8) as UInt64 == UInt64(bitPattern: value))
    }

    @Test(arguments: [0, -0.0, 1.5, .infinity, .leastNonzeroMagnitude] as [Float])
    func floatsKeepEveryBit(value: Float) throws {
        let single: Float = try decoded(encoded(value), TypeID.float4)
        let double: Double = try decoded(encoded(Double(value)), TypeID.float8)
        #expect(single.bitPattern == value.bitPattern)
        #expect(double.bitPattern == Double(value).bitPattern)
    }

    @Test func packedFloatsAreLittleEndian() throws {
        #expect(encoded(PackedFloats([1])) == [0, 0, 128, 63])
        #expect(try decoded([0, 0, 128, 63, 0, 0, 0, 192], TypeID.bytea) as PackedFloats == PackedFloats([1, -2]))
        #expect(throws: PostgresDecodingError.self) { try decoded([1, 2, 3], TypeID.bytea) as PackedFloats }
    }

    @Test(arguments: [[], ["one"], ["", "two words", "\u{e9}"]] as [[String]])
    func arraysComeBack(value: [String]) throws {
        #expect(try decoded(encoded(value), TypeID.textArray) as [String] == value)
    }

    @Test func nullInsideAnArrayNeedsAnOptional() throws {
        var bytes = encoded(["a", "b"])
        bytes.replaceSubrange(20..<25, with: [255, 255, 255, 255])
        #expect(try decoded(bytes, TypeID.textArray) as [String?] == [nil, "b"])
        #expect(throws: PostgresDecodingError.self) { try decoded(bytes, TypeID.textArray) as [String] }
    }

    @Test func jsonbDropsItsVersionByte() throws {
        #expect(try decoded([1] + Array("{}".utf8), TypeID.jsonb) as String == "{}")
        #expect(try decoded(Array("{}".utf8), TypeID.json) as String == "{}")
    }

    @Test func nullAndWrongTypesNameTheColumn() {
        let null = #expect(throws: PostgresDecodingError.self) { try decoded(nil, TypeID.int8) as Int }
        #expect(null?.isNull == true)
        #expect(null?.column == 4)
        let wrong = #expect(throws: PostgresDecodingError.self) { try decoded([1], TypeID.bool) as String }
        #expect(wrong?.description == "column 4 of type 16 is not a String")
    }

    @Test func configurationLetsTheConnectionStringWin() {
        let pairs = PostgresConfiguration(conninfo: "postgresql:///x?connect_timeout=9", connectTimeout: 0).pairs
        #expect(pairs.map(\.0) == ["connect_timeout", "application_name", "dbname", "client_encoding"])
        #expect(pairs[0].1 == "2")
    }
}
