internal import Catalog
internal import Postgres

extension CatalogMerge {
    static let names = [
        "name", "album_id", "released", "duration_ms", "popularity", "explicit", "track_number", "disc_number",
        "genres",
    ]

    mutating func mergeTracks() async throws {
        try await resolveTracks()
        try await gatherTracks()
        try await insertTracks()
        try await updateTracks()
        try await creditArtists()
        try await nameTracks()
    }

    /// By the first external id; else by another one that is not an ISRC, which names a recording and not a release;
    /// else a new track. Ids are given in order of arrival.
    private func resolveTracks() async throws {
        try await session.execute(
            """
            CREATE TEMP TABLE track_key ON COMMIT DROP AS
            SELECT namespace, value, no, records, id IS NOT NULL AS was_known, id IS NULL AND NOT has_alias AS is_new,
                CASE WHEN id IS NULL AND NOT has_alias THEN nextval('tracks_id_seq') ELSE id END AS id
            FROM (SELECT i.*, x.entity_id AS id
                  FROM (SELECT namespace, value, min(no) AS no, count(*) AS records, bool_or(has_alias) AS has_alias
                        FROM in_track GROUP BY namespace, value) i
                  LEFT JOIN external_ids x ON x.kind = 'track' AND x.namespace = i.namespace AND x.value = i.value
                  ORDER BY i.no) k
            """)
        try await session.execute("ANALYZE track_key")
        if chunk.count(.alias) > 0 { try await resolveAliases() }
        try await session.execute(
            """
            INSERT INTO track_of
            SELECT i.no, k.id, k.is_new, k.records FROM in_track i JOIN track_key k USING (namespace, value) ORDER BY i.no
            """)
        try await session.execute("ANALYZE track_of")
    }

    private func resolveAliases() async throws {
        try await session.execute(
            """
            UPDATE track_key k SET id = f.id, records = 2
            FROM (SELECT DISTINCT ON (i.namespace, i.value) i.namespace, i.value, coalesce(x.entity_id, p.id) AS id
                  FROM in_alias s JOIN in_track i ON i.no = s.track
                  LEFT JOIN external_ids x ON x.kind = 'track' AND x.namespace = s.namespace AND x.value = s.value
                  LEFT JOIN track_key p ON p.namespace = s.namespace AND p.value = s.value
                  WHERE s.namespace <> 'isrc' AND coalesce(x.entity_id, p.id) IS NOT NULL
                  ORDER BY i.namespace, i.value, s.no) AS f
            WHERE k.id IS NULL AND k.namespace = f.namespace AND k.value = f.value
            """)
        try await session.execute(
            """
            UPDATE track_key k SET id = f.id, is_new = true
            FROM (SELECT namespace, value, nextval('tracks_id_seq') AS id
                  FROM (SELECT namespace, value FROM track_key WHERE id IS NULL ORDER BY no) AS w) AS f
            WHERE k.namespace = f.namespace AND k.value = f.value
            """)
        try await session.execute(
            """
            UPDATE track_key k SET records = 2 FROM (SELECT id FROM track_key GROUP BY id HAVING count(*) > 1) AS m
            WHERE k.id = m.id
            """)
    }

    /// What the import says of each track. Most tracks have one record, which is taken as it is.
    private func gatherTracks() async throws {
        let picked = (Self.names.dropLast() + ["credit", "artists"]).map { "\(pick)(\($0)) AS \($0)" }
        let columns: SQL = """
            o.id, o.is_new, i.name, a.id AS album_id, i.released, i.duration_ms, i.popularity, i.explicit,
            i.track_number, i.disc_number, i.genres, i.credit, i.artists
            """
        try await session.execute(
            """
            CREATE TEMP TABLE track_given ON COMMIT DROP AS
            SELECT \(fragment: columns)
            FROM in_track i JOIN track_of o USING (no) LEFT JOIN album_of a ON a.no = i.album WHERE o.records = 1
            UNION ALL
            SELECT id, bool_or(is_new), \(unsafeRaw: picked.prefix(8).joined(separator: ", ")),
                CASE WHEN count(genres) > 1 THEN each_once(concat_all(genres)) ELSE \(unsafeRaw: pick)(genres) END,
                \(unsafeRaw: picked.suffix(2).joined(separator: ", "))
            FROM (SELECT \(fragment: columns)
                  FROM in_track i JOIN track_of o USING (no) LEFT JOIN album_of a ON a.no = i.album
                  WHERE o.records > 1 ORDER BY o.id, i.no) AS r
            GROUP BY id
            """)
        try await session.execute("ANALYZE track_given (id, is_new)")
    }

    private mutating func insertTracks() async throws {
        counts.newTracks += try await session.execute(
            """
            INSERT INTO tracks (id, \(unsafeRaw: Self.names.joined(separator: ", ")), search_text)
            SELECT id, \(unsafeRaw: Self.names.dropLast().joined(separator: ", ")), coalesce(genres, '{}'),
                coalesce(fold(concat_ws(' ', name, credit)), '')
            FROM track_given WHERE is_new ORDER BY id
            """)
    }

