public import Catalog
internal import Foundation
internal import Postgres
public import Sampling

extension PostgresStore: PlaylistStore {
    /// Playlists by number, of one listener or of all.
    /// - Throws: `CatalogStoreError`.
    public func madePlaylists(of listener: String?) async throws -> [MadePlaylist] {
        try await withSession {
            try await MadePlaylistTable.playlists(
                where: "\(listener)::text IS NULL OR m.listener = \(listener)", on: $0)
        }
    }

    /// A playlist; nil where there is none.
    /// - Throws: `CatalogStoreError`.
    public func madePlaylist(_ id: PlaylistID) async throws -> MadePlaylist? {
        try await withSession {
            try await MadePlaylistTable.playlists(where: "m.playlist_id = \(id.rawValue)", on: $0).first
        }
    }

    /// A listener's daily playlist; nil where there is none.
    /// - Throws: `CatalogStoreError`.
    public func dailyPlaylist(of listener: String) async throws -> MadePlaylist? {
        try await withSession {
            try await MadePlaylistTable.playlists(
                where: "m.kind = 'daily' AND m.listener = \(listener)", on: $0
            ).first
        }
    }

    /// A playlist's tracks in order.
    /// - Throws: `CatalogStoreError`.
    public func entries(of id: PlaylistID) async throws -> [TrackID] {
        try await withSession { try await MadePlaylistTable.entries(of: id, on: $0) }
    }

    /// Playlists that rule sets keep up, by number.
    /// - Throws: `CatalogStoreError`.
    public func rulePlaylists() async throws -> [RulePlaylist] {
        try await withSession { try await RulePlaylistTable.playlists(on: $0) }
    }

    /// Removes a playlist; its history and runs stay. False where there is none.
    /// - Throws: `CatalogStoreError`.
    public func removeMadePlaylist(_ id: PlaylistID) async throws -> Bool {
        try await withSession { session in
            try await session.withTransaction { session in
                let known = try await session.first(
                    "SELECT true FROM made_playlists WHERE playlist_id = \(id.rawValue) FOR UPDATE"
                ) { try $0[0] as Bool }
                if known != true {
                    // As whoever syncs it does, so that the two do not meet half-way.
                    try await session.takeWriterLock(waiting: importTimeout)
                    guard try await RulePlaylistTable.lock(id, on: session) else { return false }
                    try await session.execute(
                        """
                        UPDATE tracks t SET changed_in = pg_current_xact_id() FROM playlist_entries e
                        WHERE e.playlist_id = \(id.rawValue) AND t.id = e.track_id
                        """)
                    try await session.notify(Channel.catalog.rawValue)
                }
                try await session.execute(
                    PlaylistHistory.noting(
                        .removed, "(SELECT * FROM playlist_entries WHERE playlist_id = \(id.rawValue))",
                        batch: "removal"))
                return try await session.execute("DELETE FROM playlists WHERE id = \(id.rawValue)") == 1
            }
        }
    }

    /// What came and went, newest first.
    /// - Throws: `CatalogStoreError`.
    public func changes(of id: PlaylistID, before number: Int64?, limit: Int) async throws -> [PlaylistChange] {
        try await withSession { session in
            try await session.rows(
                """
                SELECT position, track_id, change, batch, extract(epoch FROM recorded_at)::float8, number
                FROM playlist_entry_changes
                WHERE number < \(number ?? .max) AND id IN (
                    -- As many of the newest rows as fill the page, even where the first has nothing more to give.
                    SELECT id
                    FROM (SELECT id, sum(cardinality(positions)) OVER newest - cardinality(positions)
                              - first_value(cardinality(positions)) OVER newest AS passed
                          FROM playlist_entry_history
                          WHERE playlist_id = \(id.rawValue) AND id <= \(number ?? .max) >> 24
                          WINDOW newest AS (ORDER BY id DESC)) AS h
                    WHERE passed < \(limit))
                ORDER BY number DESC LIMIT \(limit)
                """
            ) {
                PlaylistChange(
                    position: try $0[0], track: TrackID(rawValue: try $0[1]), change: try $0[2], batch: try $0[3],
                    moment: Date(timeIntervalSince1970: try $0[4]), number: try $0[5])
            }
        }
    }

    /// Runs, newest first, without their tracks.
    /// - Throws: `CatalogStoreError`.
    public func runs(of id: PlaylistID, before number: Int64?, limit: Int) async throws -> [RunSummary] {
        try await withSession {
            try await MadePlaylistTable.runs(
                where: "r.playlist_id = \(id.rawValue) AND (\(number)::bigint IS NULL OR r.id < \(number))",
                limit: limit, on: $0)
        }
    }

    /// A run with its tracks; nil where there is none.
    /// - Throws: `CatalogStoreError`.
    public func run(_ id: PlaylistRunID) async throws -> PlaylistRun? {
        try await withSession { session in
            let found = try await MadePlaylistTable.runs(where: "r.id = \(id.rawValue)", limit: 1, on: session)
            guard var run = found.first?.run else { return nil }
            run.tracks = try await MadePlaylistTable.tracks(of: id, on: session)
            return run
        }
    }

    /// Writes down that a run failed.
    /// - Throws: `CatalogStoreError`.
    public func recordFailure(_ run: PlaylistRun) async throws {
        guard let playlist = run.playlist else { return }
        try await withSession { session in
            try await session.withTransaction { _ = try await MadePlaylistTable.insert(run, of: playlist, on: $0) }
        }
    }

    /// Runs `body` under the lock of a listener, which the session holds and the server frees with it.
    /// - Throws: `PlaylistError`, `CatalogStoreError`, what `body` throws.
    public func withRun<Result: Sendable>(
        of listener: String, _ body: @Sendable (any PlaylistWorkshop) async throws -> Result
    ) async throws -> Result {
        try await withSession { session in
            try await ListenerTable.require(listener, on: session)
            let isFree = try await session.first(
                "SELECT pg_try_advisory_lock(\(Self.runLock), hashtext(\(listener)))"
            ) { try $0[0] as Bool }
            guard isFree == true else { throw PlaylistError.runUnderWay(listener: listener) }
            let result: Swift.Result<Result, any Error>
            do {
                result = .success(try await body(StoredWorkshop(session: session, listener: listener)))
            } catch { result = .failure(error) }
            // Given back also by a task that is being cancelled; a session that is lost has let go of it already.
            await Task {
                await session.rollback()
                _ = try? await session.execute("SELECT pg_advisory_unlock(\(Self.runLock), hashtext(\(listener)))")
            }.value
            return try result.get()
        }
    }

    /// The first half of the locks' keys, so that they are nobody else's.
    private static let runLock: Int32 = 0x5e67_0013
}
