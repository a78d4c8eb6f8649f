public import Catalog
internal import Foundation
internal import Postgres

extension PostgresStore: SettingStore {
    /// All stored values, by name.
    /// - Throws: `CatalogStoreError`.
    public func storedSettings() async throws -> [StoredSetting] {
        try await withSession { session in
            try await session.rows(
                "SELECT name, value, changed_by, extract(epoch FROM changed_at)::float8 FROM settings ORDER BY name"
            ) { row in
                StoredSetting(
                    name: try row[0], value: try row[1], changedBy: try row[2],
                    changedAt: Date(timeIntervalSince1970: try row[3]))
            }
        }
    }

    /// Stores values, or with nil forgets them, all or none, and tells every process that listens.
    /// - Throws: `CatalogStoreError`.
    public func changeSettings(_ values: [String: String?], by author: String) async throws -> [SettingChange] {
        try await withSession { session in
            try await session.withTransaction { session in
                // Two changes at once would each note the value before the other.
                try await session.execute("LOCK TABLE settings IN SHARE ROW EXCLUSIVE MODE")
                var changes: [SettingChange] = []
                for (name, value) in values.sorted(by: { $0.key < $1.key }) {
                    changes += try await Self.change(name, to: value, by: author, on: session)
                }
                if !changes.isEmpty { try await session.notify(Channel.settings.rawValue) }
                return changes
            }
        }
    }

    private static func change(
        _ name: String, to value: String?, by author: String, on session: PostgresSession
    ) async throws -> [SettingChange] {
        let old = try await session.first("SELECT value FROM settings WHERE name = \(name)") { try $0[0] as String }
        guard old != value else { return [] }
        if let value {
            try await session.execute(
                """
                INSERT INTO settings (name, value, changed_by) VALUES (\(name), \(value), \(author))
                ON CONFLICT (name) DO UPDATE
                SET (value, changed_by, changed_at) = (excluded.value, excluded.changed_by, now())
                """)
        } else {
            try await session.execute("DELETE FROM settings WHERE name = \(name)")
        }
        return try await session.rows(
            """
            INSERT INTO setting_changes (name, changed_by, old_value, new_value)
            VALUES (\(name), \(author), \(old), \(value)) RETURNING \(unsafeRaw: columns)
            """, as: read)
    }

    /// The history, newest first.
    /// - Throws: `CatalogStoreError`.
    public func settingChanges(of name: String?, before entry: Int64?, limit: Int) async throws -> [SettingChange] {
        try await withSession { session in
            try await session.rows(
                """
                SELECT \(unsafeRaw: Self.columns) FROM setting_changes
                WHERE (\(name)::text IS NULL OR name = \(name)) AND (\(entry)::bigint IS NULL OR id < \(entry))
                ORDER BY id DESC LIMIT \(limit)
                """, as: Self.read)
        }
    }

    private static let columns = "id, name, changed_by, extract(epoch FROM changed_at)::float8, old_value, new_value"

    private static func read(_ row: borrowing PostgresRow) throws -> SettingChange {
        SettingChange(
            id: try row[0], name: try row[1], changedBy: try row[2],
            changedAt: Date(timeIntervalSince1970: try row[3]), oldValue: try row[4], newValue: try row[5])
    }

    /// Says so whenever settings may have changed: when it begins to listen, the first time too, and after each change.
    public func settingAnnouncements() -> AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let listening = Task { [configuration = pool.configuration] in
                await ChannelListener(configuration: configuration, channels: [.settings]).run { _ in
                    continuation.yield(())
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in listening.cancel() }
        }
    }
}
