public import Catalog
internal import Foundation
internal import Postgres

extension PostgresStore: AccountStore {
    /// All accounts at a service, or at any, by service and id.
    /// - Throws: `CatalogStoreError`.
    public func accounts(of service: String?) async throws -> [ServiceAccount] {
        try await withSession { session in
            try await session.rows(
                """
                SELECT \(fragment: ServiceAccount.columns) FROM accounts
                WHERE service = coalesce(\(service), service) ORDER BY service, account_id
                """
            ) { try ServiceAccount(row: $0) }
        }
    }

    /// Keeps an account in place of what was known of it.
    /// - Throws: `CatalogStoreError`.
    public func save(_ account: ServiceAccount) async throws {
        try await withSession { try await $0.save(account) }
    }

    /// Forgets an account with its tokens; false where there is none.
    /// - Throws: `CatalogStoreError`.
    public func removeAccount(_ id: String, of service: String) async throws -> Bool {
        try await withSession { session in
            let count = try await session.execute(
                "DELETE FROM accounts WHERE service = \(service) AND account_id = \(id)")
            return count > 0
        }
    }

    /// Changes an account under a lock on its row; others who would change it wait.
    /// - Throws: `CatalogStoreError`, what `change` throws; nothing is changed then.
    public func changingAccount(
        _ id: String, of service: String, _ change: @Sendable (ServiceAccount) async throws -> ServiceAccount?
    ) async throws -> ServiceAccount? {
        try await withSession { session in
            try await session.withTransaction { session in
                let found = try await session.first(
                    """
                    SELECT \(fragment: ServiceAccount.columns) FROM accounts
                    WHERE service = \(service) AND account_id = \(id) FOR UPDATE
                    """
                ) { try ServiceAccount(row: $0) }
                guard let account = found else { return nil }
                guard let changed = try await change(account) else { return account }
                try await session.save(changed)
                return changed
            }
        }
    }
}

extension PostgresSession {
    fileprivate func save(_ account: ServiceAccount) async throws {
        try await execute(
            """
            INSERT INTO accounts (service, account_id, name, scopes, refresh_token, access_token, access_expires_at,
                key_id, authorized_at, reconnect_by, state)
            VALUES (\(account.service), \(account.id), \(account.name), \(account.scopes), \(account.refreshToken),
                \(account.accessToken), to_timestamp(\(account.accessExpiresAt?.timeIntervalSince1970)),
                \(account.keyID), to_timestamp(\(account.authorizedAt.timeIntervalSince1970)),
                to_timestamp(\(account.reconnectBy?.timeIntervalSince1970)), \(account.state.rawValue))
            ON CONFLICT (service, account_id) DO UPDATE
            SET (name, scopes, refresh_token, access_token, access_expires_at, key_id, authorized_at, reconnect_by,
                 state, updated_at)
                = (excluded.name, excluded.scopes, excluded.refresh_token, excluded.access_token,
                   excluded.access_expires_at, excluded.key_id, excluded.authorized_at, excluded.reconnect_by,
                   excluded.state, now())
            """)
    }
}

extension ServiceAccount {
    fileprivate static let columns: SQL = """
        service, account_id, name, scopes, refresh_token, access_token,
        extract(epoch FROM access_expires_at)::float8, key_id, extract(epoch FROM authorized_at)::float8,
        extract(epoch FROM reconnect_by)::float8, state
        """

    fileprivate init(row: borrowing PostgresRow) throws {
        self.init(
            service: try row[0], id: try row[1], name: try row[2], scopes: try row[3], refreshToken: try row[4],
            accessToken: try row[5], accessExpiresAt: (try row[6] as Double?).map(Date.init(timeIntervalSince1970:)),
            keyID: try row[7], authorizedAt: Date(timeIntervalSince1970: try row[8]),
            reconnectBy: (try row[9] as Double?).map(Date.init(timeIntervalSince1970:)),
            state: State(rawValue: try row[10]) ?? .needsReconnect)
    }
}
