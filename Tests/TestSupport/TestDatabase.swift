internal import Foundation
public import Postgres
public import Storage

/// A database of one test, made from a migrated template and dropped afterwards.
///
/// A database of its own, and not only a schema, because notifications and the watermark's identity belong to the
/// database. Transactions belong to the server, though: other tests' transactions can hold a watermark back, so what
/// changed may be reported more than once, as in production.
public struct TestDatabase: Sendable {
    /// How programs under test reach it.
    public let conninfo: String
    /// A pool of sessions on it.
    public let pool: PostgresPool
    /// The store on that pool.
    public let store: PostgresStore

    /// How sessions outside the pool reach it.
    public var configuration: PostgresConfiguration { pool.configuration }

    /// A session outside the pool.
    public func session() async throws -> PostgresSession { try await PostgresSession.connect(configuration) }

    init(conninfo: String) {
        self.conninfo = conninfo
        pool = PostgresPool(PostgresConfiguration(conninfo: conninfo), limit: 4, acquireTimeout: .seconds(120))
        store = PostgresStore(pool: pool)
    }
}

/// Makes whoever brings a table above so many rows wait, until the session that is given unlocks the advisory lock 1.
public func holdingInserts(
    into table: String, above rows: Int, at conninfo: String
) async throws -> PostgresSession {
    let holder = try await PostgresSession.connect(PostgresConfiguration(conninfo: conninfo))
    try await holder.executeScript(
        """
        CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN
            IF (SELECT count(*) FROM \(table)) > \(rows) THEN PERFORM pg_advisory_xact_lock(1); END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER slow AFTER INSERT ON \(table) EXECUTE FUNCTION linger();
        SELECT pg_advisory_lock(1);
        """)
    return holder
}

/// Why there is no database to test with.
public struct TestDatabaseUnavailable: Error, CustomStringConvertible {
    /// What to do.
    public let description = "set DATABASE_URL to a PostgreSQL server whose user may create databases"
}

/// Runs `body` with a store on a migrated database of its own.
@discardableResult
public func withTestDatabase<Result: Sendable>(
    _ body: @Sendable (PostgresStore) async throws -> Result
) async throws -> Result {
    try await withMigratedDatabase { try await body($0.store) }
}

/// Runs `body` with a migrated database of its own.
@discardableResult
public func withMigratedDatabase<Result: Sendable>(
    _ body: @Sendable (TestDatabase) async throws -> Result
) async throws -> Result {
    let template = try await TestTemplate.shared.name()
    return try await withDatabase(from: template, body)
}

/// Runs `body` with a database of its own that has no table at all.
@discardableResult
public func withEmptyDatabase<Result: Sendable>(
    _ body: @Sendable (TestDatabase) async throws -> Result
) async throws -> Result {
    try await withDatabase(from: "template0", body)
}

private func withDatabase<Result: Sendable>(
    from template: String, _ body: @Sendable (TestDatabase) async throws -> Result
) async throws -> Result {
    await TestGate.shared.enter()
    let name = "segue_test_" + UUID().uuidString.lowercased().filter { $0 != "-" }
    do {
        try await administrate("CREATE DATABASE \(name) TEMPLATE \(template) STRATEGY file_copy")
        let database = TestDatabase(conninfo: try TestServer.conninfo(of: name))
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(database)) } catch { result = .failure(error) }
        await database.pool.closeIdle()
        try? await administrate("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
        await TestGate.shared.leave()
        return try result.get()
    } catch {
        await TestGate.shared.leave()
        throw error
    }
}

private func administrate(_ statement: String) async throws {
    try await Task {
        let session = try await PostgresSession.connect(PostgresConfiguration(conninfo: try TestServer.conninfo()))
        try await session.executeScript(statement)
    }.value
}

/// The server that `DATABASE_URL` names.
public enum TestServer {
    /// The connection string as given, with patience.
    /// - Throws: `TestDatabaseUnavailable`.
    public static func conninfo() throws -> String {
        guard let url = ProcessInfo.processInfo.environment["DATABASE_URL"], !url.isEmpty else {
            throw TestDatabaseUnavailable()
        }
        // For the programs under test as well: a server on a machine that is slow may take its time.
        let patience = "connect_timeout=120"
        guard url.contains("://") else { return url + " " + patience }
        return url + (url.contains("?") ? "&" : "?") + patience
    }

    /// The connection string of another database on the same server.
    /// - Throws: `TestDatabaseUnavailable`.
    public static func conninfo(of database: String) throws -> String {
        let server = try conninfo()
        guard server.contains("://") else { return server + " dbname=\(database)" }
        guard var parts = URLComponents(string: server) else { throw TestDatabaseUnavailable() }
        parts.path = "/" + database
        return parts.string ?? server
    }
}

/// The migrated database that tests' databases are copied from, made once for each form of the schema.
private actor TestTemplate {
    static let shared = TestTemplate()

    private var making: Task<String, any Error>?

    func name() async throws -> String {
        let task = making ?? Task { try await Self.make() }
        making = task
        return try await task.value
    }

    private static func make() async throws -> String {
        let name = "segue_template_" + Migrator.fingerprint
        let session = try await PostgresSession.connect(PostgresConfiguration(conninfo: try TestServer.conninfo()))
        try await session.execute("SELECT pg_advisory_lock(hashtext(\(name)))")
        let exists = try await session.first("SELECT true FROM pg_database WHERE datname = \(name)") {
            try $0[0] as Bool
        }
        if exists == true { return name }
        try await session.executeScript("DROP DATABASE IF EXISTS \(name)_unfinished WITH (FORCE)")
        try await session.executeScript("CREATE DATABASE \(name)_unfinished TEMPLATE template0")
        let unfinished = try TestServer.conninfo(of: name + "_unfinished")
        _ = try await Migrator(PostgresConfiguration(conninfo: unfinished)).migrate()
        try await renameWhenIdle(name, on: session)
        return name
    }

    /// The migrator's session takes a moment to leave.
    private static func renameWhenIdle(_ name: String, on session: PostgresSession) async throws {
        try await eventually {
            do {
                try await session.executeScript("ALTER DATABASE \(name)_unfinished RENAME TO \(name)")
                return true
            } catch let error as PostgresError where error.sqlState.rawValue == "55006" { return false }
        }
    }
}

/// Lets a few tests at a time have databases, so that the server's sessions suffice.
private actor TestGate {
    static let shared = TestGate()

    private var free = 6
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func enter() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        guard waiting.isEmpty else { return waiting.removeFirst().resume() }
        free += 1
    }
}
