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
                    var changes = try await Self.dropFields(
                        of: [track], allBut: statement.fields, by: provider, session)
                    changes += try await Self.dropIDs(of: [track], allBut: statement.ids, by: provider, session)
                    changes += try await Self.dropFeatures(
                        of: track, allBut: statement.features, by: provider, session)
                    if changes > 0 { try await Self.mark([track], session) }
                }
            }
        }
    }

    /// Drops all that a provider said of tracks that no file names any more, and those of them that nothing else names; gives
    /// how many of these left.
    static func letGo(of tracks: [Int64], by provider: String, _ session: PostgresSession) async throws -> Int {
        guard !tracks.isEmpty else { return 0 }
        for table in ["audio_features", "sound_descriptors"] {
            try await session.execute(
                "DELETE FROM \(unsafeRaw: table) WHERE track_id = ANY(\(tracks)) AND provider = \(provider)")
        }
        _ = try await dropIDs(of: tracks, by: provider, session)
        let removed = try await session.execute(
            """
            DELETE FROM tracks t WHERE t.id = ANY(\(tracks))
            AND NOT EXISTS (SELECT FROM external_ids x WHERE x.kind = 'track' AND x.entity_id = t.id)
            """)
        _ = try await dropFields(of: tracks, by: provider, session)
        try await mark(tracks, session)
        // A track that left is no row to mark.
        if removed > 0 { try await session.notify(Channel.catalog.rawValue) }
        return removed
    }

    /// Drops values of tracks that a provider is the origin of, apart from some; gives how many. A title stays: no track is
    /// without one because nobody else gave any.
    private static func dropFields(
        of tracks: [Int64], allBut said: Set<FiledStatement.Field> = [], by provider: String, _ session: PostgresSession
    ) async throws -> Int {
        let unsaid = Set(FiledStatement.Field.allCases).subtracting(said).map(\.rawValue).sorted()
        let own = try await session.rows(
            """
            SELECT f.name, array_agg(t.id) FROM unnest(\(unsaid)) AS f (name) JOIN tracks t ON t.id = ANY(\(tracks))
            LEFT JOIN value_imports v ON v.kind = 'track' AND v.entity_id = t.id AND v.field = f.name
            JOIN imports i ON i.id = coalesce(v.import_id, t.import_id)
            WHERE i.source = \(provider) AND CASE f.name
                WHEN 'artists' THEN EXISTS (SELECT FROM track_artists a WHERE a.track_id = t.id)
                WHEN 'genres' THEN t.genres <> '{}'
                ELSE to_jsonb(t) -> f.name <> 'null' END
            GROUP BY f.name
            """
        ) { (field: FiledStatement.Field(rawValue: try $0[0]), tracks: try $0[1] as [Int64]) }
        for (field, tracks) in own {
            switch field {
            case .artists:
                try await session.execute("DELETE FROM track_artists WHERE track_id = ANY(\(tracks))")
                try await session.execute(
                    "UPDATE tracks SET search_text = coalesce(fold(name), '') WHERE id = ANY(\(tracks))")
            case .genres: try await session.execute("UPDATE tracks SET genres = '{}' WHERE id = ANY(\(tracks))")
            case .some(let field):
                try await session.execute(
                    "UPDATE tracks SET \(unsafeRaw: field.rawValue) = NULL WHERE id = ANY(\(tracks))")
            case nil: break
            }
        }
        return own.reduce(0) { $0 + $1.tracks.count }
    }

    /// Drops ids that a provider brought, apart from some.
    private static func dropIDs(
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
