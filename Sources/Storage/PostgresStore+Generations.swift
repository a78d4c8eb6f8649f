public import Catalog
internal import Postgres

extension PostgresStore: GenerationRegistry {
    /// Records a generation, marks it current, and announces it.
    /// - Throws: `CatalogStoreError`, with `failed` where its feature space is not stored.
    public func record(_ generation: GenerationRecord) async throws {
        try await withSession { session in
            try await session.withTransaction { session in
                try await session.execute(
                    "UPDATE index_generations SET is_current = false WHERE is_current AND id <> \(generation.id)")
                try await session.execute(
                    """
                    INSERT INTO index_generations
                        (id, space_id, tracks, published_at, database, position, manifest, is_current)
                    VALUES (\(generation.id), \(generation.space), \(generation.tracks), \(generation.publishedAt),
                        \(generation.watermark.database), \(generation.watermark.position), \(generation.manifest), true)
                    ON CONFLICT (id) DO UPDATE
                    SET (space_id, tracks, published_at, database, position, manifest, is_current)
                        = (excluded.space_id, excluded.tracks, excluded.published_at, excluded.database,
                           excluded.position, excluded.manifest, true)
                    """)
                try await session.notify(Channel.generation.rawValue, payload: generation.id)
            }
        }
    }

    /// Marks a recorded generation current and announces it; false where it is not recorded.
    /// - Throws: `CatalogStoreError`.
    public func activate(_ id: String) async throws -> Bool {
        try await withSession { session in
            try await session.withTransaction { session in
                let exists = try await session.first(
                    "SELECT true FROM index_generations WHERE id = \(id) FOR UPDATE"
                ) { try $0[0] as Bool }
                guard exists == true else { return false }
                try await session.execute(
                    "UPDATE index_generations SET is_current = false WHERE is_current AND id <> \(id)")
                try await session.execute(
                    "UPDATE index_generations SET is_current = true WHERE id = \(id) AND NOT is_current")
                try await session.notify(Channel.generation.rawValue, payload: id)
                return true
            }
        }
    }

    /// Forgets a generation that was pruned.
    /// - Throws: `CatalogStoreError`.
    public func forget(_ id: String) async throws {
        try await withSession { session in
            _ = try await session.execute("DELETE FROM index_generations WHERE id = \(id)")
        }
    }

    /// All recorded generations, newest first, with the id of the current one.
    /// - Throws: `CatalogStoreError`.
    public func generations() async throws -> (all: [GenerationRecord], current: String?) {
        let rows = try await withSession { session in
            try await session.rows(
                """
                SELECT id, space_id, tracks, published_at, database, position, manifest, is_current
                FROM index_generations ORDER BY published_at DESC, id DESC
                """
            ) { row in
                let watermark = Watermark(database: try row[4], position: try row[5])
                let record = GenerationRecord(
                    id: try row[0], space: try row[1], tracks: try row[2], publishedAt: try row[3],
                    watermark: watermark, manifest: try row[6])
                return (record: record, isCurrent: try row[7] as Bool)
            }
        }
        return (rows.map(\.record), rows.first(where: \.isCurrent)?.record.id)
    }
}
