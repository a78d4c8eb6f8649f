public import Catalog
internal import Postgres

extension PostgresStore: CatalogReading {
    /// Runs `body` over the catalog as of one moment; the view is of no use afterwards.
    /// - Throws: `CatalogStoreError`, what `body` throws.
    public func withView<Result: Sendable>(
        _ body: @Sendable (any CatalogView) async throws -> Result
    ) async throws -> Result {
        try await withSession { session in
            try await session.withTransaction(isolation: .repeatableRead, readOnly: true) { session in
                try await body(StoredCatalogView(session: session))
            }
        }
    }

    /// The internal id of a track, or nil.
    /// - Throws: `CatalogStoreError`.
    public func trackID(for id: ExternalID) async throws -> TrackID? {
        guard id.isStorable else { return nil }
        return try await withSession { session in
            try await session.first(
                """
                SELECT entity_id FROM external_ids
                WHERE kind = 'track' AND namespace = \(id.namespace) AND value = \(id.value)
                """
            ) { TrackID(rawValue: try $0[0]) }
        }
    }

    /// A playlist's tracks in order, each where it stands first.
    /// - Throws: `CatalogStoreError`.
    public func playlist(_ id: ExternalID) async throws -> PlaylistContents? {
        guard id.isStorable else { return nil }
        return try await withSession { session in
            try await session.first(
                """
                SELECT p.id, p.name, ARRAY(
                    SELECT e.track_id FROM playlist_entries e WHERE e.playlist_id = p.id
                    GROUP BY e.track_id ORDER BY min(e.position))
                FROM external_ids x JOIN playlists p ON p.id = x.entity_id
                WHERE x.kind = 'playlist' AND x.namespace = \(id.namespace) AND x.value = \(id.value)
                """
            ) { row in
                let tracks: [Int64] = try row[2]
                return PlaylistContents(
                    id: PlaylistID(rawValue: try row[0]), name: try row[1], tracks: tracks.map(TrackID.init))
            }
        }
    }

    /// Removes a track for good; false where there is none.
    /// - Throws: `CatalogStoreError`.
    public func removeTrack(_ id: TrackID) async throws -> Bool {
        try await withSession { session in
            try await session.withTransaction { session in
                try await session.takeWriterLock(waiting: min(importTimeout, .seconds(5)))
                let removed = try await session.execute("DELETE FROM tracks WHERE id = \(id.rawValue)")
                if removed > 0 { try await session.notify(Channel.catalog.rawValue) }
                return removed > 0
            }
        }
    }
}

extension ExternalID {
    /// Whether the database could hold it at all; what it could not hold it does not have.
    fileprivate var isStorable: Bool { !namespace.utf8.contains(0) && !value.utf8.contains(0) }
}
