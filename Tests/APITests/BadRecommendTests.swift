import API
import Foundation
import HTTPServer
import Testing

/// Everything that can be wrong with a recommendation request: a status that fits, a stable code, the field, the mend.
@Suite struct BadRecommendTests {
    static let seed = SmallCatalog.spotifyID(1)

    @Test(arguments: [
        "", "{", "[1,", "nonsense", #"{"url": "x",}"#, #"{"k": NaN}"#, #"{"min": {"tempo": Infinity}}"#, "{} {}",
        #"{'url': 'x'}"#, "\u{feff}\u{feff}{}", #"{"url": "\#u{0}"}"#, #"{"url": "\u0000"}"#,
        String(repeating: "[", count: 40_000),
        String(repeating: #"{"filter":"#, count: 80) + "1" + String(repeating: "}", count: 80),
    ])
    func whatIsNoJSONIsSaidToBeNone(_ body: String) async throws {
        try await Service.with { service in
            let answer = try await service.recommend(body)
            #expect(answer.status == 400)
            #expect(answer.code == "malformed_json")
        }
    }

    @Test func bytesThatAreNoUTF8AreRefused() async throws {
        try await Service.with { service in
            for bytes: [UInt8] in [
                [0x7B, 0x22, 0xC3, 0x28, 0x22, 0x7D], Array("{}".utf16.flatMap { [UInt8($0), 0] }),
            ] {
                let answer = try await service.send("POST", "/api/v1/recommend", body: bytes)
                #expect(answer.code == "malformed_json")
            }
        }
    }

    /// One body, what is at fault in it, and the fault's code.
    struct Case: Sendable, CustomTestStringConvertible {
        var body: String
        var place: String
        var code: String
        var testDescription: String { "\(place) of \(body.prefix(60))" }

        init(_ body: String, _ place: String, _ code: String) {
            (self.body, self.place, self.code) = (body, place, code)
        }

        /// A body with a good seed and one more member.
        static func field(_ member: String, _ place: String, _ code: String) -> Case {
            Case(#"{"url": "\#(BadRecommendTests.seed)", \#(member)}"#, place, code)
        }

        /// A body with one seed.
        static func link(_ text: String) -> Case { Case(#"{"seeds": ["\#(text)"]}"#, "/seeds/0", "bad_reference") }
    }

    static let wrongTypes: [Case] = [
        Case("[]", "", "wrong_type"), Case("5", "", "wrong_type"), Case("null", "", "wrong_type"),
        Case(#"{"seeds": "x"}"#, "/seeds", "wrong_type"), Case(#"{"seeds": [5]}"#, "/seeds/0", "wrong_type"),
        Case(#"{"url": 5}"#, "/url", "wrong_type"), .field(#""k": "20""#, "/k", "wrong_type"),
        .field(#""k": 1.5"#, "/k", "wrong_type"), .field(#""k": true"#, "/k", "wrong_type"),
        .field(#""k": 99999999999999999999"#, "/k", "wrong_type"), .field(#""min": []"#, "/min", "wrong_type"),
        .field(#""min": {"tempo": "fast"}"#, "/min/tempo", "wrong_type"),
        .field(#""max": {"tempo": 1e300}"#, "/max/tempo", "wrong_type"),
        .field(#""target": {"energy": "NaN"}"#, "/target/energy", "wrong_type"),
        .field(#""weights": {"audio": "NaN"}"#, "/weights/audio", "wrong_type"),
        .field(#""filter": 5"#, "/filter", "wrong_type"), .field(#""exclude": {}"#, "/exclude", "wrong_type"),
        .field(#""random_seed": "x""#, "/random_seed", "wrong_type"),
        .field(#""explain": 1"#, "/explain", "wrong_type"),
    ]

    static let outOfBounds: [Case] = [
        .field(#""k": 0"#, "/k", "out_of_range"), .field(#""k": -1"#, "/k", "out_of_range"),
        .field(#""k": 1000000"#, "/k", "out_of_range"), .field(#""per_artist": 0"#, "/per_artist", "out_of_range"),
        .field(#""weights": {"audio": -1}"#, "/weights/audio", "out_of_range"),
        .field(#""weights": {"audio": 1e9}"#, "/weights/audio", "out_of_range"),
        .field(#""target": {"energy": 80}"#, "/target/energy", "out_of_range"),
        .field(#""min": {"tempo": 130}, "max": {"tempo": 90}"#, "/min/tempo", "contradiction"),
        Case(#"{"url": "\#(seed)", "seeds": ["\#(seed)"]}"#, "/url", "contradiction"),
        Case("{}", "/seeds", "missing"), Case(#"{"seeds": []}"#, "/seeds", "missing"),
        Case(#"{"seeds": null}"#, "/seeds", "missing"),
        Case(#"{"seeds": [\#(Array(repeating: "\"x\"", count: 101).joined(separator: ","))]}"#, "/seeds", "too_many"),
    ]

    static let unknownNames: [Case] = [
        .field(#""seed": "x""#, "/seed", "unknown_field"), .field(#""a/b~c": 1"#, "/a~1b~0c", "unknown_field"),
        .field(#""min": {"loudnes": 1}"#, "/min/loudnes", "unknown_name"),
        .field(#""max": {"artist": 1}"#, "/max/artist", "unknown_name"),
        .field(#""weights": {"vibes": 1}"#, "/weights/vibes", "unknown_name"),
        .field(#""explain": "verbose""#, "/explain", "unknown_name"),
        .field(#""filter": {"match": "some"}"#, "/filter/match", "bad_rule"),
        .field(
            #""filter": {"match": "all", "conditions": [{"field": "mood", "op": "eq", "value": 1}]}"#,
            "/filter/conditions/0/field", "bad_rule"),
        .field(#""filter": {"conditions": []}"#, "/filter/match", "missing"),
        .field(
            #""filter": {"match": "all", "conditions": [{"field": "tempo", "op": "gt", "value": "x"}]}"#,
            "/filter/conditions/0/value", "bad_rule"),
    ]

    static let badSeeds: [Case] = [
        .link(""), .link("https://example.com/track/\(seed)"), .link("http://open.spotify.com/track/\(seed)"),
        .link("\(seed)x"), .link(String(seed.dropLast())), .link("https://open.spotify.com/track/\(seed)x"),
        .link("https://open.spotify.com.evil.example/track/\(seed)"),
        .link("https://open.spotify.com@evil.example/track/\(seed)"),
        .link("https://user:pass@open.spotify.com/track/\(seed)"), .link("https://open.spotify.com:443/track/\(seed)"),
        .link("https://open.spotify.com/track/../track/\(seed)"), .link("https://open.spotify.com/user/\(seed)"),
        .link("https://оpen.spotify.com/track/\(seed)"), .link("spotify:track:short"), .link("isrc:nonsense"),
        .link("javascript://open.spotify.com/%0aalert(1)"), .link("x' OR 1=1 --"),
        .link(String(repeating: "a", count: 5_000)),
    ]

    @Test(arguments: wrongTypes + outOfBounds + unknownNames + badSeeds)
    func theFieldAtFaultIsNamed(_ example: Case) async throws {
        try await Service.with { service in
            let answer = try await service.recommend(example.body)
            #expect(answer.status == 400)
            // A zero character as an escape is JSON, and no part of any reference.
            #expect(answer.code == "invalid_request", "\(answer.text)")
            #expect(answer.places == [example.place], "\(answer.text)")
            #expect(answer.faultCodes == [example.code], "\(answer.text)")
            #expect(answer.json["errors"].list.allSatisfy { !($0["message"].text ?? "").isEmpty })
        }
    }

    @Test(arguments: [
        (#""cooldown": {"served_days": 40000}"#, "/cooldown/served_days"), (#""cooldown": 7"#, "/cooldown"),
        (#""cooldown": {"listener": "No One"}"#, "/cooldown/listener"), (#""cooldown": {"days": 1}"#, "/cooldown/days"),
        (#""temperature": -1"#, "/temperature"), (#""temperature": 101"#, "/temperature"),
        (#""random_seed": "x""#, "/random_seed"),
    ])
    func badChanceAndRestAreNamed(_ member: String, _ place: String) async throws {
        try await Service.with { service in
            let answer = try await service.recommend(#"{"url": "\#(Self.seed)", \#(member)}"#)
            #expect(answer.status == 400 && answer.code == "invalid_request", "\(answer.text)")
            #expect(answer.places == [place])
        }
    }

    @Test func aCooldownNeedsListeners() async throws {
        try await Service.with { service in
            let answer = try await service.recommend(#"{"url": "\#(Self.seed)", "cooldown": {"served_days": 1}}"#)
            #expect(answer.status == 400 && answer.code == "not_supported")
            #expect(answer.places == ["/cooldown"])
        }
    }

    @Test(arguments: [
        (#""negative": ["x"]"#, "/negative/0"), (#""strategy": "maximin""#, "/strategy"),
        (#""diversity": 1.5"#, "/diversity"), (#""discovery": -0.1"#, "/discovery"),
        (#""order": "harmonic""#, "/order"), (#""discovery": "high""#, "/discovery"),
    ])
    func wishesOutOfBoundsAreNamed(_ member: String, _ place: String) async throws {
        try await Service.with { service in
            let answer = try await service.recommend(#"{"url": "\#(Self.seed)", \#(member)}"#)
            #expect(answer.status == 400)
            #expect(answer.places == [place], "\(answer.text)")
        }
    }

    @Test(arguments: ["spotify:artist:", "https://open.spotify.com/album/"])
    func artistsAndAlbumsThatTheCatalogLacksAreNamed(_ prefix: String) async throws {
        try await Service.with { service in
            let answer = try await service.recommend(#"{"url": "\#(prefix)\#(Self.seed)"}"#)
            #expect(answer.status == 404)
            #expect(answer.code == "unknown_seed")
            #expect(answer.places == ["/url"])
        }
    }

    @Test func everyFaultIsListedAtOnce() async throws {
        try await Service.with { service in
            let answer = try await service.recommend(
                #"{"seeds": ["x", 5], "k": 0, "weights": {"audio": -1, "vibes": 1}, "order": "harmonic", "foo": 1}"#)
            #expect(
                Set(answer.places)
                    == ["/seeds/0", "/seeds/1", "/k", "/weights/audio", "/weights/vibes", "/order", "/foo"])
            #expect(answer.code == "invalid_request")
        }
    }

    @Test func noRequestMakesAnAnswerOfAnyLength() async throws {
        try await Service.with { service in
            let members = (0..<500).map { "\"\($0)\(String(repeating: "x", count: 100))\": 1" }.joined(separator: ",")
            let answer = try await service.recommend("{\(members)}")
            #expect(answer.places.count == 32)
            #expect(answer.body.count < 20_000)
            #expect(answer.places.allSatisfy { $0.count < 80 })
        }
    }

    @Test(arguments: Transport.allCases)
    func unknownSeedsAreNamedWithTheMend(_ transport: Transport) async throws {
        try await Service.with(transport) { service in
            let unknown = String(repeating: "Z", count: 22)
            let answer = try await service.recommend(
                #"{"seeds": ["\#(Self.seed)", "\#(unknown)", "isrc:USRC17607839", "\#(unknown)"]}"#)
            #expect(answer.status == 404)
            #expect(answer.code == "unknown_seed")
            #expect(answer.places == ["/seeds/1", "/seeds/2", "/seeds/3"])
            #expect(answer.text.contains(unknown))
            #expect(answer.text.contains("segue import"))
            #expect(answer.text.contains("no source is configured"))
        }
    }

    @Test func anUnknownPlaylistIsAnUnknownSeed() async throws {
        try await Service.with { service in
            let answer = try await service.recommend(#"{"url": "spotify:playlist:\#(Self.seed)"}"#)
            #expect(answer.status == 404)
            #expect(answer.code == "unknown_seed")
            #expect(answer.places == ["/url"])
        }
    }

    @Test func aSeedOfWhichNothingIsKnownCannotBeCompared() async throws {
        try await Service.with { service in
            let answer = try await service.recommend(
                #"{"url": "\#(SmallCatalog.spotifyID(SmallCatalog.blank))"}"#)
            #expect(answer.status == 422)
            #expect(answer.code == "seeds_without_features")
            #expect(answer.places == ["/url"])
        }
    }

    @Test func anEmptyPlaylistIsSaidToBeEmpty() async throws {
        try await Service.with { service in
            let answer = try await service.recommend(#"{"url": "spotify:playlist:\#(MemoryStore.emptyPlaylist)"}"#)
            #expect(answer.status == 422 && answer.code == "seeds_without_features" && answer.places == ["/url"])
            #expect(answer.text.contains("holds no track") && answer.text.contains("is empty"), "\(answer.text)")
            #expect(answer.text.contains("segue ingest") && !answer.text.contains("nothing is known"))
        }
    }

    @Test func weightsThatLeaveNothingAreRefused() async throws {
        try await Service.with { service in
            let answer = try await service.recommend(
                """
                {"url": "\(Self.seed)", "weights": {"audio": 0, "artist_audio": 0, "era": 0, "artist": 0, "structure": 0}}
                """)
            #expect(answer.status == 422)
            #expect(answer.code == "nothing_to_compare")
        }
    }

    @Test(arguments: Transport.allCases)
    func withoutAnIndexTheMendIsToBuildOne(_ transport: Transport) async throws {
        try await Service.with(transport, Service.Options(catalog: nil)) { service in
            let answer = try await service.recommend(#"{"url": "\#(Self.seed)"}"#)
            #expect(answer.status == 503)
            #expect(answer.code == "no_index")
            #expect(answer.text.contains("segue index build"))
            #expect(answer.headers["Retry-After"] != nil)
        }
    }

    @Test func anEmptyCatalogIsToBeFilledFirst() async throws {
        try await Service.with(.handler, Service.Options(catalog: SmallCatalog.empty)) { service in
            let answer = try await service.recommend(#"{"url": "\#(Self.seed)"}"#)
            #expect(answer.status == 503)
            #expect(answer.code == "empty_catalog")
            #expect(answer.text.contains("segue import"))
        }
    }

    @Test func withoutAnIndexAnEmptyCatalogIsWhatIsMendedFirst() async throws {
        let options = Service.Options(catalog: nil)
        options.store.empty()
        try await Service.with(.handler, options) { service in
            let answer = try await service.recommend(#"{"url": "\#(Self.seed)"}"#)
            #expect(answer.status == 503)
            #expect(answer.code == "empty_catalog")
        }
    }

    @Test func badInputIsBadWhateverTheServiceHas() async throws {
        try await Service.with(.handler, Service.Options(catalog: nil)) { service in
            let status1 = try await service.recommend(#"{"url": "nonsense"}"#).status
            #expect(status1 == 400)
        }
    }

    @Test func anotherMediaTypeIsRefused() async throws {
        try await Service.with { service in
            for type in ["application/x-www-form-urlencoded", "text/plain", "application/jsonp"] {
                let answer = try await service.send(
                    "POST", "/api/v1/recommend", headers: ["Content-Type": type], body: Array("{}".utf8))
                #expect(answer.status == 415)
                #expect(answer.code == "unsupported_media_type")
            }
            let body = Array(#"{"url": "\#(Self.seed)"}"#.utf8)
            for headers in [[:], ["Content-Type": "Application/JSON; charset=utf-8"]] as [HTTPHeaders] {
                let status2 = try await service.send("POST", "/api/v1/recommend", headers: headers, body: body).status
                #expect(status2 == 200)
            }
        }
    }

    @Test(arguments: Transport.allCases)
    func aBodyOverTheLimitIsRefusedInTheSameWords(_ transport: Transport) async throws {
        try await Service.with(transport) { service in
            let body = Array(#"{"url": "\#(String(repeating: "x", count: 100_000))"}"#.utf8)
            guard transport == .socket else {
                let request = HTTPRequest(method: "POST", target: "/api/v1/recommend")
                let response = service.api.reject(.bodyTooLarge(limit: 10), request: request)
                #expect(response.headers["Content-Type"] == "application/problem+json")
                #expect(response.headers["X-Request-Id"] == request.requestID)
                return
            }
            let answer = try await service.send("POST", "/api/v1/recommend", body: body)
            #expect(answer.status == 413)
            #expect(answer.code == "body_too_large")
        }
    }
}
