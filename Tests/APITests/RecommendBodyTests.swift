import Catalog
import Features
import Foundation
import Recommendation
import Rules
import Sampling
import Testing

@testable import API

@Suite struct RecommendBodyTests {
    let seed = SmallCatalog.spotifyID(1)

    func parse(_ body: String, _ configuration: APIConfiguration = APIConfiguration()) throws -> RecommendBody {
        try RecommendBody.parse(Array(body.utf8), configuration)
    }

    /// The problem with a body, nil where there is none.
    func problem(_ body: String, _ configuration: APIConfiguration = APIConfiguration()) -> Problem? {
        do throws(Problem) {
            _ = try RecommendBody.parse(Array(body.utf8), configuration)
            return nil
        } catch {
            return error
        }
    }

    @Test func everyFieldArrivesInTheRequest() throws {
        let body = try parse(
            """
            {"seeds": ["\(seed)", "spotify:playlist:\(seed)"], "k": 7, "exclude": ["isrc:USRC17607839"],
             "min": {"tempo": 90, "year": 1990}, "max": {"tempo": 130}, "target": {"energy": 0.8, "popularity": 50},
             "filter": {"match": "none"}, "per_artist": 2, "explain": "full", "weights": {"audio": 0.5, "era": 0},
             "random_seed": -3, "temperature": 0.5, "cooldown": {"context": "kitchen"}}
            """
        )
        let request = body.request
        var expected = RecommendationRequest(seeds: [
            EntityReference(kind: .track, id: .spotify(seed)), EntityReference(kind: .playlist, id: .spotify(seed)),
        ])
        expected.k = 7
        expected.exclude = [EntityReference(kind: .track, id: .isrc("USRC17607839"))]
        expected.minimum = [.feature(.tempo): 90, .year: 1_990]
        expected.maximum = [.feature(.tempo): 130]
        expected.target = [.feature(.energy): 0.8, .popularity: 50]
        expected.filter = RuleGroup(match: .none)
        expected.perArtist = 2
        expected.explain = .full
        expected.weights = [.audio: 0.5, .era: 0]
        (expected.temperature, expected.randomSeed) = (0.5, UInt64(bitPattern: -3))
        #expect(request == expected)
        #expect(body.cooldown?.context == "kitchen" && body.cooldown?.cooldowns.served?.window == 14)
    }

    @Test func chanceWithoutASeedIsAnotherEachTime() throws {
        let text = #"{"url": "\#(seed)", "temperature": 1}"#
        let (one, other) = (try parse(text).request.randomSeed, try parse(text).request.randomSeed)
        #expect(one != other)
    }

    @Test func whatIsLeftOutHasItsDefault() throws {
        let body = try parse(#"{"url": "\#(seed)"}"#)
        #expect(body.request == RecommendationRequest(seeds: [EntityReference(kind: .track, id: .spotify(seed))]))
        #expect(body.seedPaths == [["url"]])
        #expect(try parse(#"{"url": "\#(seed)", "k": null, "min": null}"#).request == body.request)
    }

    @Test func boundsAreSettings() throws {
        var configuration = APIConfiguration()
        configuration.limits.maximumK = 5
        configuration.limits.maximumSeeds = 1
        configuration.limits.maximumExcluded = 0
        configuration.maximumWeight = 2
        configuration.maximumFaults = 3
        let body = #"""
            {"seeds": ["\#(seed)", "\#(seed)"], "k": 6, "exclude": ["\#(seed)"], "weights": {"audio": 3}}
            """#
        let found = try #require(problem(body, configuration))
        #expect(found.faults.count == 3)
        #expect(found.detail.contains("4 things"))
        #expect(problem(body) == nil)
        #expect(try parse(#"{"url": "\#(seed)"}"#, configuration).request.k == 5)
        configuration.maximumDepth = 1
        #expect(problem(#"{"url": "\#(seed)", "min": {}}"#, configuration)?.code == "malformed_json")
    }

    @Test(arguments: ["energy", "duration_ms", "time_signature", "year", "popularity", "playlist_count"])
    func numbersAreKnownByTheNamesThatRulesHave(_ name: String) throws {
        let field = try #require(NumberField(name: name))
        #expect(NumberField.allNames.contains(name))
        let value = field.sensibleRange.lowerBound
        #expect(try parse(#"{"url": "\#(seed)", "target": {"\#(name)": \#(value)}}"#).request.target == [field: value])
    }

    @Test func textsAndFlagsAreNoNumbers() {
        for name in ["name", "artist", "explicit", "Energy", ""] { #expect(NumberField(name: name) == nil) }
    }

    @Test func problemsPointAtEverySeedTheyAreAbout() throws {
        let body = try parse(#"{"seeds": ["\#(seed)", "segue:5", "\#(seed)"]}"#)
        let unknown = EntityReference(kind: .track, id: .spotify(seed))
        let places = body.problem(.unknownSeeds([unknown]), limit: 32).faults.map(\.place)
        #expect(places == [.body("/seeds/0"), .body("/seeds/2")])
        #expect(body.problem(.unknownSeeds([unknown]), limit: 1).faults.count == 1)
        let damaged = body.problem(.indexFailed("list 7 is torn"), limit: 32)
        #expect(damaged.status == 500)
        #expect(!damaged.detail.contains("list 7"))
    }

    @Test func mendsNameWhatWouldBeAccepted() throws {
        let found = try #require(problem(#"{"url": "\#(seed)", "k": 0, "weights": {"x": 1}, "min": {"y": 1}}"#))
        let messages = found.faults.map(\.message).joined(separator: "\n")
        #expect(messages.contains("between 1 and 500"))
        for block in Block.allCases { #expect(messages.contains(block.rawValue)) }
        for name in NumberField.allNames { #expect(messages.contains(name)) }
    }
}
