internal import CPostgres

extension PostgresSession {
    /// How much a transaction sees of others.
    public enum Isolation: String, Sendable {
        /// Each statement sees what was committed before it.
        case readCommitted = "READ COMMITTED"
        /// All statements see what was committed before the first.
        case repeatableRead = "REPEATABLE READ"
        /// As if transactions ran one after the other.
        case serializable = "SERIALIZABLE"
    }

    /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
    /// - Throws: `PostgresError` (`SQLState.activeTransaction` where one is open), what `body` throws.
    @discardableResult
    public func withTransaction<Value: Sendable>(
        isolation: Isolation = .readCommitted, readOnly: Bool = false,
        _ body: @Sendable (PostgresSession) async throws -> Value
    ) async throws -> Value {
        try await begin(isolation: isolation, readOnly: readOnly)
        do {
            let value = try await body(self)
            try await commit()
            return value
        } catch {
            rollback()
            throw error
        }
    }

    /// Opens a transaction that outlives one call; prefer `withTransaction`.
    /// - Throws: `PostgresError`.
    public func begin(isolation: Isolation = .readCommitted, readOnly: Bool = false) async throws {
        guard connection.isLost || connection.isIdle else { throw Self.inUse }
        try await execute(
            "BEGIN ISOLATION LEVEL \(unsafeRaw: isolation.rawValue) \(unsafeRaw: readOnly ? "READ ONLY" : "READ WRITE")"
        )
    }

    /// Commits the open transaction.
    ///
    /// Not stopped by cancellation, so that the caller knows what happened.
    /// - Throws: `PostgresError`, also where the transaction had failed and the server rolled it back instead.
    public func commit() async throws {
        let tag = try connection.executeScript("COMMIT").commandTag
        guard tag == "COMMIT" else {
            throw PostgresError(
                sqlState: .inFailedTransaction, message: "a statement had failed, so nothing was committed",
                statement: "COMMIT")
        }
    }

    /// Rolls the open transaction back, where there is one; not stopped by cancellation.
    public func rollback() {
        guard !connection.isLost, !connection.isIdle else { return }
        _ = try? connection.executeScript("ROLLBACK").status
    }
}
