public import Postgres

/// Brings a database's schema to what this program expects, step by step, each step applied once.
public struct Migrator: Sendable {
    private let configuration: PostgresConfiguration
    private let migrations: [Migration]

    /// Migrates the database that `configuration` names.
    public init(_ configuration: PostgresConfiguration) { self.init(configuration, migrations: Migration.all) }

    init(_ configuration: PostgresConfiguration, migrations: [Migration]) {
        self.configuration = configuration
        self.migrations = migrations
    }

    /// Changes whenever the schema does; names template databases.
    public static var fingerprint: String {
        Migration(version: 0, name: "", script: Migration.all.map(\.checksum).joined()).checksum
    }

    /// Where a database stands.
    public struct Status: Sendable, Hashable, Codable {
        /// Names of the steps that were applied, in order.
        public var applied: [String]
        /// Names of the steps that are still to come, in order.
        public var pending: [String]
    }

    /// Applies what is missing, each step in a transaction of its own, and returns the names of the steps applied.
    ///
    /// Several programs may call this at once: one migrates, the others wait for it.
    /// - Throws: `MigrationError`, `PostgresError`.
    public func migrate() async throws -> [String] {
        let session = try await PostgresSession.connect(configuration)
        try await session.execute("SELECT pg_advisory_lock(\(Self.lock))")
        try await session.executeScript(Self.table)
        let done = try await verified(session)
        var applied: [String] = []
        for migration in migrations.dropFirst(done) {
            try await apply(migration, on: session)
            applied.append(migration.label)
        }
        try await session.execute("SELECT pg_advisory_unlock(\(Self.lock))")
        return applied
    }

    /// What was applied and what is to come; changes nothing.
    /// - Throws: `MigrationError`, `PostgresError`.
    public func status() async throws -> Status {
        let session = try await PostgresSession.connect(configuration)
        let exists = try await session.first("SELECT to_regclass('schema_migrations') IS NOT NULL") {
            try $0[0] as Bool
        }
        let done = exists == true ? try await verified(session) : 0
        return Status(
            applied: migrations.prefix(done).map(\.label), pending: migrations.dropFirst(done).map(\.label))
    }

    private func apply(_ migration: Migration, on session: PostgresSession) async throws {
        do {
            try await session.withTransaction { session in
                try await session.executeScript(migration.script)
                try await session.execute(
                    """
                    INSERT INTO schema_migrations (version, name, checksum)
                    VALUES (\(migration.version), \(migration.name), \(migration.checksum))
                    """)
            }
        } catch let error as PostgresError where !error.isConnectionLost {
            throw MigrationError.failed(migration.label, reason: error.message)
        }
    }

    /// Checks what the database says was applied against what the program holds, and counts it.
    private func verified(_ session: PostgresSession) async throws -> Int {
        let rows = try await session.rows("SELECT version, name, checksum FROM schema_migrations ORDER BY version") {
            (version: try $0[0] as Int, name: try $0[1] as String, checksum: try $0[2] as String)
        }
        for (index, row) in rows.enumerated() {
            guard index < migrations.count else {
                throw MigrationError.newerDatabase(found: row.version, known: migrations.count)
            }
            guard row.version == migrations[index].version, row.checksum == migrations[index].checksum else {
                throw MigrationError.changed(migrations[index].label)
            }
        }
        return rows.count
    }

    /// The key of the advisory lock under which schemas are changed.
    private static let lock = 0x5e67_7565_0001

    private static let table = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            version bigint PRIMARY KEY,
            name text NOT NULL,
            checksum text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        )
        """
}

extension Migration {
    /// How people name it: `0001_catalog`.
    var label: String { String(repeating: "0", count: max(0, 4 - String(version).count)) + "\(version)_\(name)" }
}

/// Why a database was not migrated.
public enum MigrationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The text of an applied step differs from what the program holds.
    case changed(String)
    /// The database was migrated by a newer program.
    case newerDatabase(found: Int, known: Int)
    /// A step failed; nothing of it stayed.
    case failed(String, reason: String)

    /// What is wrong, with the mend.
    public var description: String {
        switch self {
        case .changed(let label):
            "migration \(label) was applied with another text than this program holds; run the program that made the "
                + "database, or restore the database from a backup"
        case .newerDatabase(let found, let known):
            "the database is at schema version \(found), this program knows only \(known); run the newer program"
        case .failed(let label, let reason):
            "migration \(label) failed and was undone: \(reason)"
        }
    }
}
