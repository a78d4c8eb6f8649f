internal import Catalog
internal import Postgres
public import Signing

extension PostgresStore {
    /// The key that recommendations are to be named under; nil where there is none.
    /// - Throws: `CatalogStoreError`.
    public func recommendationKey() async throws -> IdentifierKey? {
        try await withSession { try await RecommendationKeyTable.keys(on: $0).first }
    }

    /// Makes a key known by which recommendations were named already, so that feedback on them is accepted.
    /// - Throws: `CatalogStoreError`.
    public func addRecommendationKey(_ key: IdentifierKey) async throws {
        _ = try await withSession { session in
            try await session.execute(
                "INSERT INTO recommendation_keys (secret) VALUES (\(key.textWithSecret)) ON CONFLICT DO NOTHING")
        }
    }
}

/// Rows of the table `recommendation_keys`.
enum RecommendationKeyTable {
    /// All keys, the newest first.
    static func keys(on session: PostgresSession) async throws -> [IdentifierKey] {
        try await session.rows("SELECT secret FROM recommendation_keys ORDER BY made_at DESC, secret") { row in
            guard let key = IdentifierKey(textWithSecret: try row[0]) else {
                throw CatalogStoreError.failed("a row of recommendation_keys holds no key")
            }
            return key
        }
    }
}
