internal import Catalog
internal import Postgres

extension CatalogMerge {
    mutating func mergePlaylists(hasEntries: Bool) async throws {
        try await resolvePlaylists()
        try await applyPlaylists()
        if hasEntries { try await gatherEntries() }
        if hasEntries { try await placeEntries() }
        try await trimPlaylists()
        if hasEntries { try await appendEntries() }
    }

    /// Also a playlist of which only entries are given is one.
    private func resolvePlaylists() async throws {
        try await session.execute(
            """
            CREATE TEMP TABLE playlist_key ON COMMIT DROP AS
            SELECT k.namespace, k.value, coalesce(k.id, nextval('playlists_id_seq')) AS id, k.id IS NULL AS is_new
            FROM (SELECT i.namespace, i.value, x.entity_id AS id
                  FROM (SELECT namespace, value, min(part) AS part, min(no) AS no
                        FROM (SELECT namespace, value, 0 AS part, no FROM in_playlist
                              UNION ALL SELECT playlist_namespace, playlist_value, 1, no FROM in_entry) AS e
                        GROUP BY namespace, value) i
                  LEFT JOIN LATERAL (SELECT entity_id FROM external_ids
                      WHERE kind = 'playlist' AND namespace = i.namespace AND value = i.value LIMIT 1) x ON true
                  ORDER BY i.part, i.no) k
            """)
        // Without it each entry's playlist is looked for by sorting all of them by their ids.
        try await session.execute("ANALYZE playlist_key")
    }

    private mutating func applyPlaylists() async throws {
        let names = ["name", "summary", "snapshot", "owner"]
        try await session.execute(
            """
            CREATE TEMP TABLE playlist_given ON COMMIT DROP AS
            SELECT id, bool_or(is_new) AS is_new, last_known(total) AS total,
                \(unsafeRaw: names.map { "\(pick)(\($0)) AS \($0)" }.joined(separator: ", "))
            FROM (SELECT k.id, k.is_new, i.* FROM playlist_key k LEFT JOIN in_playlist i USING (namespace, value)
                  ORDER BY k.id, i.no) AS r
            GROUP BY id
            """)
        counts.newPlaylists = try await session.execute(
            """
            INSERT INTO playlists (id, name, summary, snapshot, owner)
            SELECT id, name, summary, snapshot, owner FROM playlist_given WHERE is_new ORDER BY id
            """)
        try await session.execute(
            """
            INSERT INTO external_ids (kind, namespace, value, entity_id)
            SELECT 'playlist', namespace, value, id FROM playlist_key WHERE is_new ORDER BY namespace, value
            """)
        counts.changedPlaylists = try await session.execute(
            """
            WITH settled AS (
                SELECT p.id, \(unsafeRaw: names.map { "settle(p.\($0), g.\($0), \(replaces)) AS \($0)" }.joined(separator: ", "))
                FROM playlists p JOIN playlist_given g USING (id) WHERE NOT g.is_new)
            UPDATE playlists p SET (name, summary, snapshot, owner) = (s.name, s.summary, s.snapshot, s.owner)
            FROM settled s
            WHERE p.id = s.id
                AND (p.name, p.summary, p.snapshot, p.owner) IS DISTINCT FROM (s.name, s.summary, s.snapshot, s.owner)
            """)
    }

    private mutating func gatherEntries() async throws {
        try await resolveWaiting(.entry)
        try await session.execute(
            """
            CREATE TEMP TABLE entry_given ON COMMIT DROP AS
            SELECT k.id AS playlist_id, e.position, e.track_id, to_timestamp(e.added_at) AS added_at, e.no
            FROM in_entry_of e
            JOIN playlist_key k ON k.namespace = e.playlist_namespace AND k.value = e.playlist_value
            """)
        try await session.execute("ANALYZE entry_given")
        // What is given stands somewhere: a length that leaves no room for it says nothing.
        try await session.execute(
            """
            UPDATE playlist_given p SET total = NULL
            FROM entry_given g WHERE g.playlist_id = p.id AND g.position >= p.total
            """)
    }

