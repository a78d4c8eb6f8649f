import FakeServices
import Foundation
import Jobs
import Postgres
import Rules
import Storage
import Terminal
import TestSupport
import Testing

@testable import segue

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty

private func put(_ name: String, _ root: String, target: String, _ folder: String, _ environment: [String: String])
    async throws
{
    let file = "\(folder)/\(name).json"
    try Data(#"{"name":"\#(name)","target":"\#(target)","root":\#(root)}"#.utf8).write(to: URL(filePath: file))
    let outcome = await segue(["rules", "put", file], environment: environment)
    try #require(outcome.status == .success, "\(outcome.errors)")
}

private let everything = #"{"match":"all","conditions":[{"field":"name","op":"exists"}]}"#

/// A worker is killed by SIGKILL with some batches of a playlist done and some not, and another takes the job up.
@Suite(
    "Syncs of workers that are killed", .serialized,
    .enabled(if: hasDatabase && BuiltBinary.path != nil, "no database, or not built"))
struct KilledSyncTests {
    @Test func aPlaylistOfSegueEndsExactlyRight() async throws {
        try await withMigratedDatabase { database in
            let session = try await database.session()
            try await session.execute(
                """
                INSERT INTO tracks (id, name, popularity, released)
                SELECT i, 'Track ' || i, i % 101, '2000' FROM generate_series(1, 12000) AS i
                """)
            // The second batch waits until the worker is killed.
            let holder = try await holdingInserts(
                into: "playlist_entries", above: 5_000, at: database.conninfo)
            try await withTemporaryDirectory { folder in
                let environment = [
                    "DATABASE_URL": database.conninfo, "SEGUE_INDEX_DIR": "\(folder)/index",
                    "SEGUE_SIGNING_KEYS": try testKeys(), "SEGUE_DATABASE_CONNECTIONS": "4",
                    "SEGUE_PORT": "0",
                ]
                try await put("all", everything, target: "segue:playlist:all", folder, environment)
                let count = {
                    try await session.first("SELECT count(*) FROM playlist_entries") { try $0[0] as Int } ?? 0
                }
                let id = try await killedInTheMiddle(database.store, environment) { try await count() > 0 }
                try await holder.execute("SELECT pg_advisory_unlock(1)")
                let half = try await count()
                #expect(half == 5_000, "killed between two batches")
                let second = try BuiltBinary.Running(["work"], environment: environment)
                let job = try await wait(for: id, in: database.store)
                #expect(job.status == .done && job.attempts == 2, "\(job) \(second.errors)")
                let entries = try await session.rows(
                    """
                    SELECT e.track_id FROM playlist_entries e ORDER BY e.position
                    """
                ) { try $0[0] as Int64 }
                let wanted = try await session.rows(
                    "SELECT id FROM tracks ORDER BY popularity DESC, id LIMIT \(RuleTarget.maximumTracks)"
                ) { try $0[0] as Int64 }
                #expect(entries == wanted, "as a sync that nobody interrupted leaves it")
                let written = try await session.first("SELECT count(*) FROM playlist_entry_changes") {
                    try $0[0] as Int
                }
                #expect(written == wanted.count, "nothing was added twice on the way")
            }
        }
    }

    @Test func aPlaylistOfSpotifyEndsExactlyRight() async throws {
        try await OutsideSurroundings.with { surroundings in
            try await surroundings.connect()
            let (spotify, server) = (surroundings.spotify, surroundings.server)
            let playlist = spotify.playlists[0]
            let path = "/v1/playlists/\(playlist.id)/items"
            let before = Self.tracks(of: spotify.playlists[0])
            #expect(!Set(before).subtracting(0..<OutsideSurroundings.known).isEmpty, "something must go")
            try await put(
                "all", everything, target: "spotify:playlist:\(playlist.id)", surroundings.folder,
                surroundings.environment)
            // What was asked is done at once and answered late: the worker dies before it hears of it.
            server.setFaults([FaultRule(.late(milliseconds: 600_000), by: "POST", on: path)])
            let id = try await killedInTheMiddle(surroundings.database.store, surroundings.environment) {
                !Set(Self.tracks(of: spotify.playlists[0])).isSubset(of: before)
            }
            server.setFaults([])
            let half = Self.tracks(of: spotify.playlists[0])
            #expect(half.count < OutsideSurroundings.known, "\(half.count): killed too late")
            let second = try BuiltBinary.Running(["work"], environment: surroundings.environment)
            let job = try await wait(for: id, in: surroundings.database.store)
            #expect(job.status == .done && job.attempts == 2, "\(job) \(second.errors)")
            let after = Self.tracks(of: spotify.playlists[0])
            #expect(after.count == OutsideSurroundings.known, "nothing is doubled")
            #expect(Set(after) == Set(0..<OutsideSurroundings.known))
            let others = { (playlist: FakePlaylist) in playlist.entries.count - Self.tracks(of: playlist).count }
            #expect(others(spotify.playlists[0]) == others(playlist), "what are no tracks stayed")
        }
    }

    private static func tracks(of playlist: FakePlaylist) -> [Int] {
        playlist.entries.compactMap { if case .track(let number) = $0 { number } else { nil } }
    }

    /// Starts a sync and a worker, and kills the worker once some of it is done.
    private func killedInTheMiddle(
        _ store: PostgresStore, _ environment: [String: String], _ hasBegun: () async throws -> Bool
    ) async throws -> JobID {
        let payload = try JobDocument(ClassifyRequest(sync: true))
        let id = try await store.enqueue(JobRequest(kind: ClassifyHandler.kind, payload: payload)).job.id
        let first = try BuiltBinary.Running(["work"], environment: environment)
        try await eventually(hasBegun)
        kill(first.identifier, SIGKILL)
        _ = await first.end()
        let job = try #require(try await store.job(id))
        #expect(job.status == .running, "it was to be killed in the middle: \(job) \(first.errors)")
        try await silence(id, at: environment["DATABASE_URL"] ?? "")
        return id
    }
}
