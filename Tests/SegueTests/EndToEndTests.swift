import Foundation
import Postgres
import Terminal
import TestSupport
import Testing

@testable import segue

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty

/// An environment with a database and an index directory of a test's own.
private func withEnvironment(_ body: @Sendable ([String: String], _ folder: String) async throws -> Void) async throws {
    try await withEmptyDatabase { database in
        try await withTemporaryDirectory { folder in
            var environment = [
                "DATABASE_URL": database.conninfo, "SEGUE_INDEX_DIR": "\(folder)/index",
                "SEGUE_SIGNING_KEYS": try testKeys(), "SEGUE_DATABASE_CONNECTIONS": "2",
            ]
            environment["REDIS_URL"] = ProcessInfo.processInfo.environment["REDIS_URL"]
            try await body(environment, folder)
        }
    }
}

/// Shapes of answers that tests look into.
private enum Answers {
    struct Listing: Decodable {
        var id: String
        var isCurrent: Bool
    }

    struct Recommendation: Decodable {
        struct Item: Decodable {
            struct Track: Decodable {
                var id: String
                var name: String?
                var year: Int?
            }
            struct Explanation: Decodable {
                struct Block: Decodable { var contribution: Double }
                var text: String
                var blocks: [Block]
            }
            var score: Double
            var track: Track
            var explanation: Explanation?
        }
        var items: [Item]
        var seeds: [Seed]
        struct Seed: Decodable { var track: Item.Track }
    }

    struct Health: Decodable {
        struct Finding: Decodable {
            var subject: String
            var state: String
        }
        var isHealthy: Bool
        var findings: [Finding]
    }

    struct Imports: Decodable {
        struct File: Decodable {
            struct Problem: Decodable {
                var line: Int
                var reason: String
            }
            struct Refusal: Decodable { var code: String }
            var file: String
            var rowsRead: Int?
            var rowsSkipped: Int?
            var problems: [Problem]?
            var error: Refusal?
        }
        var files: [File]
    }
}

