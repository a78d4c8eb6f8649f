internal import Catalog
internal import Postgres

/// A view of the catalog through one read-only transaction.
struct StoredCatalogView: CatalogView {
    let session: PostgresSession

    func watermark() async throws -> Watermark {
        let found = try await session.first(
            """
            SELECT (SELECT system_identifier FROM pg_control_system()) || '.' || oid,
                pg_snapshot_xmin(pg_current_snapshot())
            FROM pg_database WHERE datname = current_database()
            """
        ) { Watermark(database: try $0[0], position: try $0[1]) }
        guard let found else { throw CatalogStoreError.failed("the server does not know its own database") }
        return found
    }

    func trackCount() async throws -> Int {
        try await session.first("SELECT count(*) FROM tracks") { try $0[0] as Int } ?? 0
    }

    func tracks(after id: TrackID, limit: Int) async throws -> [CatalogTrack] {
        try await TrackLoading(session: session).tracks(
            "SELECT id FROM tracks WHERE id > \(id.rawValue) ORDER BY id LIMIT \(max(0, limit))")
    }

    func tracks(_ ids: [TrackID]) async throws -> [CatalogTrack] {
        try await TrackLoading(session: session).tracks(ids.map(\.rawValue))
    }

    func playlists(after id: PlaylistID, entries limit: Int) async throws -> [PlaylistContents] {
        try await PlaylistLoading(session: session).playlists(after: id, entries: limit)
    }

    func playlists(_ ids: [PlaylistID]) async throws -> [PlaylistContents] {
        try await PlaylistLoading(session: session).playlists(ids.map(\.rawValue))
    }

    func playlists(holding tracks: [TrackID]) async throws -> [TrackID: [PlaylistID]] {
        try await PlaylistLoading(session: session).playlists(holding: tracks.map(\.rawValue))
    }

    /// Steps that end below the oldest transaction under way may be cut short, since nothing can be added to them any
    /// more; what came after is always given whole, because there is no later mark to give for it.
    func changes(since watermark: Watermark, limit: Int) async throws -> CatalogChanges {
        let now = try await self.watermark()
        guard watermark.database == now.database else { throw CatalogStoreError.foreignWatermark }
        let settled = try await session.rows(
            """
            SELECT id, changed_in FROM tracks WHERE changed_in >= \(watermark.position) AND changed_in < \(now.position)
            ORDER BY changed_in FETCH FIRST \(max(1, limit)) ROWS WITH TIES
            """
        ) { (id: try $0[0] as Int64, position: try $0[1] as UInt64) }
        let isCut = settled.count >= max(1, limit)
        let end = isCut ? (settled.last?.position ?? 0) + 1 : now.position
        let recent =
            isCut
            ? []
            : try await session.rows("SELECT id FROM tracks WHERE changed_in >= \(now.position)") { try $0[0] as Int64 }
        let removed = try await session.rows(
            """
            SELECT track_id FROM track_removals
            WHERE changed_in >= \(watermark.position) AND (NOT \(isCut) OR changed_in < \(end)) ORDER BY track_id
            """
        ) { TrackID(rawValue: try $0[0]) }
        let changed = (settled.map(\.id) + recent).sorted().map(TrackID.init)
        return CatalogChanges(
            changed: changed, removed: removed, watermark: Watermark(database: now.database, position: end))
    }
}
