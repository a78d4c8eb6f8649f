internal import CPostgres

/// One row of a result, lent to the closure that reads it.
public struct PostgresRow: ~Copyable {
    private let result: OpaquePointer
    private let row: Int32

    init(result: OpaquePointer, row: Int32) {
        self.result = result
        self.row = row
    }

    /// The value of a column, zero-based, as the type that the context asks for.
    /// - Throws: `PostgresDecodingError` where the column does not hold such a value.
    public subscript<Value: PostgresDecodable>(column: Int) -> Value {
        get throws { try Value(cell: cell(column)) }
    }

    private func cell(_ column: Int) -> PostgresCell {
        precondition(column >= 0 && column < Int(PQnfields(result)), "the result has no column \(column)")
        let index = Int32(column)
        let isNull = PQgetisnull(result, row, index) != 0
        let bytes = UnsafeRawBufferPointer(
            start: PQgetvalue(result, row, index), count: Int(PQgetlength(result, row, index)))
        return PostgresCell(bytes: isNull ? nil : bytes, type: PQftype(result, index), column: column)
    }
}
