internal import Catalog
internal import Postgres

extension CatalogMerge {
    /// Artists with an external id first, so that those without one find them by name.
    mutating func mergeArtists() async throws {
        try await resolveArtistIDs()
        try await applyArtists(named: true)
        try await session.execute(
            """
            INSERT INTO external_ids (kind, namespace, value, entity_id)
            SELECT 'artist', namespace, value, id FROM artist_key WHERE NOT was_known ORDER BY namespace, value
            """)
        try await resolveArtistNames()
        try await applyArtists(named: false)
    }

    /// By external id; else an artist of that name who has no id of that namespace; else a new one. Where several ids
    /// and several artists share a name they are paired in order.
    private func resolveArtistIDs() async throws {
        try await session.execute(
            """
            CREATE TEMP TABLE artist_key ON COMMIT DROP AS
            SELECT k.*, x.entity_id AS id, x.entity_id IS NOT NULL AS was_known, false AS is_new
            FROM (SELECT DISTINCT ON (namespace, value) namespace, value, name_key, no
                  FROM in_artist WHERE value IS NOT NULL ORDER BY namespace, value, no) k
            LEFT JOIN external_ids x ON x.kind = 'artist' AND x.namespace = k.namespace AND x.value = k.value
            """)
        try await session.execute("ANALYZE artist_key")
        try await session.execute(
            """
            WITH wanting AS (
                SELECT namespace, value, name_key, row_number() OVER (PARTITION BY namespace, name_key ORDER BY no) AS turn
                FROM artist_key WHERE id IS NULL),
            offered AS (
                SELECT w.namespace, w.name_key, a.id,
                    row_number() OVER (PARTITION BY w.namespace, w.name_key ORDER BY a.id) AS turn
                FROM (SELECT DISTINCT namespace, name_key FROM wanting) w JOIN artists a USING (name_key)
                WHERE NOT EXISTS (SELECT FROM external_ids x
                    WHERE x.kind = 'artist' AND x.entity_id = a.id AND x.namespace = w.namespace))
            UPDATE artist_key k SET id = o.id
            FROM wanting w JOIN offered o USING (namespace, name_key, turn)
            WHERE k.namespace = w.namespace AND k.value = w.value
            """)
        try await session.execute(
            """
            WITH wanting AS (
                SELECT namespace, value, name_key, no,
                    row_number() OVER (PARTITION BY namespace, name_key ORDER BY no) AS turn
                FROM artist_key WHERE id IS NULL),
            fresh AS MATERIALIZED (
                SELECT name_key, turn, nextval('artists_id_seq') AS id
                FROM (SELECT name_key, turn FROM wanting GROUP BY name_key, turn ORDER BY min(no)) AS f)
            UPDATE artist_key k SET id = f.id, is_new = true
            FROM wanting w JOIN fresh f USING (name_key, turn)
            WHERE k.namespace = w.namespace AND k.value = w.value
            """)
        try await session.execute(
            """
            INSERT INTO artist_of
            SELECT i.no, k.id, k.is_new, true FROM in_artist i JOIN artist_key k USING (namespace, value)
            """)
    }

    /// The oldest artist of that name, else a new one.
    ///
    /// The least of plain ids would be looked for in order of id, through most of the table; a sum is looked for by name.
    private func resolveArtistNames() async throws {
        try await session.execute(
            """
            CREATE TEMP TABLE artist_name ON COMMIT DROP AS
            SELECT n.name_key, coalesce(n.id, nextval('artists_id_seq')) AS id, n.id IS NULL AS is_new
            FROM (SELECT i.name_key, a.id
                  FROM (SELECT name_key, min(no) AS no FROM in_artist WHERE value IS NULL GROUP BY name_key) i
                  CROSS JOIN LATERAL (SELECT min(id + 0) AS id FROM artists a WHERE a.name_key = i.name_key) a
                  ORDER BY i.no) n
            """)
        try await session.execute(
            """
            INSERT INTO artist_of
            SELECT i.no, n.id, n.is_new, false FROM in_artist i JOIN artist_name n USING (name_key) WHERE i.value IS NULL
            """)
        try await session.execute("ANALYZE artist_of")
    }

    /// Inserts new artists and settles the values of known ones.
    private mutating func applyArtists(named: Bool) async throws {
        let table = SQL(unsafeRaw: named ? "artist_given" : "artist_given_by_name")
        let given: SQL = """
            CREATE TEMP TABLE \(fragment: table) ON COMMIT DROP AS
            SELECT id, bool_or(is_new) AS is_new, \(unsafeRaw: pick)(name) AS name, \(unsafeRaw: pick)(name_key) AS name_key,
                CASE WHEN count(genres) > 1 THEN each_once(concat_all(genres)) ELSE \(unsafeRaw: pick)(genres) END AS genres,
                \(unsafeRaw: pick)(popularity) AS popularity
            FROM (SELECT o.id, o.is_new, i.name, i.name_key, i.genres, i.popularity
                  FROM in_artist i JOIN artist_of o USING (no) WHERE o.was_named = \(unsafeRaw: String(named)) ORDER BY o.id, i.no) AS r
            GROUP BY id
            """
        try await session.execute(given)
        counts.newArtists += try await session.execute(
            """
            INSERT INTO artists (id, name, name_key, genres, popularity)
            SELECT id, name, name_key, coalesce(genres, '{}'), popularity FROM \(fragment: table) g
            WHERE is_new ORDER BY id
            """)
        counts.changedArtists += try await countKnown(
            upTo: lastKnown.artist,
            """
            WITH settled AS (
                SELECT a.id, settle(a.name, g.name, \(replaces)) AS name, settle(a.name_key, g.name_key, \(replaces)) AS name_key,
                    coalesce(settle(nullif(a.genres, '{}'), g.genres, \(replaces)), '{}') AS genres,
                    settle(a.popularity, g.popularity, \(replaces)) AS popularity
                FROM artists a JOIN \(fragment: table) g USING (id) WHERE NOT g.is_new),
            renaming AS (
                INSERT INTO renamed SELECT s.id FROM settled s JOIN artists a USING (id) WHERE a.name <> s.name)
            UPDATE artists a SET (name, name_key, genres, popularity) = (s.name, s.name_key, s.genres, s.popularity)
            FROM settled s
            WHERE a.id = s.id AND (a.name, a.name_key, a.genres, a.popularity)
                IS DISTINCT FROM (s.name, s.name_key, s.genres, s.popularity)
            RETURNING a.id
            """)
    }
}
