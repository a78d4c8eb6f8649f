internal import Catalog
public import Postgres

/// The catalog, feature spaces and generations in PostgreSQL.
///
/// A value that shares one pool; every protocol of the domain that asks for storage is implemented in an extension.
/// Connection trouble surfaces as `CatalogStoreError.unavailable`, everything else that the database refuses as
/// `CatalogStoreError.failed`.
public struct PostgresStore: Sendable {
    let pool: PostgresPool
    /// How long an import waits for another one to end before `CatalogStoreError.busy`.
    let importTimeout: Duration

    /// Keeps everything in the database behind `pool`, which must have been migrated.
    public init(pool: PostgresPool, importTimeout: Duration = .seconds(30)) {
        self.pool = pool
        self.importTimeout = importTimeout
    }

    /// Runs `body` on a session of the pool and translates what goes wrong.
    func withSession<Value: Sendable>(
        _ body: @Sendable (PostgresSession) async throws -> Value
    ) async throws -> Value {
        do {
            return try await pool.withSession(body)
        } catch {
            throw CatalogStoreError.translating(error)
        }
    }
}

extension CatalogStoreError {
    /// The domain's word for an error of the database; other errors pass unchanged.
    static func translating(_ error: any Error) -> any Error {
        switch error {
        case let error as PostgresError: translating(error)
        case let error as PostgresPoolError: CatalogStoreError.unavailable(error.description)
        case let error as PostgresDecodingError: CatalogStoreError.failed(error.description)
        default: error
        }
    }

    private static func translating(_ error: PostgresError) -> CatalogStoreError {
        if error.isConnectionLost || error.sqlState == .tooManyConnections {
            return .unavailable("the database cannot be reached (\(error.sqlState.rawValue))")
        }
        if error.sqlState == .lockNotAvailable {
            return .busy("another import is under way; try again when it has ended")
        }
        if error.sqlState == .undefinedTable || error.sqlState == .undefinedColumn {
            return .unavailable("the database lacks a table or a column; run `segue migrate`")
        }
        return .failed(error.debugDescription)
    }
}
