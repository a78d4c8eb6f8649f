import Catalog
import Foundation
import JSONText
import Recommendation
import Testing

@Suite struct ExplanationTests {
    func explain(_ first: CatalogTrack, _ second: CatalogTrack) throws -> Explanation {
        var tracks = SmallCatalog.tracks(200)
        tracks[0] = first
        tracks[0].id = TrackID(rawValue: 1)
        tracks[0].name = "First"
        tracks[0].externalIDs = [ExternalID(namespace: "test", value: "0")]
        tracks[1] = second
        tracks[1].id = TrackID(rawValue: 3)
        tracks[1].name = "Second"
        tracks[1].externalIDs = [ExternalID(namespace: "test", value: "1")]
        let catalog = try SmallCatalog(tracks)
        var request = RecommendationRequest(seeds: [catalog.reference(0)])
        request.k = 199
        request.explain = .full
        let answer = try Recommender(catalog.serving).recommend(request)
        let item = try #require(answer.items.first { catalog.number($0) == 1 })
        return try #require(item.explanation)
    }

    @Test func theSameArtistIsNamedOnlyWhereItIsTheSame() throws {
        let tracks = SmallCatalog.tracks(40)
        #expect(try explain(tracks[1], tracks[2]).text.contains("rtist"))
        for other in 11..<30 {
            #expect(try !explain(tracks[1], tracks[other]).text.localizedCaseInsensitiveContains("same artist"))
        }
    }

    @Test func yearsAreNamedAsTheyAre() throws {
        var (one, other) = (SmallCatalog.tracks(40)[1], SmallCatalog.tracks(40)[22])
        (one.year, other.year) = (1999, 1999)
        #expect(try explain(one, other).text.contains("ame year (1999)"))
        (one.year, other.year) = (1999, 2002)
        let text = try explain(one, other).text
        #expect(text.contains("ame era (2002 and 1999)") || !text.contains("ame"))
        other.year = nil
        #expect(try !explain(one, other).text.contains("era"))
    }

    @Test func aFeatureThatOneSideLacksIsNeverMentioned() throws {
        var (one, other) = (SmallCatalog.tracks(40)[1], SmallCatalog.tracks(40)[1])
        one.features[.energy] = 0.9
        other.features[.energy] = nil
        other.artists = []
        other.name = "Other"
        let explanation = try explain(one, other)
        #expect(!explanation.features.contains { $0.name == "energy" })
        #expect(!explanation.text.contains("energy"))
    }

    @Test func valuesShownAreTheTracksOwn() throws {
        let (one, other) = (SmallCatalog.tracks(40)[1], SmallCatalog.tracks(40)[25])
        for match in try explain(one, other).features {
            let feature = try #require(AudioFeature(name: match.name))
            #expect(match.seed == one.features[feature])
            #expect(match.track == other.features[feature])
        }
    }
}

@Suite struct AnswerJSONTests {
    @Test func theAnswerHasTheShapeOfTheContract() throws {
        var tracks = SmallCatalog.tracks(60)
        tracks[3].name = "Quotes \" and \\ and\nlines \u{1} ünï"
        let catalog = try SmallCatalog(tracks)
        let answer = try Recommender(catalog.serving).recommend(.init(seeds: [catalog.reference(3)]))
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(answer.json(id: "r1"))) as? [String: Any])
        #expect(Set(json.keys) == ["recommendation_id", "index", "seeds", "pool", "items"])
        let seed = try #require((json["seeds"] as? [[String: Any]])?.first)
        let track = try #require(seed["track"] as? [String: Any])
        #expect(track["name"] as? String == tracks[3].name)
        #expect(
            Set(track.keys) == [
                "id", "url", "name", "artists", "artist_ids", "album", "year", "duration_ms", "popularity",
            ])
        let items = try #require(json["items"] as? [[String: Any]])
        #expect(items.count == 20)
        for (place, item) in items.enumerated() {
            #expect(item["rank"] as? Int == place + 1)
            let score = try #require(item["score"] as? Double)
            let explanation = try #require(item["explanation"] as? [String: Any])
            let blocks = try #require(explanation["blocks"] as? [[String: Any]])
            #expect(abs(blocks.compactMap { $0["contribution"] as? Double }.reduce(0, +) - score) < 1e-4)
            #expect((explanation["features"] as? [Any])?.count ?? 0 <= 3)
        }
        let pool = try #require(json["pool"] as? [String: Any])
        #expect(
            Set(pool.keys) == [
                "searched", "candidates", "after_rules", "after_cooldown", "after_duplicates", "after_artist_cap",
                "returned", "relaxed",
            ])
    }

    @Test(arguments: [
        (0.0, "0"), (1.0, "1"), (-1.5, "-1.5"), (0.123_456_7, "0.123457"), (0.000_001, "0.000001"), (-0.000_000_1, "0"),
        (123.25, "123.25"), (.nan, "null"), (.infinity, "null"),
    ])
    func numbersAreRoundedToSixDecimals(_ number: Double, _ text: String) {
        var bytes: [UInt8] = []
        JSONBytes.append(rounded: number, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }
}