@Suite("Commands against PostgreSQL", .enabled(if: hasDatabase, "DATABASE_URL is not set")) struct EndToEndTests {
    @Test func fromAnEmptyDatabaseToRecommendations() async throws {
        try await withEnvironment { environment, _ in
            #expect(await segue(["migrate"], environment: environment).output.contains("applied 0001_catalog"))
            #expect(await segue(["migrate"], environment: environment).output == "the schema is up to date\n")
            let demo = await segue(["demo", "--tracks", "600", "--json"], environment: environment)
            #expect(demo.output.contains("\"new_tracks\":600"))
            #expect(await segue(["index", "build"], environment: environment).output.contains("600 tracks"))
            let verified = await segue(["index", "verify"], environment: environment)
            #expect(verified.status == .success && verified.output.hasPrefix("good"))
            try await recommendationsAddUp(environment)
            try await titlesAreFound(environment)
            let session = try await PostgresSession.connect(
                PostgresConfiguration(conninfo: environment["DATABASE_URL"] ?? ""))
            let indexes = try await session.rows(
                "SELECT indexname::text FROM pg_indexes WHERE indexname LIKE 'tracks_search%' ORDER BY 1"
            ) { try $0[0] as String }
            #expect(indexes == ["tracks_search_even", "tracks_search_odd"], "the first build makes them")
            let health = await segue(["doctor", "--json"], environment: environment)
            #expect(health.status == .success)
            #expect(try health.json(Answers.Health.self).isHealthy)
        }
    }

    private func recommendationsAddUp(_ environment: [String: String]) async throws {
        let outcome = await segue(["recommend", "segue:1", "-k", "5", "--json"], environment: environment)
        let answer = try outcome.json(Answers.Recommendation.self)
        #expect(answer.items.count == 5)
        for item in answer.items {
            let sum = item.explanation?.blocks.reduce(0) { $0 + $1.contribution } ?? 0
            #expect(abs(sum - item.score) < 1e-3)
            #expect(item.track.id != answer.seeds.first?.track.id)
        }
        let late = await segue(
            ["recommend", "segue:1", "--min", "year=2000", "--json"], environment: environment)
        #expect(try late.json(Answers.Recommendation.self).items.allSatisfy { ($0.track.year ?? 0) >= 2000 })
    }

    private func titlesAreFound(_ environment: [String: String]) async throws {
        let known = await segue(["recommend", "segue:2", "-k", "1", "--json"], environment: environment)
        let title = try #require(try known.json(Answers.Recommendation.self).seeds.first?.track.name)
        let table = await segue(["recommend", title, "-k", "3"], environment: environment, width: 80)
        #expect(table.status == .success, "\(table.errors)")
        #expect(table.output.contains("Score"))
        #expect(table.output.contains("█"))
        #expect(table.output.contains("→ 3 returned"))
        #expect(table.output.split(separator: "\n").allSatisfy { DisplayWidth.of($0) <= 80 })
    }

    @Test func aPersonIsAskedWhichOfSeveralIsMeant() async throws {
        try await withEnvironment { environment, folder in
            _ = await segue(["migrate"], environment: environment)
            let rows = (1...3).map {
                "000000000000000000000\($0),Same Name \($0),Artist \($0),0.5,0.\($0),1,-5,1,0.1,0.1,0,0.1,0.5,12\($0),200000"
            }
            try (Self.header + rows).joined(separator: "\n").write(
                toFile: "\(folder)/a.csv", atomically: true, encoding: .utf8)
            let imported = await segue(["import", "\(folder)/a.csv"], environment: environment)
            #expect(imported.status == .success, "\(imported.errors)")
            _ = await segue(["index", "build"], environment: environment)
            let second = await segue(["recommend", "same name"], environment: environment, answers: ["2"])
            let shown = second.errors.split(separator: "\n")
            #expect(shown.count >= 3)
            #expect(second.status == .success)
            let nonsense = await segue(["recommend", "same name"], environment: environment, answers: ["7"])
            #expect(nonsense.status == .failure)
            let alone = await segue(["recommend", "same name"], environment: environment)
            #expect(alone.errors.contains("is taken for"))
            let none = await segue(["recommend", "zzzzqqqq"], environment: environment)
            #expect(none.status == .failure && none.errors.contains("resembles"))
        }
    }

    static let header = [
        "track_id,track_name,track_artist,danceability,energy,key,loudness,mode,speechiness,acousticness,"
            + "instrumentalness,liveness,valence,tempo,duration_ms"
    ]

    @Test func badRowsAreReportedAndBadFilesRefused() async throws {
        try await withEnvironment { environment, folder in
            _ = await segue(["migrate"], environment: environment)
            let rows = [
                "0000000000000000000001,One,A,0.5,0.5,1,-5,1,0.1,0.1,0,0.1,0.5,120,200000",
                "0000000000000000000002,Two,A,7,0.5,1,-5,1,0.1,0.1,0,0.1,0.5,120,200000",
                "0000000000000000000003,Three,A,0.5,0.5,1,-5,1,0.1,0.1,0,0.1,0.5,120,200000",
            ]
            try (Self.header + rows).joined(separator: "\n").write(
                toFile: "\(folder)/a.csv", atomically: true, encoding: .utf8)
            let paths = ["\(folder)/none.csv", "\(folder)/a.csv"]
            let outcome = await segue(["import", "--json"] + paths, environment: environment)
            #expect(outcome.status == .failure)
            let files = try outcome.json(Answers.Imports.self).files
            #expect(files.map(\.file) == paths)
            #expect(files[0].error?.code == "not_found")
            #expect(files[1].rowsRead == 3)
            #expect(files[1].problems?.first?.line == 3)
            let again = await segue(["import", paths[1]], environment: environment)
            #expect(again.output.contains("nothing changed"))
            #expect(again.output.contains("a.csv:3: "))
        }
    }

    @Test func generationsAreListedActivatedAndPruned() async throws {
        try await withEnvironment { environment, folder in
            _ = await segue(["migrate"], environment: environment)
            #expect(await segue(["index", "build"], environment: environment).status == .failure)
            _ = await segue(["demo", "--tracks", "200"], environment: environment)
            for _ in 0..<3 { _ = await segue(["index", "build"], environment: environment) }
            let listed = try await segue(["index", "list", "--json"], environment: environment).json(
                [Answers.Listing].self)
            #expect(listed.map(\.isCurrent).count { $0 } == 1)
            let oldest = try #require(listed.last)
            let activated = await segue(["index", "activate", oldest.id], environment: environment)
            #expect(activated.output == "\(oldest.id) serves now\n")
            let pruned = await segue(["index", "prune", "--index-keep=1"], environment: environment)
            #expect(pruned.output.hasPrefix("removed "))
            let left = try await segue(["index", "list", "--json"], environment: environment).json(
                [Answers.Listing].self)
            #expect(left.count == 2 && left.contains { $0.id == oldest.id && $0.isCurrent })
            try corrupt("\(folder)/index/generations/\(oldest.id)")
            let verified = await segue(["index", "verify", oldest.id], environment: environment)
            #expect(verified.status == .failure && verified.output.hasPrefix("bad"))
            #expect(verified.errors.contains("segue index build"))
        }
    }

    private func corrupt(_ generation: String) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: generation) where name != "manifest.json" {
            let handle = try FileHandle(forUpdating: URL(fileURLWithPath: "\(generation)/\(name)"))
            try handle.seek(toOffset: 64)
            try handle.write(contentsOf: Data(repeating: 0xFF, count: 16))
            try handle.close()
        }
    }

    @Test func theDoctorNamesWhatIsMissing() async throws {
        try await withEnvironment { environment, _ in
            let outcome = await segue(["doctor"], environment: environment)
            #expect(outcome.status == .failure)
            #expect(outcome.output.contains("→ run `segue migrate`"))
            #expect(outcome.output.contains("segue index build"))
            #expect(!outcome.output.contains(environment["SEGUE_SIGNING_KEYS"] ?? "?"))
        }
    }

    @Test(.enabled(if: BuiltBinary.path != nil && FileManager.default.isExecutableFile(atPath: "/usr/bin/curl")))
    func upServesAndTheCommandItPrintsWorks() async throws {
        try await withEnvironment { environment, _ in
            var environment = environment
            environment["SEGUE_PORT"] = "0"
            environment["PATH"] = "/usr/bin:/bin"
            let service = try BuiltBinary.Running(["up", "--demo-tracks", "500"], environment: environment)
            #expect(try await service.writes("curl -s"), "\(service.errors)")
            let line = try #require(service.output.split(separator: "\n").first { $0.contains("curl -s") })
            // The clone's own script would start servers of its own; the test has its servers already.
            let command = line.replacing(
                FirstRequest.quoted(FirstRequest.program), with: FirstRequest.quoted(BuiltBinary.path ?? ""))
            let curl = try BuiltBinary.Running(["-c", String(command)], environment: environment, program: "/bin/sh")
            #expect(await curl.end() == 0)
            let answer = try JSONDecoder().decode(Answers.Recommendation.self, from: Data(curl.output.utf8))
            #expect(answer.items.count == 5)
            if TimeSlice.isTold {
                // Whoever answers does not wait for the slice of somebody who computes.
                let slices = try TimeSlice.ofThreads(in: service.identifier)
                #expect(slices.contains { $0.name != "preemption beat" && $0.nanoseconds == 100_000 }, "\(slices)")
            }
            kill(service.identifier, SIGTERM)
            #expect(await service.end() == 0)
            #expect(service.errors.contains("\"stopped\""))
        }
    }
}
