public import Catalog
public import Foundation
internal import Postgres

extension PostgresStore: ResponseStore {
    /// What is remembered of a service under the given keys and has not expired.
    /// - Throws: `CatalogStoreError`.
    public func responses(
        of service: String, keys: [String], at moment: Date
    ) async throws -> [String: RememberedResponse] {
        guard !keys.isEmpty else { return [:] }
        let found = try await withSession { session in
            try await session.rows(
                """
                SELECT key, body, extract(epoch FROM expires_at)::float8 FROM service_responses
                WHERE service = \(service) AND key = ANY(\(keys))
                AND expires_at > to_timestamp(\(moment.timeIntervalSince1970))
                """
            ) { row in
                let end = Date(timeIntervalSince1970: try row[2])
                return (key: try row[0] as String, value: RememberedResponse(body: try row[1], expiresAt: end))
            }
        }
        return Dictionary(uniqueKeysWithValues: found.map { ($0.key, $0.value) })
    }

    /// Remembers answers by key, in place of earlier ones.
    /// - Throws: `CatalogStoreError`.
    public func remember(_ responses: [String: RememberedResponse], of service: String) async throws {
        // In one order everywhere, so that two writers never wait for each other.
        let entries = responses.sorted { $0.key < $1.key }
        guard !entries.isEmpty else { return }
        _ = try await withSession { session in
            try await session.execute(
                """
                INSERT INTO service_responses (service, key, body, expires_at)
                SELECT \(service), key, CASE WHEN is_known THEN body END, to_timestamp(expires_at)
                FROM unnest(\(entries.map(\.key)), \(entries.map { $0.value.body ?? "" }),
                    \(entries.map { $0.value.body == nil ? 0 : 1 as Int32 })::boolean[],
                    \(entries.map { Int64($0.value.expiresAt.timeIntervalSince1970.rounded()) })
                ) AS given (key, body, is_known, expires_at)
                ON CONFLICT (service, key) DO UPDATE SET (body, expires_at) = (excluded.body, excluded.expires_at)
                """)
        }
    }

    /// Forgets what expired before `moment`; says how much.
    /// - Throws: `CatalogStoreError`.
    public func forgetResponses(expiredBefore moment: Date) async throws -> Int {
        try await withSession { session in
            try await session.execute(
                "DELETE FROM service_responses WHERE expires_at < to_timestamp(\(moment.timeIntervalSince1970))")
        }
    }
}
