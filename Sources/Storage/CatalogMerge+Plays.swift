internal import Catalog
internal import Postgres

extension CatalogMerge {
    /// A play is known by source, moment and track; what is known already stays as it is.
    mutating func mergePlays() async throws {
        try await resolveWaiting(.play)
        counts.newPlays = try await session.execute(
            """
            INSERT INTO plays (source, played_at, track_id, kind, ms_played, reason, offline)
            SELECT DISTINCT ON (source, played_at, track_id)
                source, to_timestamp(played_at), track_id, kind, ms_played, reason, offline
            FROM in_play_of p
            WHERE NOT EXISTS (SELECT FROM plays k
                WHERE k.source = p.source AND k.played_at = to_timestamp(p.played_at) AND k.track_id = p.track_id)
            ORDER BY source, played_at, track_id, no
            ON CONFLICT DO NOTHING
            """)
    }
}