    private func updateTracks() async throws {
        let settled = Self.names.dropLast().map { "settle(t.\($0), g.\($0), \(replaces)) AS \($0)" }
        let stored = SQL(unsafeRaw: Self.names.map { "t.\($0)" }.joined(separator: ", "))
        let wanted = SQL(unsafeRaw: Self.names.map { "s.\($0)" }.joined(separator: ", "))
        try await session.execute(
            """
            WITH settled AS (
                SELECT t.id, \(unsafeRaw: settled.joined(separator: ", ")),
                    coalesce(settle(nullif(t.genres, '{}'), g.genres, \(replaces)), '{}') AS genres
                FROM tracks t JOIN track_given g USING (id) WHERE NOT g.is_new),
            differing AS MATERIALIZED (
                SELECT s.*, \(fragment: Self.differing(Self.names, "t", "s")) AS fields, t.import_id
                FROM settled s JOIN tracks t USING (id)
                WHERE (\(fragment: stored)) IS DISTINCT FROM (\(fragment: wanted))),
            noted AS (\(fragment: noteOrigins(of: "track", from: "SELECT id, fields, import_id FROM differing"))),
            changed AS (
                UPDATE tracks t
                SET (\(unsafeRaw: Self.names.joined(separator: ", ")), changed_in) = (\(fragment: wanted), pg_current_xact_id())
                FROM differing s WHERE t.id = s.id
                RETURNING t.id)
            INSERT INTO reworded SELECT id FROM changed
            """)
    }

    /// Credits new tracks, and known ones where nobody was credited or the source replaces the credits.
    private func creditArtists() async throws {
        try await session.execute(
            "INSERT INTO track_artists (track_id, position, artist_id) \(fragment: credits(ofNew: true))")
        try await session.execute(
            "CREATE TEMP TABLE credit_given ON COMMIT DROP AS \(fragment: credits(ofNew: false))")
        try await session.execute(
            """
            CREATE TEMP TABLE recredited ON COMMIT DROP AS
            WITH stored AS (
                SELECT c.track_id AS id, array_agg(c.artist_id ORDER BY c.position) AS artists
                FROM track_artists c WHERE c.track_id IN (SELECT id FROM credit_given) GROUP BY 1),
            given AS (
                SELECT id, array_agg(artist_id ORDER BY position) AS artists FROM credit_given GROUP BY 1)
            SELECT id FROM given LEFT JOIN stored USING (id)
            WHERE stored.artists IS NULL OR (\(replaces) AND stored.artists <> given.artists)
            """)
        try await session.execute("DELETE FROM track_artists WHERE track_id IN (SELECT id FROM recredited)")
        try await session.execute(
            """
            INSERT INTO track_artists (track_id, position, artist_id)
            SELECT id, position, artist_id FROM credit_given WHERE id IN (SELECT id FROM recredited) ORDER BY id, position
            """)
        try await session.execute("INSERT INTO reworded SELECT id FROM recredited")
        try await session.execute(
            noteOrigins(
                of: "track",
                from: "SELECT id, ARRAY['artists'] AS fields, t.import_id FROM recredited JOIN tracks t USING (id)"))
    }

    /// The artists that the import credits tracks with.
    private func credits(ofNew isNew: Bool) -> SQL {
        """
        SELECT g.id, (u.place - 1)::integer AS position, o.id AS artist_id
        FROM track_given g CROSS JOIN unnest(g.artists) WITH ORDINALITY AS u (no, place) JOIN artist_of o ON o.no = u.no
        WHERE g.is_new = \(unsafeRaw: String(isNew))
        """
    }

    /// An external id belongs to the first track that brings it.
    ///
    /// In order of value, and not of namespace first: nearly all are of one namespace, and comparing that each time
    /// doubles the cost of the sort.
    private func nameTracks() async throws {
        try await session.execute(
            """
            INSERT INTO external_ids (kind, namespace, value, entity_id)
            SELECT 'track', namespace, value, id FROM track_key WHERE NOT was_known ORDER BY value
            """)
        try await session.execute(
            "INSERT INTO touched SELECT id FROM track_key WHERE NOT was_known AND NOT is_new")
    }

    /// Other ids: each belongs to the first track that brings it. Of a service's it is noted who brought them, since what it
    /// says later stands in place of what it said before.
    func addOtherIDs() async throws {
        try await session.execute(
            """
            WITH named AS (
                INSERT INTO external_ids (kind, namespace, value, entity_id)
                SELECT DISTINCT ON (s.namespace, s.value) 'track'::entity_kind, s.namespace, s.value, o.id
                FROM in_alias s JOIN track_of o ON o.no = s.track
                WHERE NOT EXISTS (SELECT FROM external_ids x
                    WHERE x.kind = 'track' AND x.namespace = s.namespace AND x.value = s.value)
                ORDER BY s.namespace, s.value, s.no
                RETURNING entity_id, namespace, value),
            noted AS (
                INSERT INTO value_imports (kind, entity_id, field, import_id)
                SELECT 'track', entity_id, namespace || ':' || value, \(importID) FROM named
                WHERE \(replaces) AND namespace <> 'file'
                ON CONFLICT (kind, entity_id, field) DO UPDATE SET import_id = excluded.import_id)
            INSERT INTO touched SELECT entity_id FROM named
            """)
    }
}
