public import Catalog
internal import Postgres

extension PostgresStore {
    /// Drops what a provider said of tracks and says no more.
    ///
    /// What others said in the meantime stays, since the value is theirs then.
    /// - Throws: `CatalogStoreError`.
    public func retract(allBut statements: [FiledStatement], by provider: String) async throws {
        guard !statements.isEmpty else { return }
        try await withSession { session in
            try await session.withTransaction { session in
                try await session.takeWriterLock(waiting: importTimeout)
                for statement in statements.sorted(by: { $0.path < $1.path }) {
                    let track = try await session.first(
                        """
                        SELECT entity_id FROM external_ids
                        WHERE kind = 'track' AND namespace = 'file' AND value = \(statement.path)
                        """
                    ) { try $0[0] as Int64 }
                    guard let track else { continue }
                    var changes = try await Self.dropFields(of: track, allBut: statement.fields, by: provider, session)
                    changes += try await Self.dropIDs(of: [track], allBut: statement.ids, by: provider, session)
                    changes += try await Self.dropFeatures(
                        of: track, allBut: statement.features, by: provider, session)
                    if changes > 0 { try await Self.mark([track], session) }
                }
            }
        }
    }

    private static func dropFields(
        of track: Int64, allBut said: Set<FiledStatement.Field>, by provider: String, _ session: PostgresSession
    ) async throws -> Int {
        let unsaid = Set(FiledStatement.Field.allCases).subtracting(said).map(\.rawValue).sorted()
        let own = try await session.rows(
            """
            SELECT f.name FROM unnest(\(unsaid)) AS f (name) JOIN tracks t ON t.id = \(track)
            LEFT JOIN value_imports v ON v.kind = 'track' AND v.entity_id = t.id AND v.field = f.name
            JOIN imports i ON i.id = coalesce(v.import_id, t.import_id)
            WHERE i.source = \(provider) AND CASE f.name
                WHEN 'artists' THEN EXISTS (SELECT FROM track_artists a WHERE a.track_id = t.id)
                WHEN 'genres' THEN t.genres <> '{}'
                ELSE to_jsonb(t) -> f.name <> 'null' END
            """
        ) { try $0[0] as String }.compactMap(FiledStatement.Field.init(rawValue:))
        guard !own.isEmpty else { return 0 }
        if own.contains(.artists) {
            try await session.execute("DELETE FROM track_artists WHERE track_id = \(track)")
        }
        let empty = own.filter { $0 != .artists }.map { "\($0.rawValue) = \($0 == .genres ? "'{}'" : "NULL")" }
        let parts =
            empty + [
                """
                search_text = coalesce(fold(concat_ws(' ', name, (SELECT string_agg(a.name, ' ' ORDER BY c.position)
                    FROM track_artists c JOIN artists a ON a.id = c.artist_id WHERE c.track_id = tracks.id))), '')
                """
            ]
        try await session.execute(
            "UPDATE tracks SET \(unsafeRaw: parts.joined(separator: ", ")) WHERE id = \(track)")
        return own.count
    }

    /// Drops ids that a provider brought, apart from some.
    @discardableResult
    static func dropIDs(
        of tracks: [Int64], allBut said: Set<ExternalID> = [], by provider: String, _ session: PostgresSession
    ) async throws -> Int {
        let said = said.map { "\($0.namespace):\($0.value)" }.sorted()
        return try await session.execute(
            """
            WITH brought AS (
                DELETE FROM value_imports v USING imports i
                WHERE v.kind = 'track' AND v.entity_id = ANY(\(tracks)) AND i.id = v.import_id AND i.source = \(provider)
                AND v.field LIKE '%:%' AND v.field <> ALL(\(said))
                RETURNING v.entity_id, v.field)
            DELETE FROM external_ids x USING brought b
            WHERE x.kind = 'track' AND x.entity_id = b.entity_id AND x.namespace || ':' || x.value = b.field
            """)
    }

    private static func dropFeatures(
        of track: Int64, allBut said: AudioFeatures, by provider: String, _ session: PostgresSession
    ) async throws -> Int {
        let unsaid = AudioFeature.allCases.filter { said[$0] == nil }.map(\.name)
        guard !unsaid.isEmpty else { return 0 }
        let empty = unsaid.map { "\($0) = NULL" }.joined(separator: ", ")
        return try await session.execute(
            """
            UPDATE audio_features SET \(unsafeRaw: empty), updated_at = now() WHERE track_id = \(track) AND provider = \(provider)
            AND num_nonnulls(\(unsafeRaw: unsaid.joined(separator: ", "))) > 0
            """)
    }
}
