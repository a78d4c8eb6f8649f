import FakeServices
import Foundation
import Jobs
import Postgres
import Storage
import Terminal
import TestSupport
import Testing

@testable import segue

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty
private let world = FakeWorld(tracks: 12)

private let analyzer: String? = {
    let beside = URL(fileURLWithPath: BuiltBinary.path ?? "/").deletingLastPathComponent()
    let place = beside.appendingPathComponent("segue-analyze").path
    return FileManager.default.isExecutableFile(atPath: place) ? place : nil
}()

@Suite(.serialized, .enabled(if: hasDatabase && analyzer != nil, "no database, or not built"))
struct PreviewCommandTests {
    private static let audible = world.tracks.filter(FakeDeezer.knows)

    /// A catalog of the fakes' world, with a fake Deezer at hand and previews switched on.
    private func with(
        _ body: @Sendable (TestDatabase, FakeServer, [String: String]) async throws -> Void
    ) async throws {
        try await withMigratedDatabase { database in
            try await withTemporaryDirectory { folder in
                let server = try FakeService.deezer.server(world)
                defer { server.stop() }
                let environment = [
                    "DATABASE_URL": database.conninfo, "SEGUE_DATABASE_CONNECTIONS": "3",
                    "SEGUE_DEEZER_URL": server.url, "SEGUE_PREVIEWS_FROM": "deezer", "SEGUE_PREVIEW_RATE": "100",
                    "SEGUE_PREVIEW_HOSTS": "127.0.0.1:\(server.port)", "SEGUE_ANALYZER": analyzer ?? "",
                ]
                let table = "\(folder)/world.csv"
                try Data(world.table.utf8).write(to: URL(fileURLWithPath: table))
                let imported = await segue(["import", table], environment: environment)
                try #require(imported.status == .success, "\(imported.errors)")
                try await body(database, server, environment)
            }
        }
    }

    private func heard(_ database: TestDatabase) async throws -> Int {
        try await database.session().first("SELECT count(*) FROM sound_descriptors WHERE provider = 'preview'") {
            try $0[0] as Int
        } ?? 0
    }

    @Test func previewsAreOffUnlessSomebodySaysSo() async throws {
        try await with { database, server, environment in
            var environment = environment
            environment["SEGUE_PREVIEWS_FROM"] = nil
            let result = await segue(["analyze", "--previews"], environment: environment)
            #expect(result.status == .failure && result.errors.contains("SEGUE_PREVIEWS_FROM=deezer"))
            environment["SEGUE_PREVIEWS_FROM"] = "spotify"
            let spotify = await segue(["analyze", "--previews"], environment: environment)
            #expect(spotify.status == .failure && spotify.errors.contains("SEGUE_SPOTIFY_CLIENT_ID"))
            #expect(server.callCount() == 0)
        }
    }

    @Test func tracksAreHeardAndBecomeRecommendable() async throws {
        try await with { database, server, environment in
            let first = await segue(["analyze", "--previews", "--limit", "5", "--json"], environment: environment)
            #expect(first.status == .success && first.output.contains("\"asked\""), "\(first.errors)")
            let rest = await segue(["analyze", "--previews"], environment: environment)
            #expect(rest.status == .success && rest.output.contains("7 tracks looked at"), "\(rest.output)")
            #expect(try await heard(database) == Self.audible.count)
            let none = await segue(["analyze", "--previews"], environment: environment)
            #expect(none.output.contains("0 tracks looked at, 0 heard"))
            try await withTemporaryDirectory { folder in
                var environment = environment
                environment["SEGUE_INDEX_DIR"] = "\(folder)/index"
                let build = await segue(["index", "build"], environment: environment)
                #expect(build.status == .success, "\(build.errors)")
                let seed = "spotify:track:\(Self.audible[0].spotify)"
                let found = await segue(["recommend", seed, "-k", "3", "--json"], environment: environment)
                #expect(
                    found.status == .success && found.output.contains("\"sound\""), "\(found.output) \(found.errors)")
            }
        }
    }

    @Test func aJobListensLikewise() async throws {
        try await with { database, server, environment in
            let left = await segue(["analyze", "--previews", "--detach"], environment: environment)
            #expect(left.status == .success && left.output.contains("segue jobs watch"), "\(left.errors)")
            let twice = await segue(["analyze", "--previews", "--detach"], environment: environment)
            #expect(twice.status == .success)
            let job = try #require(try await database.store.jobs(JobFilter(kind: "features.previews")).first)
            let worker = try BuiltBinary.Running(["work"], environment: environment)
            let ended = try await wait(for: job.id, in: database.store)
            kill(worker.identifier, SIGTERM)
            _ = await worker.end()
            #expect(ended.status == .done, "\(worker.errors)")
            #expect(ended.metadata.text.contains("\"heard\"") && ended.metadata.text.contains("no_preview"))
            #expect(try await heard(database) == Self.audible.count)
            #expect(try await database.store.jobs(JobFilter(kind: "features.previews")).count == 1)
        }
    }

    @Test(arguments: [
        ["analyze"], ["analyze", "/tmp", "--previews"], ["analyze", "/tmp", "--limit", "3"],
        ["analyze", "/tmp", "--detach"], ["analyze", "--previews", "--previews-from", "radio"],
    ])
    func whatDoesNotGoTogetherIsAMistakeInUse(_ arguments: [String]) async throws {
        let result = await segue(arguments, environment: ["DATABASE_URL": "host=/nonexistent"])
        #expect(result.status == .usage, "\(result.errors)")
    }
}
