import Catalog
import Foundation
import Jobs
import Postgres
import Sampling
import Storage
import Terminal
import TestSupport
import Testing

@testable import segue

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty

/// A demo catalog with one playlist of liked tracks, and a lock that makes the next run wait in its midst.
private struct Stage: Sendable {
    let database: TestDatabase
    let environment: [String: String]
    var store: PostgresStore { database.store }

    static func with(_ body: @Sendable (Stage) async throws -> Void) async throws {
        try await withMigratedDatabase { database in
            try await withTemporaryDirectory { folder in
                let stage = Stage(
                    database: database,
                    environment: [
                        "DATABASE_URL": database.conninfo, "SEGUE_INDEX_DIR": "\(folder)/index",
                        "SEGUE_DATABASE_CONNECTIONS": "4",
                    ])
                for arguments in [
                    ["demo", "--tracks", "100", "--playlists", "5"],
                    ["feedback", "liked"] + (1...20).map { "segue:\($0)" },
                    ["playlist", "create", "One", "--from", "library", "--count", "5"],
                ] {
                    let outcome = await segue(arguments, environment: stage.environment)
                    try #require(outcome.status == .success, "\(outcome.errors)")
                }
                try await body(stage)
            }
        }
    }

    /// Runs a command as a process, sends it a signal once its run waits, and gives back how it ended.
    func interrupted(_ arguments: [String], by signal: Int32) async throws -> (status: Int32, errors: String) {
        let holder = try await database.session()
        let watcher = try await database.session()
        try await holder.executeScript("BEGIN; LOCK TABLE saved_tracks IN ACCESS EXCLUSIVE MODE")
        let running = try BuiltBinary.Running(arguments, environment: environment)
        try await eventually {
            try #require(!running.hasEnded, "\(running.errors)")
            return try await watcher.first(
                """
                SELECT count(*) > 0 FROM pg_locks w JOIN pg_locks a ON a.pid = w.pid AND a.locktype = 'advisory'
                WHERE NOT w.granted AND w.relation = 'saved_tracks'::regclass
                    AND w.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                """
            ) { try $0[0] as Bool } ?? false
        }
        kill(running.identifier, signal)
        let status = await running.end()
        try await holder.executeScript("ROLLBACK")
        return (status, running.errors)
    }

    func runs(of id: PlaylistID) async throws -> [PlaylistRun] {
        try await store.runs(of: id, before: nil, limit: 10).map(\.run)
    }
}

@Suite(
    "Commands of playlists that a signal stops", .serialized,
    .enabled(if: hasDatabase && BuiltBinary.path != nil, "no database, or not built"))
struct InterruptedRunTests {
    @Test(arguments: [SIGINT, SIGTERM]) func aReshuffleLeavesItsRunAndNothingElse(_ signal: Int32) async throws {
        try await Stage.with { stage in
            let id = try #require(try await stage.store.madePlaylists(of: nil).first).id
            let entries = try await stage.store.entries(of: id)
            let ended = try await stage.interrupted(["playlist", "reshuffle", "\(id.rawValue)"], by: signal)
            #expect(ended.status == 1 && ended.errors.contains("the playlist stays as it was"), "\(ended)")
            let run = try #require(try await stage.runs(of: id).first)
            #expect(run.status == .failed && run.cause == .reshuffle && run.listener == Listener.standard)
            #expect(run.problem?.hasPrefix("interrupted") == true, "\(run.problem ?? "")")
            let after = try await stage.store.entries(of: id)
            #expect(after == entries)
            let again = await segue(["playlist", "reshuffle", "\(id.rawValue)"], environment: stage.environment)
            #expect(again.status == .success, "nobody holds the listener's lock: \(again.errors)")
        }
    }

    @Test func ofSeveralTheOneUnderWayIsInterruptedAndNoOtherBegun() async throws {
        try await Stage.with { stage in
            _ = await segue(
                ["playlist", "create", "Two", "--from", "library", "--count", "4"], environment: stage.environment)
            let ids = try await stage.store.madePlaylists(of: nil).map(\.id)
            let ended = try await stage.interrupted(["playlist", "reshuffle", "--all"], by: SIGTERM)
            #expect(ended.status == 1 && ended.errors.contains("stay done"), "\(ended)")
            var failed: [Int] = []
            for id in ids { failed.append(try await stage.runs(of: id).count { $0.status == .failed }) }
            #expect(failed == [1, 0])
        }
    }

    @Test func aPlaylistThatWasToBeMadeIsNotThere() async throws {
        try await Stage.with { stage in
            let before = try await stage.store.madePlaylists(of: nil)
            let create = ["playlist", "create", "Two", "--from", "library", "--cron", "0 6 * * *"]
            let ended = try await stage.interrupted(create, by: SIGINT)
            #expect(ended.status == 1 && ended.errors.contains("no playlist was made"), "\(ended)")
            let after = try await stage.store.madePlaylists(of: nil)
            let schedules = try await stage.store.schedules()
            #expect(after == before && !schedules.contains { $0.name.hasPrefix("playlist-") })
        }
    }

    @Test func aDailyPlaylistThatIsThereKeepsItsRun() async throws {
        try await Stage.with { stage in
            let made = await segue(["playlist", "daily", "--count", "5"], environment: stage.environment)
            #expect(made.status == .success, "\(made.errors)")
            let daily = try #require(try await stage.store.dailyPlaylist(of: Listener.standard))
            let entries = try await stage.store.entries(of: daily.id)
            let ended = try await stage.interrupted(["playlist", "daily"], by: SIGINT)
            #expect(ended.status == 1, "\(ended)")
            let run = try #require(try await stage.runs(of: daily.id).first)
            #expect(run.status == .failed && run.problem?.hasPrefix("interrupted") == true)
            let after = try await stage.store.entries(of: daily.id)
            #expect(after == entries)
        }
    }
}
