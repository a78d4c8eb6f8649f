public import Catalog
internal import Foundation
internal import Postgres

extension PostgresStore: CollectionSyncStore {
    /// What is known of collections of a service, by collection; those of which nothing is known are absent.
    ///
    /// A playlist that has left the catalog since counts as never taken over.
    /// - Throws: `CatalogStoreError`.
    public func syncs(of collections: [String], at service: String) async throws -> [String: CollectionSync] {
        let found = try await withSession { session in
            try await session.rows(
                """
                SELECT s.collection, CASE WHEN s.collection NOT LIKE 'playlist:%' OR x.entity_id IS NOT NULL
                    THEN s.version END, extract(epoch FROM s.completed_at)::float8, s.checkpoint_version,
                    s.checkpoint_offset::bigint, extract(epoch FROM s.resume_at)::float8,
                    s.collection LIKE 'playlist:%' AND x.entity_id IS NULL, s.checkpoint_end::bigint,
                    s.checkpoint_gap::bigint
                FROM collection_syncs s
                LEFT JOIN external_ids x ON x.kind = 'playlist' AND x.namespace = s.service
                    AND 'playlist:' || x.value = s.collection
                WHERE s.service = \(service) AND s.collection = ANY(\(collections))
                """
            ) { row in (try row[0] as String, try CollectionSync(row: row)) }
        }
        return Dictionary(uniqueKeysWithValues: found)
    }

    /// Keeps how far a collection is.
    /// - Throws: `CatalogStoreError`.
    public func save(_ sync: CollectionSync, of collection: String, at service: String) async throws {
        _ = try await withSession { session in
            try await session.execute(
                """
                INSERT INTO collection_syncs
                    (service, collection, version, completed_at, checkpoint_version, checkpoint_offset, checkpoint_end,
                     checkpoint_gap, resume_at)
                VALUES (\(service), \(collection), \(sync.version),
                    to_timestamp(\(sync.completedAt?.timeIntervalSince1970)), \(sync.checkpoint?.version),
                    \(sync.checkpoint?.offset), \(sync.checkpoint?.end),
                    \(sync.checkpoint?.gap), to_timestamp(\(sync.resumeAt?.timeIntervalSince1970)))
                ON CONFLICT (service, collection) DO UPDATE
                SET (version, completed_at, checkpoint_version, checkpoint_offset, checkpoint_end, checkpoint_gap, resume_at)
                    = (excluded.version, excluded.completed_at, excluded.checkpoint_version,
                       excluded.checkpoint_offset, excluded.checkpoint_end, excluded.checkpoint_gap, excluded.resume_at)
                """)
        }
    }

    /// Removes the entries at given places of a playlist, as an import would: with their history and a mark on the tracks.
    /// - Throws: `CatalogStoreError`.
    public func vacate(_ positions: [Int], of playlist: ExternalID, source: String) async throws -> Int {
        let places = positions.compactMap(Int32.init(exactly:))
        guard !places.isEmpty else { return 0 }
        return try await withSession { session in
            try await session.withTransaction { session in
                let found = try await session.first(
                    """
                    SELECT EXISTS (SELECT FROM playlist_entries e JOIN external_ids x ON x.entity_id = e.playlist_id
                        WHERE x.kind = 'playlist' AND x.namespace = \(playlist.namespace)
                            AND x.value = \(playlist.value) AND e.position = ANY(\(places)))
                    """
                ) { try $0[0] as Bool }
                guard found == true else { return 0 }
                try await session.takeWriterLock(waiting: importTimeout)
                let count = try await session.vacate(places, of: playlist, source: source)
                if count > 0 { try await session.notify(Channel.catalog.rawValue) }
                return count
            }
        }
    }
}

extension PostgresSession {
    fileprivate func vacate(_ positions: [Int32], of playlist: ExternalID, source: String) async throws -> Int {
        try await first(
            """
            WITH gone AS (
                DELETE FROM playlist_entries e USING external_ids x
                WHERE x.kind = 'playlist' AND x.namespace = \(playlist.namespace) AND x.value = \(playlist.value)
                    AND e.playlist_id = x.entity_id AND e.position = ANY(\(positions))
                RETURNING e.playlist_id, e.position, e.track_id),
            telling AS (\(fragment: PlaylistHistory.noting(.removed, "gone", batch: source))),
            marking AS (
                UPDATE tracks t SET changed_in = pg_current_xact_id()
                FROM (SELECT DISTINCT track_id FROM gone) g WHERE t.id = g.track_id)
            SELECT count(*) FROM gone
            """
        ) { try $0[0] } ?? 0
    }
}

extension CollectionSync {
    fileprivate init(row: borrowing PostgresRow) throws {
        let isLost: Bool = try row[6]
        let version: String? = try row[3]
        let offset: Int? = try row[4]
        var checkpoint: Checkpoint?
        if let version, let offset, !isLost {
            checkpoint = Checkpoint(version: version, offset: offset, end: try row[7], gap: try row[8])
        }
        self.init(
            version: try row[1], completedAt: (try row[2] as Double?).map(Date.init(timeIntervalSince1970:)),
            checkpoint: checkpoint, resumeAt: (try row[5] as Double?).map(Date.init(timeIntervalSince1970:)))
    }
}
