import API
import Catalog
import Foundation
import HTTPServer
import Jobs
import Playlists
import Sampling
import Storage
import TestSupport
import Testing

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty

/// A service over a database with the tracks of the small catalog, under the same numbers.
func withPlaylists(
    _ transport: Transport = .handler, limit: Int = 100,
    _ change: @escaping @Sendable (inout PlaylistMaker) -> Void = { _ in },
    _ body: @escaping @Sendable (Service, PostgresStore) async throws -> Void
) async throws {
    try await withTestDatabase { store in
        let importing = try await store.beginImport(of: ImportSource(name: "small", authority: .service))
        for track in SmallCatalog.tracks {
            let id = try #require(track.externalIDs.first)
            let artists = track.artists.map { ArtistRecord(name: $0.name) }
            try await importing.append([.track(TrackRecord(ids: [id], name: track.name, artists: artists))])
        }
        _ = try await importing.commit()
        let serving = SmallCatalog.shared
        var maker = PlaylistMaker(store: store, serving: { serving })
        maker.rules = IndexRules(serving: { serving }, sets: store)
        maker.limits.maximumPlaylists = limit
        change(&maker)
        var options = Service.Options()
        options.playlists = PlaylistAccess(maker: maker, store: store, catalog: store, schedules: store)
        options.recommendationIDs = RecommendationIDs(key: try #require(try await store.recommendationKey()))
        try await Service.with(transport, options) { try await body($0, store) }
    }
}

extension Service {
    func call(_ method: String, _ target: String, _ body: String) async throws -> Answer {
        try await send(method, target, headers: ["Content-Type": "application/json"], body: Array(body.utf8))
    }

    func like(_ numbers: ClosedRange<Int>, _ kind: String = "liked") async throws -> Answer {
        let events = numbers.map { #"{"track": "\#(SmallCatalog.spotifyID($0))", "kind": "\#(kind)"}"# }
        return try await call("POST", "/api/v1/feedback", #"{"events": [\#(events.joined(separator: ","))]}"#)
    }
}

private let evening = #"{"name": "Evening", "recipe": {"pool": [{"from": "library"}], "count": 5, "temperature": 1}}"#

@Suite("Playlists over HTTP", .enabled(if: hasDatabase, "DATABASE_URL is not set")) struct PlaylistsRoutesTests {
    @Test(arguments: Transport.allCases)
    func aPlaylistIsMadeShownReshuffledAndRemoved(_ transport: Transport) async throws {
        try await withPlaylists(transport) { service, _ in
            #expect(try await service.like(3...40).json["recorded"].number == 38)
            let made = try await service.call("POST", "/api/v1/playlists", evening)
            #expect(made.status == 201, "\(made.text)")
            #expect(made.json["tracks"].list.count == 5 && made.json["statistics"]["total"].number == 5)
            #expect(made.json["tracks"][0]["origins"][0].text == "library")
            #expect(made.json["tracks"][0]["track"]["name"].text?.hasPrefix("Song") == true)
            let id = Int(made.json["playlist"].number ?? 0)
            let shown = try await service.send("GET", "/api/v1/playlists/\(id)")
            #expect(shown.json["name"].text == "Evening" && shown.json["tracks"].list.count == 5)
            #expect(shown.json["snapshot"] == made.json["snapshot"])
            let listed = try await service.send("GET", "/api/v1/playlists?listener=default")
            #expect(listed.json["playlists"].list.count == 1)
            let again = try await service.call("POST", "/api/v1/playlists/\(id)/reshuffle", #"{"random_seed": 5}"#)
            #expect(again.status == 200 && again.json["seed"].number == 5, "\(again.text)")
            let runs = try await service.send("GET", "/api/v1/playlists/\(id)/runs?limit=1")
            #expect(runs.json["runs"][0]["id"] == again.json["id"] && runs.json["next"] == again.json["id"])
            let run = try await service.send("GET", "/api/v1/runs/\(Int(again.json["id"].number ?? 0))")
            #expect(run.json["tracks"] == again.json["tracks"])
            let history = try await service.send("GET", "/api/v1/playlists/\(id)/history")
            #expect(history.json["changes"].list.count >= 5)
            let removed = try await service.send("DELETE", "/api/v1/playlists/\(id)")
            #expect(removed.status == 204)
            let gone = try await service.send("GET", "/api/v1/playlists/\(id)")
            #expect(gone.status == 404 && gone.code == "unknown_playlist")
            let kept = try await service.send("GET", "/api/v1/playlists/\(id)/runs")
            #expect(kept.json["runs"].list.count == 2)
        }
    }

    @Test func aDryRunSaysWhatWouldComeOfIt() async throws {
        try await withPlaylists { service, store in
            _ = try await service.like(3...40)
            let draft = String(evening.dropLast()) + #", "dry_run": true, "cron": "0 6 * * *"}"#
            let made = try await service.call("POST", "/api/v1/playlists", draft)
            #expect(made.status == 200 && made.json["id"] == .null && made.json["tracks"].list.count == 5)
            let there = try await store.madePlaylists(of: nil)
            let schedules = try await store.schedules()
            #expect(there.isEmpty && schedules.map(\.name) == ["nightly"])
        }
    }

    @Test func aScheduledPlaylistHasItsSchedule() async throws {
        try await withPlaylists { service, store in
            _ = try await service.like(3...40)
            let draft = String(evening.dropLast()) + #", "cron": "0 6 * * *", "time_zone": "Europe/Berlin"}"#
            let made = try await service.call("POST", "/api/v1/playlists", draft)
            let id = Int(made.json["playlist"].number ?? 0)
            let schedule = try #require(try await store.schedule("playlist-\(id)"))
            #expect(schedule.kind == PlaylistAccess.jobKind && schedule.payload.text.contains("\(id)"))
            _ = try await service.send("DELETE", "/api/v1/playlists/\(id)")
            let left = try await store.schedule("playlist-\(id)")
            #expect(left == nil)
        }
    }

    @Test func whatIsWrongWithAPlaylistIsNamed() async throws {
        let cases: [(String, [String])] = [
            ("{}", ["/name", "/recipe"]), (#"{"name": "x", "recipe": {}}"#, ["/recipe/pool"]),
            (#"{"name": "x", "recipe": {"pool": [{"from": "library"}], "count": 0}}"#, ["/recipe/count"]),
            (#"{"name": "x", "recipe": {"pool": [{"from": "library"}], "count": 1000000000}}"#, ["/recipe/count"]),
            (#"{"name": "x", "recipe": {"pool": [{"from": "library"}], "per_artist": 0}}"#, ["/recipe/per_artist"]),
            (
                #"{"name": "x", "recipe": {"pool": [{"from": "library"}], "cooldown": {"served_days": 36500}}}"#,
                ["/recipe/cooldown/served_days"]
            ),
            (#"{"name": "x", "recipe": {"pool": [{"from": "library", "share": -1}]}}"#, ["/recipe/pool/0/share"]),
            (
                #"{"name": "x", "recipe": {"pool": [{"from": "rules", "rules": {"match": "most"}}]}}"#,
                ["/recipe/pool/0/rules/match"]
            ),
            (#"{"name": "", "kind": "weekly", "recipe": {"pool": [{"from": "library"}]}}"#, ["/kind", "/name"]),
            (#"{"name": "x", "listener": "A B", "kind": "daily"}"#, ["/listener"]),
            (#"{"name": "x", "kind": "daily", "cron": "at six", "time_zone": "Mars"}"#, ["/cron", "/time_zone"]),
            (#"{"name": "x", "kind": "daily", "random_seed": -1, "dry_run": 1}"#, ["/random_seed", "/dry_run"]),
        ]
        try await withPlaylists { service, store in
            for (body, places) in cases {
                let answer = try await service.call("POST", "/api/v1/playlists", body)
                #expect(answer.status == 400 && answer.code == "invalid_request", "\(answer.text)")
                #expect(Set(answer.places) == Set(places))
                let there = try await store.madePlaylists(of: nil)
                #expect(there.isEmpty)
            }
        }
    }

    @Test func refusalsHaveTheirCodes() async throws {
        try await withPlaylists(limit: 1) { service, store in
            let empty = try await service.call("POST", "/api/v1/playlists", evening)
            #expect(empty.status == 422 && empty.code == "empty_playlist")
            let unknown = #"{"name": "x", "listener": "nobody", "recipe": {"pool": [{"from": "library"}]}}"#
            let nobody = try await service.call("POST", "/api/v1/playlists", unknown)
            #expect(nobody.status == 404 && nobody.code == "unknown_listener" && nobody.places == ["/listener"])
            _ = try await service.like(3...40)
            let made = try await service.call("POST", "/api/v1/playlists", evening)
            let id = Int(made.json["playlist"].number ?? 0)
            let second = try await service.call("POST", "/api/v1/playlists", evening)
            #expect(second.status == 409 && second.code == "too_many_playlists")
            try await store.withRun(of: Listener.standard) { _ in
                let busy = try await service.call("POST", "/api/v1/playlists/\(id)/reshuffle", "")
                #expect(busy.status == 409 && busy.code == "run_under_way" && busy.headers["Retry-After"] != nil)
            }
            for target in [
                "/api/v1/playlists/0", "/api/v1/playlists/x", "/api/v1/playlists/99/runs",
                "/api/v1/playlists/99/history", "/api/v1/runs/99", "/api/v1/runs/x",
            ] {
                let missing = try await service.send("GET", target)
                #expect(missing.status == 404, "\(target)")
            }
            let bad = try await service.send("GET", "/api/v1/playlists/\(id)/runs?limit=0&before=x")
            #expect(bad.status == 400 && Set(bad.places) == ["limit", "before"])
        }
    }

    @Test func severalAreReshuffledAtOnce() async throws {
        try await withPlaylists { service, _ in
            _ = try await service.like(3...40)
            let one = try await service.call("POST", "/api/v1/playlists", evening)
            _ = try await service.call("POST", "/api/v1/playlists", evening)
            let id = Int(one.json["playlist"].number ?? 0)
            let all = try await service.call("POST", "/api/v1/reshuffles", #"{"all": true, "dry_run": true}"#)
            #expect(all.json["outcomes"].list.count == 2 && all.json["outcomes"][0]["problem"] == .null, "\(all.text)")
            let some = try await service.call("POST", "/api/v1/reshuffles", #"{"playlists": [\#(id), 999]}"#)
            #expect(some.json["outcomes"][1]["problem"]["code"].text == "unknown_playlist")
            #expect(some.json["outcomes"][0]["run"]["status"].text == "done")
            for body in ["{}", #"{"all": true, "listener": "default"}"#, #"{"all": false}"#, #"{"playlists": "x"}"#] {
                let bad = try await service.call("POST", "/api/v1/reshuffles", body)
                #expect(bad.status == 400, "\(bad.text)")
            }
            let nobody = try await service.call("POST", "/api/v1/reshuffles", #"{"listener": "nobody"}"#)
            #expect(nobody.status == 404 && nobody.code == "unknown_listener")
        }
    }

    @Test func changesNeedAToken() async throws {
        try await withPlaylists { service, _ in
            for (method, target) in [
                ("GET", "/api/v1/playlists"), ("POST", "/api/v1/playlists"), ("DELETE", "/api/v1/playlists/1"),
                ("POST", "/api/v1/playlists/1/reshuffle"), ("POST", "/api/v1/reshuffles"), ("POST", "/api/v1/feedback"),
                ("GET", "/api/v1/listeners"), ("PUT", "/api/v1/listeners/x"), ("GET", "/api/v1/runs/1"),
            ] {
                let answer = try await service.send(method, target, .none)
                #expect(answer.status == 401, "\(method) \(target)")
            }
        }
    }
}

@Suite("Feedback and rest over HTTP", .enabled(if: hasDatabase, "DATABASE_URL is not set")) struct FeedbackTests {
    private let seed = SmallCatalog.spotifyID(30)

    @Test func feedbackIsKeptOnceAndAttributed() async throws {
        try await withPlaylists { service, store in
            let event = #"{"track": "\#(seed)", "kind": "played", "at": "2026-01-01T10:00:00Z", "context": "kitchen"}"#
            for recorded in [1.0, 0] {
                let kept = try await service.call("POST", "/api/v1/feedback", #"{"events": [\#(event)]}"#)
                #expect(kept.status == 200 && kept.json["recorded"].number == recorded)
            }
            let heard = try await store.listening(of: "default", context: nil, at: Date())
            #expect(heard.count == 1 && heard.first?.plays == 1)
            #expect(heard.first?.history.played == 1_767_261_600)
        }
    }

    @Test func whatIsWrongWithFeedbackIsNamed() async throws {
        let cases: [(String, [String])] = [
            (#"{}"#, ["/events"]), (#"{"events": []}"#, ["/events"]), (#"{"events": 1}"#, ["/events"]),
            (#"{"events": [1]}"#, ["/events/0"]), (#"{"events": [{}]}"#, ["/events/0/track", "/events/0/kind"]),
            (#"{"events": [{"track": "x", "kind": "hated"}]}"#, ["/events/0/track", "/events/0/kind"]),
            (
                #"{"events": [{"track": "isrc:USRC17607839", "kind": "liked", "at": "0000-01-01T00:00:00Z"}]}"#,
                ["/events/0/at"]
            ),
            (
                #"{"events": [{"track": "isrc:USRC17607839", "kind": "liked", "at": "2026-02-30T10:00:00Z"}]}"#,
                ["/events/0/at"]
            ),
            (
                #"{"events": [{"track": "isrc:USRC17607839", "kind": "liked", "at": "2026-02-20T25:00:00.5Z"}]}"#,
                ["/events/0/at"]
            ),
            (
                #"{"events": [{"track": "isrc:USRC17607839", "kind": "liked", "at": "2999-01-01T00:00:00Z", "run": 0}]}"#,
                ["/events/0/at", "/events/0/run"]
            ),
            (
                #"{"listener": "A", "events": [{"track": "tag:rock", "kind": "liked"}]}"#,
                ["/listener", "/events/0/track"]
            ),
        ]
        try await withPlaylists { service, _ in
            for (body, places) in cases {
                let answer = try await service.call("POST", "/api/v1/feedback", body)
                #expect(answer.status == 400, "\(answer.text)")
                #expect(Set(answer.places) == Set(places))
            }
        }
    }

    @Test func nothingIsKeptWhereAnythingIsUnknown() async throws {
        try await withPlaylists { service, store in
            let known = #"{"track": "\#(seed)", "kind": "liked"}"#
            let stranger = #"{"track": "isrc:USRC17607839", "kind": "liked"}"#
            let answer = try await service.call("POST", "/api/v1/feedback", #"{"events": [\#(known), \#(stranger)]}"#)
            #expect(answer.status == 404 && answer.code == "unknown_track" && answer.places == ["/events/1/track"])
            let run = #"{"track": "\#(seed)", "kind": "liked", "run": 77}"#
            let noRun = try await service.call("POST", "/api/v1/feedback", #"{"events": [\#(run)]}"#)
            #expect(noRun.status == 404 && noRun.code == "unknown_run")
            let nobody = try await service.call(
                "POST", "/api/v1/feedback", #"{"listener": "nobody", "events": [\#(known)]}"#)
            #expect(nobody.status == 404 && nobody.code == "unknown_listener")
            let heard = try await store.listening(of: "default", context: nil, at: Date())
            #expect(heard.isEmpty)
        }
    }

    @Test func listenersAreMadeKnown() async throws {
        try await withPlaylists { service, _ in
            #expect(try await service.send("PUT", "/api/v1/listeners/anna").status == 201)
            #expect(try await service.send("PUT", "/api/v1/listeners/anna").status == 200)
            #expect(try await service.send("PUT", "/api/v1/listeners/An%20na").status == 400)
            let listed = try await service.send("GET", "/api/v1/listeners")
            #expect(listed.json["listeners"].list.map { $0["name"].text } == ["anna", "default"])
        }
    }

    @Test func whatWasGivenOutRestsInItsContext() async throws {
        try await withPlaylists { service, _ in
            func ask(_ cooldown: String) async throws -> Answer {
                try await service.recommend(
                    #"{"url": "\#(seed)", "k": 10, "explain": "none", "cooldown": \#(cooldown)}"#)
            }
            func ids(_ answer: Answer) -> Set<String> {
                Set(answer.json["items"].list.compactMap { $0["track"]["id"].text })
            }
            let first = try await ask(#"{"context": "kitchen", "served_days": 14}"#)
            #expect(first.status == 200 && ids(first).count == 10, "\(first.text)")
            let second = try await ask(#"{"context": "kitchen", "served_days": 14}"#)
            #expect(ids(second).count == 10 && ids(second).isDisjoint(with: ids(first)))
            let pool = second.json["pool"]
            #expect((pool["after_rules"].number ?? 0) - (pool["after_cooldown"].number ?? 0) == 10)
            let elsewhere = try await ask(#"{"context": "car", "served_days": 14}"#)
            #expect(ids(elsewhere) == ids(first))
        }
    }

    @Test func restsGiveWayWhereTheyMayAndSaySo() async throws {
        try await withPlaylists { service, _ in
            func ask(_ relax: Bool) async throws -> Answer {
                try await service.recommend(
                    #"{"url": "\#(seed)", "k": 40, "explain": "none", "cooldown": {"served_days": 14, "relax": \#(relax)}}"#
                )
            }
            let first = try await ask(false)
            #expect(first.json["items"].list.count == 40)
            let short = try await ask(false)
            #expect(short.json["items"].list.count < 40 && short.json["pool"]["relaxed"].list.isEmpty)
            let relaxed = try await ask(true)
            #expect(relaxed.json["items"].list.count == 40)
            #expect(
                relaxed.json["pool"]["relaxed"].list.compactMap(\.text)
                    == ["cooldown.served 14 → 7", "cooldown.served 7 → none"])
            let nobody = try await service.recommend(
                #"{"url": "\#(seed)", "cooldown": {"listener": "nobody"}}"#)
            #expect(nobody.status == 404 && nobody.code == "unknown_listener")
        }
    }

    @Test func dislikedTracksAreHeldBack() async throws {
        try await withPlaylists { service, _ in
            let plain = try await service.recommend(#"{"url": "\#(seed)", "k": 3, "explain": "none"}"#)
            let best = try #require(plain.json["items"][0]["track"]["id"].text)
            let event = #"{"track": "\#(best)", "kind": "disliked"}"#
            _ = try await service.call("POST", "/api/v1/feedback", #"{"events": [\#(event)]}"#)
            let spared = try await service.recommend(
                #"{"url": "\#(seed)", "k": 3, "explain": "none", "cooldown": {"played_days": 1}}"#)
            #expect(!spared.json["items"].list.contains { $0["track"]["id"].text == best })
        }
    }
}

@Suite struct TemperatureTests {
    private func ids(_ service: Service, _ members: String) async throws -> [String] {
        let answer = try await service.recommend(
            #"{"url": "\#(SmallCatalog.spotifyID(30))", "k": 10, "explain": "none", \#(members)}"#)
        #expect(answer.status == 200, "\(answer.text)")
        return answer.json["items"].list.compactMap { $0["track"]["id"].text }
    }

    @Test func theSameSeedMakesTheSameAnswerAndAnotherOneAnother() async throws {
        try await Service.with { service in
            let one = try await ids(service, #""temperature": 0.5, "random_seed": 1"#)
            let again = try await ids(service, #""temperature": 0.5, "random_seed": 1"#)
            let other = try await ids(service, #""temperature": 0.5, "random_seed": 2"#)
            #expect(one.count == 10 && one == again && Set(one) != Set(other))
        }
    }

    @Test func nextToNoTemperatureTakesTheBest() async throws {
        try await Service.with { service in
            let best = try await ids(service, #""temperature": 0"#)
            // Also what is next to nothing, or nothing at all, in 32 bits.
            for temperature in ["0.000001", "1e-40", "1e-320"] {
                let cold = try await ids(service, #""temperature": \#(temperature), "random_seed": 9"#)
                #expect(Set(cold) == Set(best), "\(temperature)")
            }
        }
    }

    @Test func capsAndDiversityHoldWhereChanceChooses() async throws {
        try await Service.with { service in
            let answer = try await service.recommend(
                #"""
                {"url": "\#(SmallCatalog.spotifyID(30))", "k": 8, "explain": "none", "temperature": 1, "per_artist": 1,
                 "diversity": 0.3, "random_seed": 3}
                """#)
            let artists = answer.json["items"].list.compactMap { $0["track"]["artists"][0].text }
            #expect(artists.count == 8 && Set(artists).count == 8)
        }
    }
}
