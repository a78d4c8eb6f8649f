internal import Catalog
internal import Postgres

extension CatalogMerge {
    /// Albums with an external id first, so that those without one find them by title and first artist.
    mutating func mergeAlbums() async throws {
        try await resolveAlbumIDs()
        try await applyAlbums(named: true)
        try await session.execute(
            """
            INSERT INTO external_ids (kind, namespace, value, entity_id)
            SELECT 'album', namespace, value, id FROM album_key WHERE is_new ORDER BY namespace, value
            """)
        try await resolveAlbumNames()
        try await applyAlbums(named: false)
    }

    private func resolveAlbumIDs() async throws {
        try await session.execute(
            """
            CREATE TEMP TABLE album_key ON COMMIT DROP AS
            SELECT k.namespace, k.value, coalesce(k.id, nextval('albums_id_seq')) AS id, k.id IS NULL AS is_new
            FROM (SELECT i.namespace, i.value, x.entity_id AS id
                  FROM (SELECT namespace, value, min(no) AS no FROM in_album WHERE value IS NOT NULL GROUP BY 1, 2) i
                  LEFT JOIN external_ids x ON x.kind = 'album' AND x.namespace = i.namespace AND x.value = i.value
                  ORDER BY i.no) k
            """)
        try await session.execute(
            """
            INSERT INTO album_of
            SELECT i.no, k.id, k.is_new, true FROM in_album i JOIN album_key k USING (namespace, value)
            """)
    }

    /// The oldest album of that title and first artist, else a new one; see `resolveArtistNames` for the sum.
    private func resolveAlbumNames() async throws {
        try await session.execute(
            """
            CREATE TEMP TABLE album_name ON COMMIT DROP AS
            WITH unnamed AS (
                SELECT i.no, i.name_key, coalesce(o.id, 0) AS artist
                FROM in_album i LEFT JOIN artist_of o ON o.no = i.artist WHERE i.value IS NULL)
            SELECT n.name_key, n.artist, coalesce(n.id, nextval('albums_id_seq')) AS id, n.id IS NULL AS is_new
            FROM (SELECT i.name_key, i.artist, a.id
                  FROM (SELECT name_key, artist, min(no) AS no FROM unnamed GROUP BY name_key, artist) i
                  CROSS JOIN LATERAL (SELECT min(id + 0) AS id FROM albums a
                      WHERE a.name_key = i.name_key AND coalesce(a.artist_id, 0) = i.artist) a
                  ORDER BY i.no) n
            """)
        try await session.execute(
            """
            INSERT INTO album_of
            SELECT i.no, n.id, n.is_new, false
            FROM in_album i LEFT JOIN artist_of o ON o.no = i.artist
            JOIN album_name n ON n.name_key = i.name_key AND n.artist = coalesce(o.id, 0)
            WHERE i.value IS NULL
            """)
        try await session.execute("ANALYZE album_of")
    }

    /// Inserts new albums and settles the values of known ones.
    private mutating func applyAlbums(named: Bool) async throws {
        let names = ["name", "name_key", "artist_id", "released", "kind", "total_tracks"]
        let columns = SQL(unsafeRaw: names.joined(separator: ", "))
        let table = SQL(unsafeRaw: named ? "album_given" : "album_given_by_name")
        let given: SQL = """
            CREATE TEMP TABLE \(fragment: table) ON COMMIT DROP AS
            SELECT id, bool_or(is_new) AS is_new,
                \(unsafeRaw: names.map { "\(pick)(\($0)) AS \($0)" }.joined(separator: ", "))
            FROM (SELECT o.id, o.is_new, i.name, i.name_key, a.id AS artist_id, i.released, i.kind, i.total_tracks
                  FROM in_album i JOIN album_of o USING (no) LEFT JOIN artist_of a ON a.no = i.artist
                  WHERE o.was_named = \(unsafeRaw: String(named)) ORDER BY o.id, i.no) AS r
            GROUP BY id
            """
        try await session.execute(given)
        counts.newAlbums += try await session.execute(
            """
            INSERT INTO albums (id, \(fragment: columns))
            SELECT id, \(fragment: columns) FROM \(fragment: table) g WHERE is_new ORDER BY id
            """)
        let changed = try await session.rows(
            """
            WITH settled AS (
                SELECT a.id, \(unsafeRaw: names.map { "settle(a.\($0), g.\($0), \(replaces)) AS \($0)" }.joined(separator: ", "))
                FROM albums a JOIN \(fragment: table) g USING (id) WHERE NOT g.is_new),
            differing AS MATERIALIZED (
                SELECT s.*, \(fragment: Self.differing(["name", "released"], "a", "s")) AS fields, a.import_id
                FROM settled s JOIN albums a USING (id)
                WHERE (\(unsafeRaw: names.map { "a.\($0)" }.joined(separator: ", ")))
                    IS DISTINCT FROM (\(unsafeRaw: names.map { "s.\($0)" }.joined(separator: ", ")))),
            noted AS (\(fragment: noteOrigins(of: "album", from: "SELECT id, fields, import_id FROM differing")))
            UPDATE albums a SET (\(fragment: columns)) = (\(unsafeRaw: names.map { "s.\($0)" }.joined(separator: ", ")))
            FROM differing s WHERE a.id = s.id
            RETURNING a.id
            """
        ) { try $0[0] as Int64 }
        counts.changedAlbums += changed.count { $0 <= lastKnown.album }
        try await takeOverAlbums(in: table)
        guard !changed.isEmpty else { return }
        try await session.execute("INSERT INTO touched SELECT id FROM tracks WHERE album_id = ANY(\(changed))")
    }
}
