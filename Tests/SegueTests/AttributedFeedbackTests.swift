import API
import Catalog
import Foundation
import Postgres
import Sampling
import Storage
import Terminal
import TestSupport
import Testing

@testable import segue

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty

@Suite(
    "Feedback on what a service recommended", .serialized,
    .enabled(if: hasDatabase && BuiltBinary.path != nil, "no database, or not built"))
struct AttributedFeedbackTests {
    /// A demo catalog with an index, and how to serve it.
    private func withCatalog(_ body: @Sendable (TestDatabase, [String: String]) async throws -> Void) async throws {
        try await withMigratedDatabase { database in
            try await withTemporaryDirectory { folder in
                let environment = [
                    "DATABASE_URL": database.conninfo, "SEGUE_INDEX_DIR": "\(folder)/index", "SEGUE_PORT": "0",
                    "SEGUE_SIGNING_KEYS": try testKeys(), "SEGUE_DATABASE_CONNECTIONS": "4",
                ]
                for arguments in [["demo", "--tracks", "300", "--playlists", "10"], ["index", "build"]] {
                    let outcome = await segue(arguments, environment: environment)
                    try #require(outcome.status == .success, "\(outcome.errors)")
                }
                try await body(database, environment)
            }
        }
    }

    private func liked(_ answer: RunningService.Reply, more: String = "") throws -> String {
        let id = try #require(answer.value("recommendation_id", as: String.self), "\(answer.text)")
        let track = try #require(answer.value("items", "0", "track", "id", as: String.self))
        return #"{\#(more)"events": [{"track": "\#(track)", "kind": "liked", "recommendation_id": "\#(id)"}]}"#
    }

    @Test func everyAnswerOfEveryProcessIsNamedInFeedbackToAnyOther() async throws {
        try await withCatalog { database, environment in
            let services = [
                try await RunningService(environment, arguments: ["serve"]),
                try await RunningService(environment, arguments: ["serve"]),
            ]
            for (place, service) in services.enumerated() {
                let answer = try await service.call(
                    "POST", "/api/v1/recommend", #"{"url": "segue:\#(place + 1)", "k": 3}"#)
                let kept = try await services[1 - place].call("POST", "/api/v1/feedback", try liked(answer))
                #expect(kept.status == 200 && kept.value("recorded", as: Int.self) == 1, "\(kept.text)")
                let id = answer.value("recommendation_id", as: String.self)
                let attributed = try await database.session().first(
                    "SELECT count(*) FROM plays WHERE kind = 'liked' AND recommendation_id = \(id)"
                ) { try $0[0] as Int }
                #expect(attributed == 1)
            }
            // The tokens' keys may change meanwhile: an id is not theirs.
            var changed = environment
            changed["SEGUE_SIGNING_KEYS"] = try testKeys()
            let answer = try await services[0].call("POST", "/api/v1/recommend", #"{"url": "segue:9", "k": 3}"#)
            let renewed = try await RunningService(changed, arguments: ["serve"])
            let kept = try await renewed.call("POST", "/api/v1/feedback", try liked(answer))
            #expect(kept.status == 200, "\(kept.text)")
        }
    }

    @Test func whatIsLikedRestsAndMakesTheSeedProfile() async throws {
        try await withCatalog { database, environment in
            let service = try await RunningService(environment, arguments: ["serve"])
            let answer = try await service.call("POST", "/api/v1/recommend", #"{"url": "segue:1", "k": 3}"#)
            let played = try liked(answer).replacing("liked", with: "played")
            let kept = try await service.call("POST", "/api/v1/feedback", played)
            #expect(kept.status == 200, "\(kept.text)")
            let track = answer.value("items", "0", "track", "id", as: String.self)
            let spared = try await service.call(
                "POST", "/api/v1/recommend", #"{"url": "segue:1", "k": 3, "cooldown": {"played_days": 7}}"#)
            #expect(spared.status == 200 && !spared.text.contains(#""id":"\#(track ?? "")""#), "what was played rests")
            let daily = try await service.call(
                "POST", "/api/v1/playlists", #"{"name": "Daily", "kind": "daily", "dry_run": true}"#)
            #expect(daily.status == 200, "\(daily.text)")
            #expect(daily.value("contexts", "0", "tracks", as: Int.self) == 1, "out of the one that was played")
        }
    }

    @Test func aProcessThatBeganWithoutTheDatabaseMakesItsKeyKnownLater() async throws {
        try await withEmptyDatabase { database in
            let naming = await RecommendationKeeping(in: database.store)
            let early = try naming.ids.next(for: nil)
            let keeping = Task { await naming.run(every: .milliseconds(20)) }
            _ = try await Migrator(database.configuration).migrate()
            defer { keeping.cancel() }
            try await Self.untilKeys(database, 2)
            try await database.session().execute("INSERT INTO tracks (id, name) VALUES (1, 'One')")
            let feedback = Feedback(
                track: TrackID(rawValue: 1), kind: .liked, moment: Date(), recommendation: early)
            let recorded = try await database.store.record([feedback], of: Listener.standard)
            #expect(recorded == 1)
            let next = await RecommendationKeeping(in: database.store)
            await next.makeKnown()
            let keys = try await Self.keys(database)
            #expect(keys == 2, "who begins with the database adds none")
        }
    }

    @Test func aKeyThatTheTableLosesIsMadeKnownAgain() async throws {
        try await withMigratedDatabase { database in
            let naming = await RecommendationKeeping(in: database.store)
            let keeping = Task { await naming.run(checkingEvery: .milliseconds(20)) }
            defer { keeping.cancel() }
            let given = try naming.ids.next(for: nil)
            try await database.session().execute("INSERT INTO tracks (id, name) VALUES (1, 'One')")
            // A dump that is restored has another installation's keys, or none.
            try await database.session().execute("DELETE FROM recommendation_keys")
            try await Self.untilKeys(database, 1)
            let feedback = Feedback(track: TrackID(rawValue: 1), kind: .liked, moment: Date(), recommendation: given)
            let recorded = try await database.store.record([feedback], of: Listener.standard)
            #expect(recorded == 1)
        }
    }

    @Test func aProcessThatAnswersOnceMakesItsKeyKnownWhereThereIsNone() async throws {
        try await withMigratedDatabase { database in
            try await database.session().execute("DELETE FROM recommendation_keys")
            let naming = await RecommendationKeeping(in: database.store)
            await naming.makeKnown()
            let next = await RecommendationKeeping(in: database.store)
            await next.makeKnown()
            let keys = try await Self.keys(database)
            #expect(keys == 1)
        }
    }

    private static func keys(_ database: TestDatabase) async throws -> Int {
        try await database.session().first("SELECT count(*) FROM recommendation_keys") { try $0[0] as Int } ?? 0
    }

    private static func untilKeys(_ database: TestDatabase, _ count: Int) async throws {
        try await eventually { (try? await keys(database)) ?? 0 >= count }
    }

    @Test func keepingEndsWithItsTask() async throws {
        try await withEmptyDatabase { database in
            let naming = await RecommendationKeeping(in: database.store)
            let keeping = Task { await naming.run(checkingEvery: .seconds(3_600)) }
            try await Task.sleep(for: .milliseconds(50))
            keeping.cancel()
            await keeping.value
        }
    }
}
