internal import CPostgres

extension PostgresSession {
    /// Runs a statement and says how many rows it touched.
    /// - Throws: `PostgresError`, `CancellationError`.
    @discardableResult
    public func execute(_ sql: SQL) async throws -> Int {
        try await perform { try connection.execute(sql).affectedRows }
    }

    /// Runs any number of statements without bindings; outside a transaction they form one.
    /// - Throws: `PostgresError`, `CancellationError`.
    public func executeScript(_ script: String) async throws {
        try await perform { _ = try connection.executeScript(script).status }
    }

    /// Runs a query and decodes all of its rows; for results that fit in memory.
    /// - Throws: `PostgresError`, `PostgresDecodingError`, `CancellationError`.
    public func rows<Value: Sendable>(
        _ sql: SQL, as decode: @Sendable (borrowing PostgresRow) throws -> Value
    ) async throws -> [Value] {
        try await perform {
            let result = try connection.execute(sql)
            var values: [Value] = []
            values.reserveCapacity(Int(result.rowCount))
            for index in 0..<result.rowCount { values.append(try result.withRow(index, decode)) }
            return values
        }
    }

    /// Runs a query and decodes its first row, or nil where there is none.
    /// - Throws: `PostgresError`, `PostgresDecodingError`, `CancellationError`.
    public func first<Value: Sendable>(
        _ sql: SQL, as decode: @Sendable (borrowing PostgresRow) throws -> Value
    ) async throws -> Value? {
        try await perform {
            let result = try connection.execute(sql)
            return result.rowCount == 0 ? nil : try result.withRow(0, decode)
        }
    }

    /// Runs a query and folds its rows one by one as they arrive, in memory bounded by one row; for results of any size.
    ///
    /// `body` runs on the session's queue, so a slow one holds back the server.
    /// - Throws: `PostgresError`, `PostgresDecodingError`, `CancellationError`, and what `body` throws.
    public func reduceRows<Value: Sendable>(
        _ sql: SQL, into initial: Value, _ body: @Sendable (inout Value, borrowing PostgresRow) throws -> Void
    ) async throws -> Value {
        try await perform {
            try connection.send(sql)
            do {
                var value = initial
                while let result = try connection.nextResult(sql.text) {
                    for index in 0..<result.rowCount { try result.withRow(index) { try body(&value, $0) } }
                }
                return value
            } catch {
                connection.drainResults()
                throw error
            }
        }
    }
}
