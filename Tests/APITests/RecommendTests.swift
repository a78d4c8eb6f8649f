import API
import Catalog
import Foundation
import HTTPServer
import Testing

@Suite struct RecommendTests {
    let seed = SmallCatalog.spotifyID(1)

    @Test(arguments: Transport.allCases)
    func aKnownTrackIsAnsweredInTheShapeThatIsDescribed(_ transport: Transport) async throws {
        try await Service.with(transport) { service in
            let answer = try await service.recommend(#"{"seeds": ["\#(seed)"], "k": 5, "explain": "full"}"#)
            #expect(answer.status == 200)
            #expect(answer.json["items"].list.count == 5)
            #expect(answer.json["index"]["generation"].text == "g-test")
            #expect(answer.json["pool"]["returned"].number == 5)
            #expect(answer.json["seeds"][0]["track"]["id"].text == seed)
            #expect(answer.headers["Cache-Control"] == "no-store")
        }
    }

    @Test func contributionsSumToTheScoreAndSharesToOne() async throws {
        try await Service.with { service in
            let answer = try await service.recommend(
                """
                {"seeds": ["\(seed)", "\(SmallCatalog.spotifyID(7))"], "k": 20, "target": {"energy": 0.8}, "explain": "full"}
                """)
            #expect(answer.json["items"].list.count == 20)
            for item in answer.json["items"].list {
                let blocks = item["explanation"]["blocks"].list
                let sum = blocks.compactMap { $0["contribution"].number }.reduce(0, +)
                #expect(abs(sum - (item["score"].number ?? .nan)) < 1e-4)
                #expect(blocks.contains { $0["block"].text == "target" })
                let shares = item["explanation"]["seeds"].list.compactMap { $0["share"].number }.reduce(0, +)
                #expect(abs(shares - 1) < 1e-4)
            }
        }
    }

    @Test(arguments: [
        "https://open.spotify.com/track/ID?si=abc", "https://open.spotify.com/intl-de/track/ID", "spotify:track:ID",
        "ID",
    ])
    func everySpellingOfATrackIsTheSameSeed(_ spelling: String) async throws {
        try await Service.with { service in
            let text = spelling.replacing("ID", with: seed)
            for body in [#"{"url": "\#(text)"}"#, #"{"seeds": ["\#(text)"]}"#] {
                let answer = try await service.recommend(body)
                #expect(answer.status == 200)
                #expect(answer.json["seeds"][0]["track"]["id"].text == seed)
            }
        }
    }

    @Test func otherNamesOfATrackAreSeedsToo() async throws {
        try await Service.with { service in
            for name in ["isrc:QZTST2500062", "isrc:QZ-TST-25-00062", "segue:\(SmallCatalog.withoutSpotifyID)"] {
                let status1 = try await service.recommend(#"{"url": "\#(name)"}"#).status
                #expect(status1 == 200)
            }
        }
    }

    @Test func neitherTheSeedNorItsDuplicateNorWhatIsExcludedComesBack() async throws {
        try await Service.with { service in
            let excluded = SmallCatalog.spotifyID(11)
            let answer = try await service.recommend(
                #"{"seeds": ["\#(seed)"], "k": 100, "exclude": ["spotify:track:\#(excluded)"]}"#)
            let ids = answer.json["items"].list.compactMap { $0["track"]["id"].text }
            #expect(ids.count > 50)
            let never = [seed, SmallCatalog.spotifyID(SmallCatalog.duplicate.copy), excluded]
            #expect(ids.allSatisfy { !never.contains($0) })
        }
    }

    @Test func rulesHoldForEveryAnswer() async throws {
        try await Service.with { service in
            let answer = try await service.recommend(
                """
                {"seeds": ["\(seed)"], "k": 50, "per_artist": 1, "min": {"year": 1980}, "max": {"year": 2010},
                 "filter": {"match": "all", "conditions": [{"field": "genre", "op": "eq", "value": "rock"}]}}
                """)
            let items = answer.json["items"].list
            #expect(!items.isEmpty)
            #expect(items.allSatisfy { (1980...2010).contains(Int($0["track"]["year"].number ?? 0)) })
            let artists = items.compactMap { $0["track"]["artists"][0].text }
            #expect(Set(artists).count == artists.count)
            #expect(artists.allSatisfy { Int($0.suffix(1)).map { $0 % 2 == 0 } ?? false })
        }
    }

    @Test func explanationsAreLeftOutOnDemand() async throws {
        try await Service.with { service in
            let answer = try await service.recommend(#"{"url": "\#(seed)", "explain": "none"}"#)
            #expect(answer.json["items"].list.allSatisfy { $0["explanation"] == .null })
        }
    }

    @Test func aWeightOfZeroTakesABlockOutOfTheScore() async throws {
        try await Service.with { service in
            let answer = try await service.recommend(#"{"url": "\#(seed)", "weights": {"era": 0}, "explain": "full"}"#)
            for item in answer.json["items"].list {
                let era = item["explanation"]["blocks"].list.first { $0["block"].text == "era" }
                #expect(abs(era?["contribution"].number ?? 0) < 1e-6)
            }
        }
    }

    @Test func theSameRequestHasTheSameItemsUnderAnotherID() async throws {
        try await Service.with { service in
            let body = #"{"url": "\#(seed)", "random_seed": 42}"#
            let (first, second) = (try await service.recommend(body), try await service.recommend(body))
            #expect(first.json["items"] == second.json["items"])
            #expect(first.json["recommendation_id"] != second.json["recommendation_id"])
        }
    }

    @Test func valuesThatChangeNothingAreTakenFromFieldsToCome() async throws {
        try await Service.with { service in
            let answer = try await service.recommend(
                """
                {"url": "\(seed)", "negative": [], "strategy": "auto", "diversity": 0, "temperature": 0.0,
                 "order": "score", "cooldown": null, "filter": null, "per_artist": null}
                """)
            #expect(answer.status == 200)
        }
    }

    @Test func knownTracksNeedNoDatabase() async throws {
        let options = Service.Options()
        options.store.fail(with: .unavailable("gone"))
        try await Service.with(.handler, options) { service in
            let request = HTTPRequest(
                method: "POST", target: "/api/v1/recommend",
                headers: ["Authorization": "Bearer \(try service.token())"], body: Array(#"{"url":"\#(seed)"}"#.utf8))
            guard case .now(let response) = service.api.handle(request) else {
                Issue.record("a known track had to wait")
                return
            }
            #expect(response.status == 200)
            #expect(options.store.calls == 0)
        }
    }

    @Test(arguments: Transport.allCases)
    func aPlaylistStandsForItsTracks(_ transport: Transport) async throws {
        try await Service.with(transport) { service in
            let answer = try await service.recommend(#"{"seeds": ["spotify:playlist:\#(MemoryStore.playlist)"]}"#)
            #expect(answer.status == 200)
            let seeds = answer.json["seeds"].list.compactMap { $0["track"]["id"].text }
            #expect(seeds == (1...3).map(SmallCatalog.spotifyID))
        }
    }

    @Test func aPlaylistWithoutDatabaseIsWorthAnotherTry() async throws {
        let options = Service.Options()
        options.store.fail(with: .unavailable("gone"))
        try await Service.with(.handler, options) { service in
            let answer = try await service.recommend(#"{"url": "spotify:playlist:\#(MemoryStore.playlist)"}"#)
            #expect(answer.status == 503)
            #expect(answer.code == "database_unavailable")
            #expect(answer.headers["Retry-After"] == "5")
        }
    }
}
