import API
import Catalog
import Foundation
import HTTPServer
import JSONText
import Playlists
import Postgres
import Rules
import Sampling
import Storage
import Synchronization
import Testing

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty
private let evening = #"{"name": "Evening", "recipe": {"pool": [{"from": "library"}], "count": 5, "temperature": 1}}"#

@Suite("Playlists that rules keep up, over HTTP", .enabled(if: hasDatabase, "DATABASE_URL is not set"))
struct RulePlaylistRoutesTests {
    @Test(arguments: Transport.allCases)
    func theyAreListedShownAndRemoved(_ transport: Transport) async throws {
        try await withPlaylists(transport) { service, store in
            let text = #"{"name":"Calm","target":"segue:playlist:calm","root":{"match":"all"}}"#
            let bytes = Array(text.utf8)
            _ = try await store.save(
                try RuleSet.draft(try JSONParser.parse(bytes, 0..<bytes.count)), mayReplace: false)
            let target = OwnPlaylist(
                in: store, name: try PlaylistName(parsing: "segue:playlist:calm"), title: "Calm", batch: "t")
            _ = try await target.add(["1", "2", "3"], at: nil)
            _ = try await service.like(3...40)
            _ = try await service.call("POST", "/api/v1/playlists", evening)
            let listed = try await service.send("GET", "/api/v1/playlists")
            #expect(listed.json["playlists"].list.map { $0["kind"].text } == ["rules", "sampled"])
            let first = listed.json["playlists"][0]
            #expect(first["rule_set"].text == "calm" && first["listener"] == .null && first["recipe"] == .null)
            #expect(first["track_count"].number == 3 && first["updated_at"].text != nil)
            let id = Int(first["id"].number ?? 0)
            let shown = try await service.send("GET", "/api/v1/playlists/\(id)")
            #expect(shown.json["name"].text == "Calm" && shown.json["tracks"].list.count == 3)
            let runs = try await service.send("GET", "/api/v1/playlists/\(id)/runs")
            #expect(runs.status == 200 && runs.json["runs"].list.isEmpty)
            let history = try await service.send("GET", "/api/v1/playlists/\(id)/history")
            #expect(history.json["changes"].list.count == 3)
            let reshuffled = try await service.call("POST", "/api/v1/playlists/\(id)/reshuffle", "{}")
            #expect(reshuffled.status == 409 && reshuffled.code == "kept_by_rules")
            #expect(!reshuffled.text.contains("disabled"), "\(reshuffled.text)")
            let off = Array(text.replacing("{\"name\"", with: "{\"enabled\":false,\"name\"").utf8)
            _ = try await store.save(try RuleSet.draft(try JSONParser.parse(off, 0..<off.count)), mayReplace: true)
            let disabled = try await service.call("POST", "/api/v1/playlists/\(id)/reshuffle", "{}")
            #expect(disabled.code == "kept_by_rules" && disabled.text.contains("that is disabled; enable that, then"))
            let removed = try await service.send("DELETE", "/api/v1/playlists/\(id)")
            #expect(removed.status == 204)
            let gone = try await service.send("GET", "/api/v1/playlists/\(id)")
            #expect(gone.status == 404)
            let kept = try await service.send("GET", "/api/v1/playlists/\(id)/history")
            #expect(kept.json["changes"].list.count == 6, "the history outlives it")
            // The rule set's next sync makes it anew.
            _ = try await target.add(["5"], at: nil)
            let again = try await store.rulePlaylists()
            #expect(again.map(\.trackCount) == [1] && again.map(\.ruleSet) == ["calm"])
        }
    }

    @Test func importedPlaylistsAreNoneOfThem() async throws {
        try await withPlaylists { service, store in
            let importing = try await store.beginImport(of: ImportSource(name: "own", authority: .service))
            let id = ExternalID(namespace: "demo", value: "p1")
            try await importing.append([
                .playlist(PlaylistRecord(id: id, name: "Imported", owner: "segue"))
            ])
            _ = try await importing.commit()
            let listed = try await service.send("GET", "/api/v1/playlists")
            #expect(listed.json["playlists"].list.isEmpty, "\(listed.text)")
        }
    }
}

