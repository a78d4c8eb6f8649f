public import Catalog
internal import Postgres

extension PostgresStore: SourceTrackStore {
    /// Notes that a source brought tracks, by an id of each; what is noted already is left as it is.
    /// - Throws: `CatalogStoreError`.
    public func note(_ tracks: [ExternalID], from source: String) async throws {
        guard !tracks.isEmpty else { return }
        // In one order everywhere, so that two writers never wait for each other.
        let ids = Set(tracks).sorted { ($0.namespace, $0.value) < ($1.namespace, $1.value) }
        _ = try await withSession { session in
            try await session.execute(
                """
                INSERT INTO source_tracks (source, namespace, value)
                SELECT \(source), namespace, value
                FROM unnest(\(ids.map(\.namespace)), \(ids.map(\.value))) AS given (namespace, value)
                ON CONFLICT DO NOTHING
                """)
        }
    }

    /// Notes that a source brought the tracks that it mentions, as far as the catalog has them.
    /// - Throws: `CatalogStoreError`.
    public func note(_ mentions: [MentionRecord], from source: String) async throws {
        guard !mentions.isEmpty else { return }
        _ = try await withSession { session in
            let ids = Set(try await MentionLookup(session: session).tracks(of: mentions).values).sorted()
            guard !ids.isEmpty else { return }
            try await session.execute(
                """
                INSERT INTO source_tracks (source, namespace, value)
                SELECT \(source), namespace, value FROM (
                    SELECT DISTINCT ON (entity_id) namespace, value FROM external_ids
                    WHERE kind = 'track' AND entity_id = ANY(\(ids))
                    ORDER BY entity_id, namespace <> 'spotify', namespace, value) AS n
                ORDER BY 2, 3
                ON CONFLICT DO NOTHING
                """)
        }
    }

    /// Notes that a source brought what a playlist holds.
    /// - Throws: `CatalogStoreError`.
    public func noteEntries(of playlist: ExternalID, from source: String) async throws {
        _ = try await withSession { session in
            try await session.execute(
                """
                INSERT INTO source_tracks (source, namespace, value)
                SELECT DISTINCT \(source), x.namespace, x.value
                FROM external_ids p
                JOIN playlist_entries e ON e.playlist_id = p.entity_id
                JOIN external_ids x ON x.kind = 'track' AND x.entity_id = e.track_id AND x.namespace = p.namespace
                WHERE p.kind = 'playlist' AND p.namespace = \(playlist.namespace) AND p.value = \(playlist.value)
                ORDER BY 2, 3
                ON CONFLICT DO NOTHING
                """)
        }
    }

    /// Forgets what a source brought, and says how many tracks that were; the tracks themselves stay.
    /// - Throws: `CatalogStoreError`.
    public func forgetTracks(of source: String) async throws -> Int {
        try await withSession { try await $0.execute("DELETE FROM source_tracks WHERE source = \(source)") }
    }

    /// Lets what one source brought count as brought by another, and no more by the first.
    /// - Throws: `CatalogStoreError`.
    public func adoptTracks(of source: String, as other: String) async throws {
        _ = try await withSession { session in
            try await session.execute(
                """
                WITH noted AS (DELETE FROM source_tracks WHERE source = \(source) RETURNING namespace, value)
                INSERT INTO source_tracks (source, namespace, value)
                SELECT \(other), namespace, value FROM noted ORDER BY 2, 3
                ON CONFLICT DO NOTHING
                """)
        }
    }

    /// Counts what sources brought.
    /// - Throws: `CatalogStoreError`.
    public func overlap(of sources: [String]) async throws -> SourceOverlap {
        try await withSession { session in
            let tallies = try await session.rows(
                """
                WITH brought AS (
                    SELECT DISTINCT s.source, x.entity_id AS track FROM source_tracks s
                    JOIN external_ids x ON x.kind = 'track' AND x.namespace = s.namespace AND x.value = s.value
                    WHERE s.source = ANY(\(sources))),
                shared AS (SELECT source, track, count(*) OVER (PARTITION BY track) AS sources FROM brought)
                SELECT source, count(*), count(*) FILTER (WHERE sources = 1) FROM shared GROUP BY source ORDER BY source
                """
            ) { SourceTally(source: try $0[0], tracks: try $0[1], onlyHere: try $0[2]) }
            let totals = try await session.first(
                """
                WITH brought AS (
                    SELECT DISTINCT x.entity_id AS track FROM source_tracks s
                    JOIN external_ids x ON x.kind = 'track' AND x.namespace = s.namespace AND x.value = s.value
                    WHERE s.source = ANY(\(sources)))
                SELECT count(*), count(DISTINCT coalesce((SELECT min(i.value) FROM external_ids i
                    WHERE i.kind = 'track' AND i.namespace = 'isrc' AND i.entity_id = track), '#' || track))
                FROM brought
                """
            ) { (tracks: try $0[0] as Int, recordings: try $0[1] as Int) }
            return SourceOverlap(
                tallies: tallies, tracks: totals?.tracks ?? 0, recordings: totals?.recordings ?? 0)
        }
    }

    /// The next recordings that any of the sources brought, by track, at most `limit`; empty at the end.
    /// - Throws: `CatalogStoreError`.
    public func merged(_ sources: [String], after id: TrackID, limit: Int) async throws -> [SourcedTrack] {
        try await withSession { session in
            try await session.rows(
                """
                WITH brought AS (
                    SELECT DISTINCT s.source, x.entity_id AS track FROM source_tracks s
                    JOIN external_ids x ON x.kind = 'track' AND x.namespace = s.namespace AND x.value = s.value
                    WHERE s.source = ANY(\(sources))),
                named AS (SELECT source, track, coalesce((SELECT min(i.value) FROM external_ids i
                    WHERE i.kind = 'track' AND i.namespace = 'isrc' AND i.entity_id = track), '#' || track) AS recording
                    FROM brought)
                SELECT min(track), array_agg(DISTINCT source ORDER BY source) FROM named
                GROUP BY recording HAVING min(track) > \(id.rawValue) ORDER BY 1 LIMIT \(max(0, limit))
                """
            ) { SourcedTrack(track: TrackID(rawValue: try $0[0]), sources: try $0[1]) }
        }
    }
}