    /// Entries that name their place take it; what stood there is gone.
    private mutating func placeEntries() async throws {
        try await session.execute(
            """
            CREATE TEMP TABLE entry_placed ON COMMIT DROP AS
            SELECT DISTINCT ON (g.playlist_id, g.position) g.playlist_id, g.position, g.track_id, g.added_at
            FROM entry_given g
            WHERE g.position IS NOT NULL
            ORDER BY g.playlist_id, g.position, g.no DESC
            """)
        counts.removedEntries += try await removeEntries(
            """
            USING entry_placed n
            WHERE e.playlist_id = n.playlist_id AND e.position = n.position AND e.track_id <> n.track_id
            """)
        try await session.execute(
            """
            UPDATE playlist_entries e SET added_at = settle(e.added_at, n.added_at, \(replaces))
            FROM entry_placed n
            WHERE e.playlist_id = n.playlist_id AND e.position = n.position
                AND e.added_at IS DISTINCT FROM settle(e.added_at, n.added_at, \(replaces))
            """)
        counts.newEntries += try await addEntries(
            """
            SELECT n.playlist_id, n.position, n.track_id, n.added_at FROM entry_placed n
            WHERE NOT EXISTS (SELECT FROM playlist_entries e
                WHERE e.playlist_id = n.playlist_id AND e.position = n.position)
            """)
    }

    /// A playlist that says how long it is has nothing past that.
    private mutating func trimPlaylists() async throws {
        counts.removedEntries += try await removeEntries(
            "USING playlist_given p WHERE e.playlist_id = p.id AND e.position >= p.total")
    }

    /// Entries without a place follow the others in order of arrival, unless the playlist has the track already.
    private mutating func appendEntries() async throws {
        counts.newEntries += try await addEntries(
            """
            SELECT playlist_id, place, track_id, added_at
            FROM (SELECT f.playlist_id, f.track_id, f.added_at, p.total,
                      (coalesce(l.last, -1) + row_number() OVER (PARTITION BY f.playlist_id ORDER BY f.no))::integer AS place
                  FROM (SELECT DISTINCT ON (playlist_id, track_id) playlist_id, track_id, added_at, no
                        FROM entry_given WHERE position IS NULL ORDER BY playlist_id, track_id, no) AS f
                  JOIN playlist_given p ON p.id = f.playlist_id
                  LEFT JOIN (SELECT playlist_id, max(position) AS last FROM playlist_entries GROUP BY playlist_id) AS l
                      ON l.playlist_id = f.playlist_id
                  WHERE NOT EXISTS (SELECT FROM playlist_entries e
                      WHERE e.playlist_id = f.playlist_id AND e.track_id = f.track_id)) AS a
            WHERE total IS NULL OR place < total
            """)
    }

    private func addEntries(_ entries: SQL) async throws -> Int {
        try await session.first(
            """
            WITH added AS (
                INSERT INTO playlist_entries (playlist_id, position, track_id, added_at)
                SELECT * FROM (\(fragment: entries)) AS n ORDER BY 1, 2
                RETURNING playlist_id, position, track_id),
            touching AS (INSERT INTO touched SELECT track_id FROM added WHERE track_id <= \(lastKnown.track)),
            noting AS (\(fragment: PlaylistHistory.noting(.added, "added", batch: source.name.withoutZeros)))
            SELECT count(*) FROM added
            """
        ) { try $0[0] } ?? 0
    }

    private func removeEntries(_ condition: SQL) async throws -> Int {
        try await session.first(
            """
            WITH removed AS (
                DELETE FROM playlist_entries e \(fragment: condition) RETURNING e.playlist_id, e.position, e.track_id),
            touching AS (INSERT INTO touched SELECT track_id FROM removed WHERE track_id <= \(lastKnown.track)),
            noting AS (\(fragment: PlaylistHistory.noting(.removed, "removed", batch: source.name.withoutZeros)))
            SELECT count(*) FROM removed
            """
        ) { try $0[0] } ?? 0
    }
}
