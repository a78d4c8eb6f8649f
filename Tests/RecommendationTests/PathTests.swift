import Catalog
import Features
import Foundation
import Recommendation
import Testing

@Suite struct PathTests {
    let catalog: SmallCatalog

    init() throws { catalog = try SmallCatalog.listened.get() }

    func path(_ from: Int, _ to: Int, _ steps: Int) throws -> PathAnswer {
        try Recommender(catalog.serving).path(
            from: catalog.reference(from), to: catalog.reference(to), steps: steps)
    }

    func number(_ track: TrackHandle) -> Int { Int(catalog.serving.id(track).rawValue - 1) / 2 }

    func vector(_ number: Int) throws -> [Float] {
        try #require(catalog.vectorizer.vector(for: catalog.tracks[number])).values
    }

    /// The cosine of the first as a query, which has no padding, with the other as stored.
    func cosine(_ one: Int, _ other: Int) throws -> Float {
        var query = try vector(one)
        if let padding = catalog.serving.space.padding { query[padding] = 0 }
        let length = query.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return zip(query, try vector(other)).reduce(0) { $0 + $1.0 * $1.1 } / length
    }

    @Test(arguments: [(3, 400, 1), (3, 400, 5), (10, 333, 12), (599, 0, 20)])
    func thePathLeadsToItsEndInStepsThatAddUp(_ from: Int, _ to: Int, _ steps: Int) throws {
        let answer = try path(from, to, steps)
        #expect(answer.reason == nil)
        #expect(answer.steps.count == steps + 1)
        #expect(number(answer.from) == from)
        #expect(try number(#require(answer.steps.last).track) == to)
        var before = from
        for step in answer.steps {
            #expect(abs(step.similarity - (try cosine(before, number(step.track)))) < 1e-4)
            #expect(abs(step.explanation.parts.reduce(0) { $0 + $1.contribution } - step.similarity) < 1e-4)
            before = number(step.track)
        }
    }

    @Test func noTrackComesTwiceAndTheEndsOnlyAtTheEnds() throws {
        for (from, to) in [(3, 400), (77, 500), (250, 9)] {
            let tracks = try [from] + path(from, to, 15).steps.map { number($0.track) }
            #expect(Set(tracks).count == tracks.count)
        }
    }

    @Test func stepsAreSmallerThanTheLeap() throws {
        for (from, to) in [(3, 400), (77, 500), (250, 9)] {
            let answer = try path(from, to, 10)
            let mean = answer.steps.reduce(0) { $0 + $1.similarity } / Float(answer.steps.count)
            #expect(try mean > cosine(from, to) + 0.1)
        }
    }

    @Test func thePathMovesFromOneEndToTheOther() throws {
        let answer = try path(3, 400, 9)
        let between = answer.steps.dropLast().map { number($0.track) }
        let (early, late) = (between.prefix(3), between.suffix(3))
        #expect(try early.reduce(0) { try $0 + cosine($1, 3) } > late.reduce(0) { try $0 + cosine($1, 3) })
        #expect(try late.reduce(0) { try $0 + cosine($1, 400) } > early.reduce(0) { try $0 + cosine($1, 400) })
    }

    @Test func aCatalogOfTwoTracksHasNothingBetweenAndSaysSo() throws {
        let small = try SmallCatalog(SmallCatalog.tracks(2))
        let answer = try Recommender(small.serving).path(from: small.reference(0), to: small.reference(1), steps: 4)
        #expect(answer.steps.count == 1)
        #expect(try #require(answer.reason).contains("0 of 4"))
    }

    @Test func aPathFromATrackToItselfSaysSo() throws {
        let answer = try path(3, 3, 4)
        #expect(answer.steps.count == 1)
        #expect(answer.steps[0].similarity > 0.9)
        #expect(answer.reason == "from and to are the same track")
    }

    @Test func anEndThatTheCatalogLacksIsNamed() throws {
        let stranger = EntityReference(kind: .track, id: .spotify("0000QuApNltQzqS5ROXcQ7"))
        #expect(throws: RecommendationError.unknownSeeds([stranger])) {
            try Recommender(catalog.serving).path(from: catalog.reference(1), to: stranger, steps: 3)
        }
    }

    @Test func theAnswerHasItsShape() throws {
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(path(3, 400, 2).json())) as? [String: Any])
        #expect(Set(json.keys) == ["index", "from", "to", "items", "reason"])
        let items = try #require(json["items"] as? [[String: Any]])
        #expect(items.map { $0["step"] as? Int } == [1, 2, 3])
        #expect(Set(items[0].keys) == ["step", "track", "similarity", "explanation"])
    }
}

@Suite struct SimilarArtistsTests {
    let catalog: SmallCatalog
    let artist = EntityReference(kind: .artist, id: ExternalID(namespace: "test", value: "a5"))

    init() throws { catalog = try SmallCatalog.listened.get() }

    func similar(_ number: Int, k: Int) throws -> ArtistsAnswer {
        let members = catalog.tracks.filter { $0.artists[0].id.rawValue == Int64(number) }.map(\.id)
        return try Recommender(catalog.serving).similarArtists(to: artist, members: members, k: k)
    }

    @Test func theArtistItselfIsLeftOutAndTheRestIsRanked() throws {
        let answer = try similar(5, k: 59)
        let ids = answer.items.map { answer.snapshot.artistID($0.artist).rawValue }
        #expect(Set(ids) == Set(0..<60).subtracting([5]))
        #expect(answer.items.map(\.score) == answer.items.map(\.score).sorted(by: >))
        #expect(try answer.snapshot.artistID(#require(answer.artist)).rawValue == 5)
    }

    @Test func contributionsSumToTheScore() throws {
        for item in try similar(5, k: 20).items {
            #expect(abs(item.parts.reduce(0) { $0 + $1.contribution } - item.score) < 1e-4)
            #expect(!item.text.isEmpty)
        }
    }

    @Test func artistsOnTheSamePlaylistsComeFirst() throws {
        // Artists 3, 4 and 5 fill the stretch of one theme.
        let first = try similar(4, k: 2)
        #expect(Set(first.items.map { first.snapshot.artistID($0.artist).rawValue }) == [3, 5])
    }

    @Test func theAnswerHasItsShape() throws {
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(similar(5, k: 3).json())) as? [String: Any])
        #expect(Set(json.keys) == ["index", "artist", "items"])
        #expect((json["artist"] as? [String: Any])?["name"] as? String == "Artist 5")
        #expect((json["items"] as? [[String: Any]])?.count == 3)
    }

    @Test func anArtistWithoutTracksIsRefused() throws {
        #expect(throws: RecommendationError.emptySeeds([artist])) {
            try Recommender(catalog.serving).similarArtists(to: artist, members: [], k: 3)
        }
    }
}
