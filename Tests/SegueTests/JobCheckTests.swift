import Foundation
import Jobs
import Storage
import Terminal
import TestSupport
import Testing

@testable import segue

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty

/// What a job of a kind cannot be asked, and the word that names the mend.
struct BadJob: Sendable, CustomTestStringConvertible {
    var kind: String
    var payload: String
    var words: String

    var testDescription: String { "\(kind) \(payload)" }

    init(_ kind: String, _ payload: String, _ words: String) {
        (self.kind, self.payload, self.words) = (kind, payload, words)
    }

    static let all = [
        BadJob("index.bild", "{}", "index.build"),
        BadJob("nightly", #"{"at": 3}"#, "is told nothing"),
        BadJob("index.build", #"{"prune": "yes"}"#, "override_gate"),
        BadJob("index.build", #"{"purge": true}"#, "override_gate"),
        BadJob("enrich", #"{"provider": "spotty"}"#, "reccobeats"),
        BadJob("enrich", #"{"provider": "reccobeats", "limit": 0}"#, "1 or more"),
        BadJob("enrich", #"{"limit": "all"}"#, "NUMBER"),
        BadJob("rules.classify", #"{"sync": 1}"#, "true or false"),
        BadJob("rules.classify", #"{"rulesets": ["x"]}"#, "rule_sets"),
        BadJob("rules.classify", #"{"rule_sets": ["nobody"]}"#, "segue rules list"),
        BadJob("playlist.reshuffle", "{}", "daily"),
        BadJob("playlist.reshuffle", #"{"all": false}"#, "daily"),
        BadJob("playlist.reshuffle", #"{"all": true, "listener": "me"}"#, "daily"),
        BadJob("playlist.reshuffle", #"{"playlists": ["one"]}"#, "NUMBER"),
        BadJob("playlist.reshuffle", #"{"playlists": [77]}"#, "segue playlist list"),
        BadJob("playlist.reshuffle", #"{"listener": "nobody"}"#, "nobody"),
        BadJob("ingest.url", #"{"url": "https://example.org/x"}"#, "spotify"),
        BadJob("ingest.url", "{}", "LINK"),
        BadJob("sources.fetch", #"{"source": "records"}"#, "liked-tracks"),
        BadJob("sources.fetch", #"{"sources": ["liked-tracks"]}"#, "\"source\""),
        BadJob("sources.fetch", #"{"source": "files:/somewhere"}"#, "SEGUE_SOURCE_ROOTS"),
        BadJob("sources.fetch", #"{"source": "liked-tracks"}"#, "SEGUE_SPOTIFY_CLIENT_ID"),
        BadJob("ingest.seed", #"{"url": 3}"#, "LINK"),
        BadJob("features.previews", "{}", "SEGUE_PREVIEWS_FROM"),
        BadJob("features.previews", #"{"limit": 0}"#, "1 or more"),
        BadJob("features.previews", #"{"tracks": 5}"#, "NUMBER"),
    ]
}

@Suite("What jobs may be asked", .enabled(if: hasDatabase, "DATABASE_URL is not set")) struct JobCheckTests {
    private func withSchedules(
        _ body: @escaping @Sendable ([String: String], PostgresStore) async throws -> Void
    ) async throws {
        try await withMigratedDatabase { database in
            let environment = [
                "DATABASE_URL": database.conninfo, "SEGUE_DATABASE_CONNECTIONS": "2",
                "SEGUE_SIGNING_KEYS": try testKeys(),
                "SEGUE_SOURCE_ROOTS": "/music",
            ]
            try await body(environment, database.store)
        }
    }

    private func set(_ kind: String, _ payload: String, _ environment: [String: String]) async -> Outcome {
        await segue(
            ["schedules", "set", "noon", "--cron", "@daily", "--kind", kind, "--payload", payload],
            environment: environment)
    }

    @Test func aScheduleThatCouldOnlyFailIsNotSet() async throws {
        try await withSchedules { environment, store in
            for bad in BadJob.all {
                let outcome = await set(bad.kind, bad.payload, environment)
                #expect(outcome.status == .usage, "\(bad): \(outcome.output)")
                #expect(outcome.errors.lowercased().contains(bad.words.lowercased()), "\(bad): \(outcome.errors)")
            }
            let names = try await store.schedules().map(\.name)
            #expect(names == ["nightly"])
        }
    }

    @Test func eachKindTakesWhatItKnows() async throws {
        try await withSchedules { environment, store in
            for (kind, payload) in [
                ("nightly", "{}"), ("index.build", #"{"prune": true}"#), ("index.build", "{}"),
                ("enrich", #"{"provider": "reccobeats", "limit": 9}"#), ("enrich", "{}"),
                ("rules.classify", #"{"sync": true}"#), ("playlist.reshuffle", #"{"all": true}"#),
                ("playlist.reshuffle", #"{"daily": "me"}"#), ("sources.fetch", #"{"source": "files:/music/new"}"#),
            ] {
                let outcome = await set(kind, payload, environment)
                #expect(outcome.status == .success, "\(kind) \(payload): \(outcome.errors)")
                let stored = try await store.schedule("noon")
                #expect(stored?.kind == kind)
            }
        }
    }

    @Test func oneThatIsBrokenCanBeTurnedOff() async throws {
        try await withSchedules { environment, store in
            let broken = Schedule(
                name: "noon", cron: try CronExpression("@daily"), kind: "gone.kind", payload: JobDocument(text: "{}"))
            _ = try await store.save(broken)
            let other = await segue(["schedules", "set", "noon", "--cron", "@weekly"], environment: environment)
            #expect(other.status == .usage && other.errors.contains("gone.kind"), "\(other.errors)")
            let off = await segue(["schedules", "set", "noon", "--disable"], environment: environment)
            #expect(off.status == .success, "\(off.errors)")
        }
    }

    @Test func aClassificationOfWhatIsNotThereMakesNoJob() async throws {
        try await withSchedules { environment, store in
            let outcome = await segue(["rules", "sync", "nobody"], environment: environment)
            #expect(outcome.status == .usage && outcome.errors.contains("segue rules list"), "\(outcome.errors)")
            let jobs = try await store.jobs(JobFilter())
            #expect(jobs.isEmpty)
        }
    }

    @Test(.enabled(if: BuiltBinary.path != nil, "not built"))
    func theInterfaceRefusesThemAsWell() async throws {
        try await OutsideSurroundings.with { surroundings in
            let service = try await RunningService(surroundings.environment)
            for bad in BadJob.all where !bad.words.contains("CLIENT_ID") {
                let answer = try await service.call(
                    "PUT", "/api/v1/schedules/noon",
                    #"{"cron": "@daily", "kind": "\#(bad.kind)", "payload": \#(bad.payload)}"#)
                #expect(answer.status == 400 && answer.value("code") == "invalid_request", "\(bad): \(answer.text)")
                let message: String = answer.value("errors", "0", "message") ?? ""
                #expect(message.lowercased().contains(bad.words.lowercased()), "\(bad): \(answer.text)")
            }
            let classify = try await service.call("POST", "/api/v1/rules/classify", #"{"rule_sets": ["nobody"]}"#)
            #expect(classify.status == 404 && classify.value("code") == "unknown_rule_set", "\(classify.text)")
            let good = try await service.call(
                "PUT", "/api/v1/schedules/noon",
                #"{"cron": "@daily", "kind": "rules.classify", "payload": {"sync": true}}"#)
            #expect(good.status == 201, "\(good.text)")
        }
    }
}
