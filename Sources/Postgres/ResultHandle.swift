internal import CPostgres

/// Owns a `PGresult`.
struct ResultHandle: ~Copyable {
    let pointer: OpaquePointer

    /// Takes ownership; nil becomes an error at the caller.
    init?(_ pointer: OpaquePointer?) {
        guard let pointer else { return nil }
        self.pointer = pointer
    }

    deinit { PQclear(pointer) }

    var status: ExecStatusType { PQresultStatus(pointer) }
    var rowCount: Int32 { PQntuples(pointer) }
    var commandTag: String { String(cString: PQcmdStatus(pointer)) }

    /// Number of rows that a command touched; 0 for commands that touch none.
    var affectedRows: Int { Int(String(cString: PQcmdTuples(pointer))) ?? 0 }

    func withRow<Value>(_ index: Int32, _ body: (borrowing PostgresRow) throws -> Value) rethrows -> Value {
        try body(PostgresRow(result: pointer, row: index))
    }

    /// The server's report of a failure.
    func error(statement: String, connectionLost: Bool) -> PostgresError {
        PostgresError(
            sqlState: SQLState(rawValue: field(SEGUE_PG_SQLSTATE) ?? SQLState.connectionFailure.rawValue),
            message: field(SEGUE_PG_MESSAGE) ?? String(cString: PQresultErrorMessage(pointer)),
            detail: field(SEGUE_PG_DETAIL), hint: field(SEGUE_PG_HINT),
            constraint: field(SEGUE_PG_CONSTRAINT), statement: statement,
            isConnectionLost: connectionLost || field(SEGUE_PG_SQLSTATE).map { $0.hasPrefix("57P0") } ?? true)
    }

    private func field(_ code: Int) -> String? {
        PQresultErrorField(pointer, Int32(code)).map { String(cString: $0) }
    }
}
