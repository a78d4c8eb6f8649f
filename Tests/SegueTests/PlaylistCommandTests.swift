import Catalog
import Configuration
import Foundation
import JSONText
import Jobs
import Rules
import Sampling
import Storage
import Terminal
import TestSupport
import Testing

@testable import segue

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty

private struct Made: Decodable {
    struct Item: Decodable {
        var trackId: String
        var origins: [String]
    }
    var id: Int?
    var playlist: Int?
    var seed: Int
    var tracks: [Item]
}

private struct Recommended: Decodable {
    struct Item: Decodable { var track: Track }
    struct Track: Decodable { var id: String }
    var recommendationId: String
    var items: [Item]
}

/// A demo catalog whose first forty tracks are liked.
private func withListening(
    _ body: @Sendable ([String: String], PostgresStore) async throws -> Void
) async throws {
    try await withMigratedDatabase { database in
        try await withTemporaryDirectory { folder in
            let environment = [
                "DATABASE_URL": database.conninfo, "SEGUE_INDEX_DIR": "\(folder)/index",
                "SEGUE_DATABASE_CONNECTIONS": "4",
            ]
            let demo = await segue(["demo", "--tracks", "600", "--playlists", "20"], environment: environment)
            #expect(demo.status == .success, "\(demo.errors)")
            let liked = await segue(
                ["feedback", "liked"] + (1...40).map { "segue:\($0)" }, environment: environment)
            #expect(liked.output == "40 liked\n", "\(liked.errors)")
            try await body(environment, database.store)
        }
    }
}

