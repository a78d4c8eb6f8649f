internal import Postgres

extension PostgresStore {
    /// Brings the albums and artists that a provider's files gave to what these say now.
    ///
    /// A date that they gave is that of the last of an album's files, by path, that has one, as in a catalog made anew; a
    /// track's date that somebody else gave is none of theirs, unless it is the album's as well. What nobody else gave, or
    /// said anything of, leaves when nothing names it any more.
    static func settleAlbums(by provider: String, _ session: PostgresSession) async throws {
        let redated = try await session.rows(
            """
            WITH said AS MATERIALIZED (
                SELECT a.id, (SELECT t.released FROM tracks t
                    JOIN LATERAL (SELECT min(x.value) AS path FROM external_ids x
                        WHERE x.kind = 'track' AND x.namespace = 'file' AND x.entity_id = t.id) AS f ON f.path IS NOT NULL
                    LEFT JOIN value_imports w ON w.kind = 'track' AND w.entity_id = t.id AND w.field = 'released'
                    LEFT JOIN imports o ON o.id = coalesce(w.import_id, t.import_id)
                    WHERE t.album_id = a.id AND t.released IS NOT NULL
                    AND (o.source = \(provider) OR t.released = a.released)
                    ORDER BY f.path DESC LIMIT 1) AS released
                FROM albums a
                LEFT JOIN value_imports v ON v.kind = 'album' AND v.entity_id = a.id AND v.field = 'released'
                JOIN imports i ON i.id = coalesce(v.import_id, a.import_id)
                WHERE i.source = \(provider) AND a.released IS NOT NULL)
            UPDATE albums a SET released = s.released FROM said s
            WHERE a.id = s.id AND a.released IS DISTINCT FROM s.released
            RETURNING a.id
            """
        ) { try $0[0] as Int64 }
        if !redated.isEmpty {
            let tracks = try await session.rows("SELECT id FROM tracks WHERE album_id = ANY(\(redated))") {
                try $0[0] as Int64
            }
            try await mark(tracks, session)
        }
        try await session.execute(
            """
            DELETE FROM albums a USING imports i
            WHERE i.id = a.import_id AND i.source = \(provider) AND a.kind IS NULL AND a.total_tracks IS NULL
            AND NOT EXISTS (SELECT FROM value_imports v JOIN imports o ON o.id = v.import_id
                WHERE v.kind = 'album' AND v.entity_id = a.id AND o.source <> \(provider))
            AND NOT EXISTS (SELECT FROM external_ids x WHERE x.kind = 'album' AND x.entity_id = a.id)
            AND NOT EXISTS (SELECT FROM tracks t WHERE t.album_id = a.id)
            """)
        try await session.execute(
            """
            DELETE FROM artists a USING imports i
            WHERE i.id = a.import_id AND i.source = \(provider) AND a.genres = '{}' AND a.popularity IS NULL
            AND NOT EXISTS (SELECT FROM external_ids x WHERE x.kind = 'artist' AND x.entity_id = a.id)
            AND NOT EXISTS (SELECT FROM albums b WHERE b.artist_id = a.id)
            AND NOT EXISTS (SELECT FROM track_artists c WHERE c.artist_id = a.id)
            """)
    }
}