@Suite("Playlists and feedback that cannot be", .enabled(if: hasDatabase, "DATABASE_URL is not set"))
struct PlaylistRefusalsTests {
    @Test func whatIsNotThereIsCalledByItsName() async throws {
        let cases: [(String, String, String)] = [
            ("/api/v1/playlists/abc", "unknown_playlist", "\\\"abc\\\""),
            ("/api/v1/playlists/0", "unknown_playlist", "\\\"0\\\""),
            ("/api/v1/playlists/-1/runs", "unknown_playlist", "\\\"-1\\\""),
            ("/api/v1/playlists/99999999999999999999/history", "unknown_playlist", "99999999999999999999"),
            ("/api/v1/runs/abc", "unknown_run", "\\\"abc\\\""), ("/api/v1/runs/77", "unknown_run", "no run 77"),
            ("/api/v1/playlists?listener=nobody", "unknown_listener", "nobody"),
        ]
        try await withPlaylists { service, _ in
            for (path, code, words) in cases {
                let answer = try await service.send("GET", path)
                #expect(answer.status == 404 && answer.code == code && answer.text.contains(words), "\(answer.text)")
            }
        }
    }

    @Test func aListenersNameIsChecked() async throws {
        try await withPlaylists { service, _ in
            for name in ["An%20na", "", String(repeating: "a", count: 65)] {
                let answer = try await service.send("GET", "/api/v1/playlists?listener=\(name)")
                #expect(answer.status == 400, "\(name): \(answer.text)")
            }
        }
    }