@Suite("Commands of playlists", .enabled(if: hasDatabase, "DATABASE_URL is not set")) struct PlaylistCommandTests {
    @Test func playlistsThatRuleSetsKeepUpAreListedShownAndRemoved() async throws {
        try await withListening { environment, store in
            let target = OwnPlaylist(
                in: store, name: try PlaylistName(parsing: "segue:playlist:calm"), title: "Calm", batch: "t")
            _ = try await target.add(["1", "2"], at: nil)
            let number = try #require(try await store.rulePlaylists().first).id.rawValue
            let list = await segue(["playlist", "list"], environment: environment)
            #expect(list.output.contains("Calm") && list.output.contains("rules"), "\(list.output) \(list.errors)")
            let theirs = await segue(["playlist", "list", "--listener", "default"], environment: environment)
            #expect(theirs.status == .success && !theirs.output.contains("Calm"))
            let nobody = await segue(["playlist", "list", "--listener", "nobody"], environment: environment)
            #expect(nobody.status == .failure && nobody.errors.contains("no listener nobody"))
            let show = await segue(["playlist", "show", "\(number)"], environment: environment)
            #expect(show.output.contains("no rule set keeps it up any more"), "\(show.output) \(show.errors)")
            let document = await segue(["playlist", "show", "\(number)", "--json"], environment: environment)
            #expect(document.output.contains(#""kind":"rules""#) && document.output.contains("segue:2"))
            let history = await segue(["playlist", "history", "\(number)"], environment: environment)
            let runs = await segue(["playlist", "runs", "\(number)"], environment: environment)
            #expect(history.status == .success && runs.status == .success)
            let reshuffled = await segue(["playlist", "reshuffle", "\(number)"], environment: environment)
            #expect(
                reshuffled.status == .failure && reshuffled.errors.contains("was kept up by a rule set that is gone"),
                "\(reshuffled.errors)")
            let removed = await segue(["playlist", "remove", "\(number)"], environment: environment)
            let again = await segue(["playlist", "remove", "\(number)"], environment: environment)
            #expect(removed.status == .success && again.status == .failure)
        }
    }

    @Test func aStoredRuleSetIsAPoolOnTheCommandLine() async throws {
        try await withListening { environment, store in
            let built = await segue(["index", "build"], environment: environment)
            #expect(built.status == .success, "\(built.errors)")
            let create = [
                "playlist", "create", "Ruled", "--from", "rules:lively", "--count", "3", "--dry-run", "--json",
            ]
            let refused = await segue(create, environment: environment)
            #expect(
                refused.status != .success && refused.errors.contains("no rule set of this id"), "\(refused.errors)")
            let bytes = Array(
                #"""
                {"name": "lively", "root": {"match": "all", "conditions": [{"field": "energy", "op": "gte", "value": 0.5}]}}
                """#.utf8)
            _ = try await store.save(
                try RuleSet.draft(try JSONParser.parse(bytes, 0..<bytes.count)), mayReplace: false)
            let made = await segue(create, environment: environment)
            let run = try made.json(Made.self)
            #expect(run.tracks.count == 3 && run.tracks.allSatisfy { $0.origins == ["rule set lively"] })
        }
    }

    @Test func feedbackSaysWhatWasKnownAlreadyAndRefusesStrangers() async throws {
        try await withListening { environment, _ in
            for option in [["--run", "77"], ["--recommendation", "nonsense"]] {
                let refused = await segue(["feedback", "played", "segue:50"] + option, environment: environment)
                #expect(
                    refused.status == .failure && refused.errors.contains("leave it out"), "\(refused.errors)")
            }
            let twice = await segue(["feedback", "played", "segue:50", "segue:50", "--json"], environment: environment)
            #expect(twice.output.contains("\"recorded\"") && twice.output.contains("\"known\""), "\(twice.output)")
        }
    }

    @Test func feedbackNamesWhatTheCommandLineRecommended() async throws {
        try await withListening { environment, store in
            let built = await segue(["index", "build"], environment: environment)
            #expect(built.status == .success, "\(built.errors)")
            _ = await segue(["listeners", "add", "anna"], environment: environment)
            func answer(_ more: String...) async throws -> Recommended {
                let outcome = await segue(
                    ["recommend", "segue:100", "-k", "3", "--json"] + more, environment: environment)
                return try outcome.json(Recommended.self)
            }
            func send(_ answer: Recommended, _ track: String, _ more: String...) async -> Outcome {
                await segue(
                    ["feedback", "liked", track, "--recommendation", answer.recommendationId] + more,
                    environment: environment)
            }
            let anybody = try await answer()
            for listener in ["default", "anna"] {
                let named = await send(anybody, anybody.items[0].track.id, "--listener", listener)
                #expect(named.output == "1 liked\n", "\(named.errors)")
            }
            let annas = try await answer("--listener", "anna")
            let own = await send(annas, annas.items[0].track.id, "--listener", "anna")
            #expect(own.status == .success, "\(own.errors)")
            let foreign = await send(annas, annas.items[0].track.id)
            #expect(foreign.status == .failure && foreign.errors.contains("given out to default"))
            let other = await send(annas, "segue:100", "--listener", "anna")
            #expect(other.status == .failure && other.errors.contains("did not have a track"), "\(other.errors)")
            let theirs = try await store.listening(of: "anna", context: nil, at: Date())
            #expect(theirs.filter(\.history.isLiked).count == Set([anybody, annas].map(\.items[0].track.id)).count)
        }
    }

    @Test func recommendationsSpareAListenerAndChanceGoesByItsSeed() async throws {
        try await withListening { environment, store in
            let built = await segue(["index", "build"], environment: environment)
            #expect(built.status == .success, "\(built.errors)")
            func answer(_ more: String...) async throws -> [String] {
                let outcome = await segue(
                    ["recommend", "segue:100", "-k", "8", "--json"] + more, environment: environment)
                #expect(outcome.status == .success, "\(outcome.errors)")
                return try outcome.json(Recommended.self).items.map(\.track.id)
            }
            let drawn = try await answer("--temperature", "0.5", "--random-seed", "7")
            #expect(try await answer("--temperature", "0.5", "--random-seed", "7") == drawn)
            #expect(try await answer("--temperature", "0.5", "--random-seed", "8") != drawn)
            let best = try await answer()
            #expect(try await answer("--served-days", "14") == best, "nothing was given out before")
            let next = try await answer("--served-days", "14")
            #expect(Set(next).isDisjoint(with: best), "what was given out rests")
            #expect(try await answer() == best, "who does not ask for it is not spared")
            let other = try await answer("--served-days", "14", "--context", "car")
            #expect(other == best, "in another context nothing was given out")
            let stranger = await segue(
                ["recommend", "segue:100", "--listener", "nobody"], environment: environment)
            #expect(stranger.status == .failure && stranger.errors.contains("nobody"), "\(stranger.errors)")
        }
    }

    @Test func playlistsAreMadeListedShownAndRemoved() async throws {
        try await withListening { environment, store in
            let none = await segue(["playlist", "list"], environment: environment)
            #expect(none.output.contains("no playlists"))
            let recipe = ["--from", "library", "--count", "8", "--order", "harmonic", "--seed", "3"]
            let dry = await segue(
                ["playlist", "create", "Evening", "--dry-run", "--json"] + recipe, environment: environment)
            let draft = try dry.json(Made.self)
            #expect(draft.id == nil && draft.playlist == nil && draft.tracks.count == 8)
            let made = await segue(
                ["playlist", "create", "Evening", "--cron", "0 6 * * *"] + recipe, environment: environment, width: 100)
            #expect(made.status == .success, "\(made.errors)")
            #expect(
                made.output.contains("8 tracks") && made.output.contains("library") && made.output.contains("seed 3"))
            #expect(made.output.split(separator: "\n").allSatisfy { DisplayWidth.of($0) <= 100 })
            let id = try #require(try await store.madePlaylists(of: nil).first).id.rawValue
            let entries = try await store.entries(of: PlaylistID(rawValue: id))
            #expect(entries.map { "segue:\($0.rawValue)" } == draft.tracks.map(\.trackId))
            let listed = await segue(["playlist", "list"], environment: environment)
            #expect(listed.output.contains("Evening") && listed.output.contains("sampled"))
            let shown = await segue(["playlist", "show", "\(id)"], environment: environment)
            #expect(shown.output.contains("segue:playlist:\(id)"))
            let again = await segue(["playlist", "reshuffle", "\(id)", "--json"], environment: environment)
            #expect(try again.json(Made.self).tracks.count == 8, "\(again.errors)")
            let runs = await segue(["playlist", "runs", "\(id)"], environment: environment)
            #expect(runs.output.contains("create") && runs.output.contains("reshuffle"))
            let history = await segue(["playlist", "history", "\(id)", "--limit", "3"], environment: environment)
            #expect(history.output.split(separator: "\n").count == 4)
            let schedules = try await store.schedules()
            #expect(schedules.contains { $0.name == "playlist-\(id)" })
            let removed = await segue(["playlist", "remove", "\(id)"], environment: environment)
            #expect(removed.output == "removed playlist \(id)\n")
            let gone = await segue(["playlist", "show", "\(id)"], environment: environment)
            #expect(gone.status == .failure && gone.errors.contains("no playlist"))
            let left = try await store.schedules()
            #expect(!left.contains { $0.name == "playlist-\(id)" })
        }
    }

    @Test func theDailyPlaylistIsMadeOnceAndThenGivenOtherTracks() async throws {
        try await withListening { environment, store in
            let built = await segue(["index", "build"], environment: environment)
            #expect(built.status == .success, "\(built.errors)")
            let first = try await segue(["playlist", "daily", "--count", "12", "--json"], environment: environment)
                .json(Made.self)
            let second = try await segue(["playlist", "daily", "--json"], environment: environment).json(Made.self)
            #expect(first.playlist == second.playlist && first.tracks.count == 12 && second.tracks.count == 12)
            #expect(Set(first.tracks.map(\.trackId)).isDisjoint(with: second.tracks.map(\.trackId)))
            let text = await segue(["playlist", "daily", "--dry-run"], environment: environment)
            #expect(text.output.contains("taste: ") && text.output.contains("from neighbours of"), "\(text.errors)")
            #expect(text.output.contains("nothing was written"))
        }
    }

    @Test func listenersHavePlaylistsOfTheirOwn() async throws {
        try await withListening { environment, _ in
            let unknown = await segue(["playlist", "daily", "--listener", "anna"], environment: environment)
            #expect(unknown.status == .failure && unknown.errors.contains("no listener anna"))
            #expect(
                await segue(["listeners", "add", "anna"], environment: environment).output == "anna is known now\n")
            #expect(await segue(["listeners", "list"], environment: environment).output == "anna\ndefault\n")
            let empty = await segue(["playlist", "daily", "--listener", "anna"], environment: environment)
            #expect(empty.status == .failure && empty.errors.contains("send feedback"))
            let gone = await segue(["feedback", "liked", "isrc:USRC17607839"], environment: environment)
            #expect(gone.status == .failure && gone.errors.contains("nothing was kept"))
        }
    }

    @Test func severalAreReshuffledAndFailuresShow() async throws {
        try await withListening { environment, _ in
            for name in ["One", "Two"] {
                _ = await segue(
                    ["playlist", "create", name, "--from", "library", "--count", "5"], environment: environment)
            }
            let all = await segue(["playlist", "reshuffle", "--all"], environment: environment)
            #expect(all.status == .success && all.output.split(separator: "\n").count == 2, "\(all.errors)")
            let some = await segue(["playlist", "reshuffle", "1", "999"], environment: environment)
            #expect(some.status == .failure && some.errors.contains("999"))
        }
    }
}

@Suite("Playlists as jobs", .enabled(if: hasDatabase, "DATABASE_URL is not set")) struct PlaylistJobTests {
    @Test func aJobReshufflesAndSaysWhatFailed() async throws {
        try await withListening { environment, store in
            _ = await segue(
                ["playlist", "create", "One", "--from", "library", "--count", "5"], environment: environment)
            let id = try #require(try await store.madePlaylists(of: nil).first).id
            let settings = try Settings(environment: environment)
            let handler = PlaylistHandler(
                settings: settings, store: store, outside: try OutsideWorld(settings, store: store))
            let worker = Worker(
                store: store, handlers: [handler], feed: JobFeed(store: store), configuration: WorkerConfiguration(),
                describe: JobErrorText.line
            ) { _ in }
            let working = Task { await worker.run() }
            defer { working.cancel() }
            let good = try await end(#"{"playlists": [\#(id.rawValue), 999]}"#, store)
            #expect(good.status == .done && good.metadata.text.contains("999"))
            let bad = try await end(#"{"playlists": [999]}"#, store)
            #expect(bad.status == .failed && bad.error?.contains("no playlist 999") == true)
            let senseless = try await end(#"{"mood": "blue"}"#, store)
            #expect(senseless.status == .failed && senseless.error?.contains("payload") == true)
            let daily = try await end(#"{"daily": "default"}"#, store)
            #expect(daily.status == .done, "\(daily)")
            let made = try await store.dailyPlaylist(of: "default")
            #expect(made != nil)
            let runs = try await store.runs(of: id, before: nil, limit: 10)
            #expect(runs.map(\.run.cause) == [.reshuffle, .create])
            #expect(runs.first?.run.batch == "job \(good.id)", "whatever a job makes is of one batch")
            let twice = try await end(#"{"playlists": [\#(id.rawValue), \#(id.rawValue)]}"#, store)
            let ofTwice = try await store.runs(of: id, before: nil, limit: 10).filter {
                $0.run.batch == "job \(twice.id)"
            }
            #expect(ofTwice.count == 1, "one that is named twice is made once")
            let all = try await end(#"{"all": true}"#, store)
            var batches: [String] = []
            for playlist in try await store.madePlaylists(of: nil) {
                batches += try await store.runs(of: playlist.id, before: nil, limit: 1).map(\.run.batch)
            }
            #expect(batches == ["job \(all.id)", "job \(all.id)"])
        }
    }

    private func end(_ payload: String, _ store: PostgresStore) async throws -> Job {
        let id = try await store.enqueue(
            JobRequest(kind: "playlist.reshuffle", payload: JobDocument(text: payload), maximumFailures: 1)
        ).job.id
        return try await wait(for: id, in: store)
    }
}
