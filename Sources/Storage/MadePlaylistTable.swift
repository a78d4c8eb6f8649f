internal import Catalog
internal import Foundation
internal import JSONText
internal import Postgres
internal import Sampling

/// Rows of the tables `made_playlists`, `playlist_runs` and `playlist_run_tracks`.
enum MadePlaylistTable {
    private static let columns: SQL = """
        m.playlist_id, p.name, m.listener, m.kind, m.recipe, (
            SELECT count(*) FROM playlist_entries e WHERE e.playlist_id = m.playlist_id),
        extract(epoch FROM m.created_at)::float8, extract(epoch FROM m.updated_at)::float8, m.last_run, p.snapshot
        """

    /// Playlists by number; `condition` speaks of `m`.
    static func playlists(where condition: SQL, on session: PostgresSession) async throws -> [MadePlaylist] {
        try await session.rows(
            """
            SELECT \(fragment: columns) FROM made_playlists m JOIN playlists p ON p.id = m.playlist_id
            WHERE \(fragment: condition) ORDER BY m.playlist_id
            """
        ) { row in
            let kind: String = try row[3]
            guard let known = MadePlaylist.Kind(rawValue: kind) else {
                throw CatalogStoreError.failed("a playlist is of the kind \(kind), which this program does not know")
            }
            return MadePlaylist(
                id: PlaylistID(rawValue: try row[0]), name: try row[1] as String? ?? "", listener: try row[2],
                kind: known, recipe: try json(row[4]), trackCount: try row[5],
                createdAt: Date(timeIntervalSince1970: try row[6]), updatedAt: Date(timeIntervalSince1970: try row[7]),
                lastRun: (try row[8] as Int64?).map(PlaylistRunID.init), snapshot: try row[9])
        }
    }

    /// The tracks of a playlist in order.
    static func entries(of id: PlaylistID, on session: PostgresSession) async throws -> [TrackID] {
        try await session.rows(
            "SELECT track_id FROM playlist_entries WHERE playlist_id = \(id.rawValue) ORDER BY position"
        ) { TrackID(rawValue: try $0[0]) }
    }

    /// Runs, newest first; `condition` speaks of `r`.
    static func runs(where condition: SQL, limit: Int, on session: PostgresSession) async throws -> [RunSummary] {
        try await session.rows(
            """
            SELECT id, playlist_id, listener, cause, batch, status, seed, recipe, snapshot, missing, report, problem,
                extract(epoch FROM started_at)::float8, extract(epoch FROM finished_at)::float8, total, new_tracks,
                kept_tracks
            FROM playlist_runs r WHERE \(fragment: condition) ORDER BY id DESC LIMIT \(limit)
            """
        ) { row in
            RunSummary(run: try run(row), total: try row[14], new: try row[15], kept: try row[16])
        }
    }

    private static func run(_ row: borrowing PostgresRow) throws -> PlaylistRun {
        let (cause, status): (String, String) = (try row[3], try row[5])
        guard let cause = PlaylistRun.Cause(rawValue: cause), let status = PlaylistRun.Status(rawValue: status) else {
            throw CatalogStoreError.failed("a run is \(cause) and \(status), which this program does not know")
        }
        let report: String = try row[10]
        var run = PlaylistRun(
            id: PlaylistRunID(rawValue: try row[0]), playlist: PlaylistID(rawValue: try row[1]), listener: try row[2],
            cause: cause, batch: try row[4], status: status, seed: UInt64(bitPattern: try row[6] as Int64),
            recipe: try json(row[7]), missing: try row[9],
            report: try JSONDecoder().decode(RunReport.self, from: Data(report.utf8)), problem: try row[11],
            startedAt: Date(timeIntervalSince1970: try row[12]), finishedAt: Date(timeIntervalSince1970: try row[13]))
        run.snapshot = try row[8]
        return run
    }

    /// The tracks of a run in order.
    static func tracks(of run: PlaylistRunID, on session: PostgresSession) async throws -> [RunTrack] {
        try await session.rows(
            "SELECT reason FROM playlist_run_tracks WHERE run_id = \(run.rawValue) ORDER BY position"
        ) { row in
            let reason: String = try row[0]
            return try JSONDecoder().decode(RunTrack.self, from: Data(reason.utf8))
        }
    }

    /// Writes a run down; its number.
    static func insert(_ run: PlaylistRun, of playlist: PlaylistID, on session: PostgresSession) async throws -> Int64 {
        let report = String(decoding: try JSONEncoder().encode(run.report), as: UTF8.self)
        let id = try await session.first(
            """
            INSERT INTO playlist_runs (playlist_id, listener, cause, batch, status, seed, recipe, snapshot, total,
                new_tracks, kept_tracks, missing, report, problem, started_at, finished_at)
            VALUES (\(playlist.rawValue), \(run.listener), \(run.cause.rawValue), \(run.batch), \(run.status.rawValue),
                \(Int64(bitPattern: run.seed)), \(text(run.recipe))::jsonb, \(run.snapshot), \(run.total),
                \(run.newCount), \(run.keptCount), \(run.missing), \(report)::jsonb, \(run.problem),
                to_timestamp(\(run.startedAt.timeIntervalSince1970)),
                to_timestamp(\(run.finishedAt.timeIntervalSince1970)))
            RETURNING id
            """
        ) { try $0[0] as Int64 }
        guard let id else { throw CatalogStoreError.failed("a run was given no number") }
        let reasons = String(decoding: try JSONEncoder().encode(run.tracks), as: UTF8.self)
        try await session.execute(
            """
            INSERT INTO playlist_run_tracks (run_id, position, track_id, reason)
            SELECT \(id), place - 1, (reason->>'track')::bigint, reason
            FROM jsonb_array_elements(\(reasons)::jsonb) WITH ORDINALITY AS t (reason, place)
            """)
        return id
    }

    static func text(_ value: JSONValue) -> String { String(decoding: value.bytes, as: UTF8.self) }

    private static func json(_ text: String) throws -> JSONValue {
        let bytes = Array(text.utf8)
        do throws(JSONFailure) { return try JSONParser.parse(bytes, 0..<bytes.count) } catch {
            throw CatalogStoreError.failed("a recipe in the database cannot be read: \(error.reason)")
        }
    }
}
