import Testing

@testable import Postgres

@Suite struct SQLTests {
    @Test func interpolationBindsInsteadOfPasting() {
        let name = "Robert'); DROP TABLE tracks; --"
        let sql: SQL = "SELECT id FROM tracks WHERE name = \(name) AND year > \(1_999)"
        #expect(sql.text == "SELECT id FROM tracks WHERE name = $1 AND year > $2")
        #expect(sql.parameters.map(\.type) == [TypeID.text, TypeID.int8])
        #expect(sql.parameters[0].bytes == Array(name.utf8))
        #expect(sql.parameters[1].bytes == [0, 0, 0, 0, 0, 0, 7, 207])
    }

    @Test func nilBindsAsNullOfItsType() {
        let year: Int32? = nil
        let sql: SQL = "SELECT \(year)"
        #expect(sql.parameters.map(\.type) == [TypeID.int4])
        #expect(sql.parameters[0].bytes == nil)
    }

    @Test func fragmentsBringTheirBindingsAlongRenumbered() {
        let inner: SQL = "x = \(1) OR y = \("two")"
        let outer: SQL = "SELECT \(true) WHERE \(fragment: inner) AND z = \(3.0) AND (\(fragment: inner))"
        #expect(outer.text == "SELECT $1 WHERE x = $2 OR y = $3 AND z = $4 AND (x = $5 OR y = $6)")
        #expect(outer.parameters.map(\.type) == [16, 20, 25, 701, 20, 25])
    }

    @Test func rawTextIsPastedOnlyUnderItsUglyLabel() {
        let sql: SQL = "SELECT \(unsafeRaw: "a, b") FROM t"
        #expect(sql.text == "SELECT a, b FROM t")
        #expect(sql.parameters.isEmpty)
    }

    @Test func copyBufferWritesTheDocumentedBinaryForm() {
        var buffer = CopyBuffer()
        buffer.beginRow(columns: 2)
        buffer.append(Int32(7))
        buffer.append(nil as String?)
        #expect(buffer.rows == 1)
        let bytes = buffer.drain()
        #expect(bytes.prefix(11) == [80, 71, 67, 79, 80, 89, 10, 255, 13, 10, 0])
        #expect(bytes[19...] == [0, 2, 0, 0, 0, 4, 0, 0, 0, 7, 255, 255, 255, 255, 255, 255])
        #expect(buffer.isEmpty)
    }

    @Test func errorsTellCallersNothingAndDebuggersAll() {
        let error = PostgresError(
            sqlState: .uniqueViolation, message: "duplicate key", detail: "Key (name)=(secret) already exists.",
            statement: "INSERT")
        #expect(error.description == "PostgreSQL reported 23505")
        #expect(!"\(error)".contains("secret"))
        #expect(error.debugDescription.contains("secret"))
        #expect(error.sqlState.category == "23")
    }
}