    @Test func aRecipeThatCannotBeIsRefusedAtItsPlace() async throws {
        let cases: [(String, String)] = [
            (#"{"pool": [{"from": "library"}], "count": 0}"#, "/recipe/count"),
            (#"{"pool": [{"from": "library"}], "per_artist": 0}"#, "/recipe/per_artist"),
            (#"{"pool": [{"from": "library"}], "cooldown": {"served_days": 36525}}"#, "/recipe/cooldown/served_days"),
            (#"{"pool": [{"from": "rules", "rule_set": "none"}]}"#, "/recipe/pool/0/rule_set"),
            (#"{"pool": [{"from": "rules", "rule_set": "a", "rules": {"match": "all"}}]}"#, "/recipe/pool/0/rule_set"),
            (#"{"pool": [{"from": "rules"}]}"#, "/recipe/pool/0/rules"),
            (
                #"{"pool": [{"from": "library"}], "per_artist": 2, "relax": [{"wish": "per_artist", "to": 1}]}"#,
                "/recipe/relax/0/to"
            ),
            (#"{"pool": [{"from": "library"}], "exclude": ["segue:playlist:"]}"#, "/recipe/exclude/0"),
        ]
        try await withPlaylists { service, store in
            for (recipe, place) in cases {
                _ = try await service.like(3...40)
                let answer = try await service.call(
                    "POST", "/api/v1/playlists", #"{"name": "x", "recipe": \#(recipe)}"#)
                #expect(answer.status == 400 && answer.places == [place], "\(answer.text)")
                let there = try await store.madePlaylists(of: nil)
                #expect(there.isEmpty)
            }
        }
    }

    @Test func aRecipeOfTheLimitsOfTheMomentIsTaken() async throws {
        let most = Most()
        let change: @Sendable (inout PlaylistMaker) -> Void = { $0.bounds = { most.limits } }
        try await withPlaylists(.handler, limit: 100, change) { service, _ in
            _ = try await service.like(3...40)
            most.change(to: 4)
            let refused = try await service.call("POST", "/api/v1/playlists", evening)
            #expect(refused.status == 400 && refused.text.contains("5 is not between 1 and 4"))
            most.change(to: 5)
            let made = try await service.call("POST", "/api/v1/playlists", evening)
            #expect(made.status == 201)
        }
    }

    @Test func feedbackSaysWhatIsNewAndWhatWasKnown() async throws {
        try await withPlaylists { service, _ in
            let event = { (track: Int) in
                #"{"track": "\#(SmallCatalog.spotifyID(track))", "kind": "played", "at": "2026-01-01T00:00:00Z"}"#
            }
            let first = try await service.call(
                "POST", "/api/v1/feedback", #"{"events": [\#(event(1)), \#(event(2)), \#(event(1))]}"#)
            #expect(first.json["recorded"].number == 2 && first.json["known"].number == 1, "\(first.text)")
            let again = try await service.call(
                "POST", "/api/v1/feedback", #"{"events": [\#(event(1)), \#(event(3))]}"#)
            #expect(again.json["recorded"].number == 1 && again.json["known"].number == 1)
        }
    }

    @Test func aRunIsNamedForItsOwnTracksOnly() async throws {
        try await withPlaylists { service, store in
            _ = try await service.like(3...10)
            let made = try await service.call("POST", "/api/v1/playlists", evening)
            let run = Int(made.json["id"].number ?? 0)
            let given = made.json["tracks"].list.compactMap { $0["track"]["id"].text }
            try #require(given.count == 5, "\(made.text)")
            let stranger = SmallCatalog.spotifyID(20)
            func send(_ tracks: [String], run: Int) async throws -> Answer {
                let events = tracks.map { #"{"track": "\#($0)", "kind": "played", "run": \#(run)}"# }
                return try await service.call(
                    "POST", "/api/v1/feedback", #"{"events": [\#(events.joined(separator: ","))]}"#)
            }
            let refused = try await send(given + [stranger], run: run)
            #expect(refused.status == 422 && refused.code == "not_recommended", "\(refused.text)")
            #expect(refused.places == ["/events/5/run"] && refused.text.contains("leave run out there"))
            let heard = try await store.listening(of: "default", context: nil, at: Date())
            #expect(heard.allSatisfy { $0.history.played == nil }, "nothing is kept")
            let kept = try await send(given, run: run)
            #expect(kept.json["recorded"].number == 5, "\(kept.text)")
        }
    }

    @Test func feedbackIsAttributedToTheListenersOwnRunsAndRecommendationsOnly() async throws {
        try await withPlaylists { service, store in
            _ = try await store.addListener("anna")
            _ = try await service.like(3...40)
            let run = try await service.call("POST", "/api/v1/playlists", evening)
            let number = Int(run.json["id"].number ?? 0)
            let made = try #require(run.json["tracks"][0]["track"]["id"].text)
            let spared = try await service.recommend(
                #"{"url": "\#(SmallCatalog.spotifyID(1))", "k": 3, "explain": "none", "cooldown": {"served_days": 1}}"#)
            let recommendation = try #require(spared.json["recommendation_id"].text)
            let given = try #require(spared.json["items"][0]["track"]["id"].text)
            func send(_ listener: String, _ attribution: String) async throws -> Answer {
                let track = #""track": "\#(attribution.contains("run") ? made : given)", "kind": "played""#
                return try await service.call(
                    "POST", "/api/v1/feedback",
                    #"{"listener": "\#(listener)", "events": [{\#(track)}, {\#(track), \#(attribution)}]}"#)
            }
            for (attribution, place, code) in [
                (#""run": \#(number)"#, "/events/1/run", "unknown_run"),
                (
                    #""recommendation_id": "\#(recommendation)""#, "/events/1/recommendation_id",
                    "unknown_recommendation"
                ),
            ] {
                let foreign = try await send("anna", attribution)
                #expect(foreign.status == 404 && foreign.code == code && foreign.places == [place], "\(foreign.text)")
                let theirs = try await store.listening(of: "anna", context: nil, at: Date())
                #expect(theirs.isEmpty, "nothing is kept")
                let own = try await send("default", attribution)
                #expect(own.status == 200 && own.json["recorded"].number ?? 0 >= 1, "\(own.text)")
            }
            let unknown = try await send("default", #""recommendation_id": "00000000-0000-4000-8000-000000000000""#)
            #expect(unknown.status == 404 && unknown.text.contains("give the recommendation_id of an answer"))
            let noRun = try await send("default", #""run": 4711"#)
            #expect(noRun.status == 404 && noRun.code == "unknown_run" && noRun.places == ["/events/1/run"])
        }
    }

    @Test(arguments: Transport.allCases)
    func everyAnswerMayBeNamedInFeedback(_ transport: Transport) async throws {
        try await withPlaylists(transport) { service, store in
            _ = try await store.addListener("anna")
            var ids: Set<String> = []
            for (place, listener) in ["default", "anna", "default"].enumerated() {
                let answer = try await service.recommend(
                    #"{"url": "\#(SmallCatalog.spotifyID(1))", "k": 3, "explain": "none"}"#)
                let id = try #require(answer.json["recommendation_id"].text)
                let track = try #require(answer.json["items"][place]["track"]["id"].text)
                let kept = try await service.call(
                    "POST", "/api/v1/feedback",
                    #"{"listener": "\#(listener)", "events": [{"track": "\#(track)", "kind": "liked", "recommendation_id": "\#(id)"}]}"#
                )
                #expect(kept.status == 200 && kept.json["recorded"].number == 1, "\(kept.text)")
                ids.insert(id)
            }
            #expect(ids.count == 3)
            let liked = try await store.listening(of: "default", context: nil, at: Date()).filter(\.history.isLiked)
            #expect(liked.count == 2)
        }
    }

    @Test func anAnswerThatIsRememberedIsNamedForItsOwnTracksOnly() async throws {
        try await withPlaylists { service, store in
            let spared = try await service.recommend(
                #"{"url": "\#(SmallCatalog.spotifyID(1))", "k": 2, "explain": "none", "cooldown": {"served_days": 1}}"#)
            let id = try #require(spared.json["recommendation_id"].text)
            let given = spared.json["items"].list.compactMap { $0["track"]["id"].text }
            let other = try #require((2...20).map(SmallCatalog.spotifyID).first { !given.contains($0) })
            let events = (given + [other]).map {
                #"{"track": "\#($0)", "kind": "played", "recommendation_id": "\#(id)"}"#
            }
            let refused = try await service.call(
                "POST", "/api/v1/feedback", #"{"events": [\#(events.joined(separator: ","))]}"#)
            #expect(refused.status == 422 && refused.code == "not_recommended", "\(refused.text)")
            #expect(refused.places == ["/events/\(given.count)/recommendation_id"])
            let heard = try await store.listening(of: "default", context: nil, at: Date())
            #expect(heard.allSatisfy { $0.history.played == nil }, "nothing is kept")
            let kept = try await service.call(
                "POST", "/api/v1/feedback", #"{"events": [\#(events.dropLast().joined(separator: ","))]}"#)
            #expect(kept.json["recorded"].number == Double(given.count), "\(kept.text)")
        }
    }

    @Test func aFailedRunShowsWhyOverHTTP() async throws {
        try await withPlaylists { service, _ in
            _ = try await service.like(3...10)
            let made = try await service.call("POST", "/api/v1/playlists", evening)
            let id = Int(made.json["playlist"].number ?? 0)
            _ = try await service.like(3...10, "disliked")
            let failed = try await service.call("POST", "/api/v1/playlists/\(id)/reshuffle", "{}")
            #expect(failed.status == 422 && failed.code == "empty_playlist", "\(failed.text)")
            let runs = try await service.send("GET", "/api/v1/playlists/\(id)/runs")
            let run = runs.json["runs"][0]
            #expect(run["status"].text == "failed" && run["problem"].text?.contains("stays as it was") == true)
            #expect(run["sources"][0]["name"].text == "library" && run["pool"]["after_duplicates"].number == 0)
            let shown = try await service.send("GET", "/api/v1/runs/\(Int(run["id"].number ?? 0))")
            #expect(shown.json["problem"] == run["problem"] && shown.json["tracks"].list.isEmpty)
            let playlist = try await service.send("GET", "/api/v1/playlists/\(id)")
            #expect(playlist.json["tracks"].list.count == 5 && playlist.json["last_run"] == made.json["id"])
        }
    }

    @Test func reshufflesThatNoTimeIsLeftForAreSaid() async throws {
        try await withPlaylists { service, store in
            _ = try await service.like(3...40)
            for _ in 0..<2 { _ = try await service.call("POST", "/api/v1/playlists", evening) }
            let listed = try await service.send("GET", "/api/v1/playlists")
            service.api.reconfigure { $0.reshufflePatience = .zero }
            let answer = try await service.call("POST", "/api/v1/reshuffles", #"{"all": true}"#)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.json["outcomes"].list.map { $0["problem"]["code"].text } == ["not_begun", "not_begun"])
            let after = try await service.send("GET", "/api/v1/playlists")
            #expect(after.json == listed.json, "nothing has changed")
        }
    }
}

/// Limits that a test changes.
private final class Most: Sendable {
    private let count = Mutex(5)

    var limits: RecipeLimits {
        var limits = RecipeLimits()
        limits.maximumCount = count.withLock { $0 }
        return limits
    }

    func change(to most: Int) { count.withLock { $0 = most } }
}
