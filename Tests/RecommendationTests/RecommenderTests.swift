import Catalog
import Features
import Foundation
import Recommendation
import Rules
import Testing

@Suite struct RecommenderTests {
    let catalog: SmallCatalog

    init() throws { catalog = try SmallCatalog(SmallCatalog.tracks(600)) }

    func recommend(
        _ seeds: [Int], _ change: (inout RecommendationRequest) -> Void = { _ in }
    ) throws -> RecommendationAnswer {
        var request = RecommendationRequest(seeds: seeds.map(catalog.reference))
        change(&request)
        return try Recommender(catalog.serving).recommend(request)
    }

    /// The answer by brute force over all vectors, from nothing but the vectorizer.
    func exact(_ seeds: [Int]) throws -> [(number: Int, score: Float)] {
        let vectors = try catalog.tracks.map { try #require(catalog.vectorizer.vector(for: $0)).values }
        let mean = vectors[0].indices.map { i in seeds.reduce(Float(0)) { $0 + vectors[$1][i] } }
        let length = mean.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return vectors.enumerated().filter { !seeds.contains($0.offset) }.map { number, vector in
            (number, zip(vector, mean).reduce(Float(0)) { $0 + $1.0 * $1.1 } / length)
        }.sorted { $0.score > $1.score }
    }

    @Test(arguments: [[5], [5, 77], [1, 2, 3, 400]])
    func theNearestTracksComeFirst(_ seeds: [Int]) throws {
        let answer = try recommend(seeds) {
            $0.k = 30
            $0.strategy = .cosine
        }
        let expected = try exact(seeds).prefix(30)
        #expect(answer.items.count == 30)
        for (item, expected) in zip(answer.items, expected) { #expect(abs(item.score - expected.score) < 1e-5) }
        #expect(answer.items.map(\.score) == answer.items.map(\.score).sorted(by: >))
    }

    @Test func contributionsSumToTheScore() throws {
        for seed in stride(from: 0, to: 600, by: 37) {
            let answer = try recommend([seed, (seed + 91) % 600]) {
                $0.explain = .full
                $0.target = seed % 2 == 0 ? [.feature(.energy): 0.5] : [:]
            }
            for item in answer.items {
                let explanation = try #require(item.explanation)
                #expect(abs(explanation.parts.reduce(0) { $0 + $1.contribution } - item.score) < 1e-5)
                #expect(abs(explanation.seeds.reduce(0) { $0 + $1.share } - 1) < 1e-4)
                let audio = explanation.parts.first { $0.name == "audio" }?.contribution ?? 0
                #expect(abs(explanation.features.reduce(0) { $0 + $1.contribution } - audio) < 1e-4)
            }
        }
    }

    @Test func seedsAndExcludedTracksNeverComeBack() throws {
        let first = try recommend([10]) { $0.k = 5 }
        let best = first.items.map(catalog.number)
        let answer = try recommend([10]) {
            $0.k = 500
            $0.exclude = best.map(catalog.reference)
        }
        let numbers = Set(answer.items.map(catalog.number))
        #expect(numbers.isDisjoint(with: best))
        #expect(!numbers.contains(10))
        #expect(answer.items.count == 500)
    }

    @Test func anAnswerShorterThanAskedForSaysWhereTheRestWent() throws {
        let answer = try recommend([10]) { $0.k = 5_000 }
        #expect(answer.items.count == 599)
        #expect(answer.pool.candidates == 600)
        #expect(answer.pool.afterRules == 599)
        #expect(answer.pool.returned == 599)
    }

    @Test func duplicatesOfTheSeedAndOfEachOtherAreOneRecording() throws {
        var tracks = SmallCatalog.tracks(300)
        for (copy, original) in [(200, 7), (201, 7), (210, 8), (211, 8)] {
            let id = tracks[copy]
            tracks[copy] = tracks[original]
            tracks[copy].id = id.id
            tracks[copy].externalIDs = id.externalIDs
            tracks[copy].name = (tracks[original].name ?? "") + " - Remastered 2011"
        }
        let catalog = try SmallCatalog(tracks)
        let answer = try Recommender(catalog.serving).recommend(.init(seeds: [catalog.reference(7)]))
        let numbers = answer.items.map(catalog.number)
        #expect(Set(numbers).isDisjoint(with: [7, 200, 201]))
        #expect(Set(numbers).intersection([8, 210, 211]).count <= 1)
        #expect(answer.pool.afterDuplicates < answer.pool.afterRules)
    }

    @Test func everyTrackObeysBoundsAndFilter() throws {
        let rule = try RuleGroup(
            parsing: #"{"match":"any","conditions":[{"field":"genre","op":"eq","value":"ROCK"}]}"#)
        let answer = try recommend([10]) {
            $0.k = 200
            $0.minimum = [.feature(.tempo): 100]
            $0.maximum = [.feature(.tempo): 150, .year: 2000]
            $0.filter = rule
        }
        #expect(!answer.items.isEmpty)
        for item in answer.items {
            let track = catalog.tracks[catalog.number(item)]
            #expect(try (100...150).contains(#require(track.features[.tempo])))
            #expect(try #require(track.year) <= 2000)
            #expect(track.genres.contains("rock"))
        }
        let allowed = catalog.tracks.filter {
            (100...150).contains($0.features[.tempo] ?? 0) && ($0.year ?? 3000) <= 2000 && $0.genres.contains("rock")
        }
        #expect(answer.items.count == allowed.filter { $0.id.rawValue != 21 }.count)
    }

    @Test func noArtistExceedsTheCap() throws {
        let answer = try recommend([10]) {
            $0.k = 100
            $0.perArtist = 2
        }
        var counts: [Int: Int] = [:]
        for item in answer.items { counts[catalog.number(item) / 10, default: 0] += 1 }
        #expect(answer.items.count == 100)
        #expect(counts.values.allSatisfy { $0 <= 2 })
    }

    @Test func wishedValuesDrawTheAnswerTowardsThem() throws {
        func meanDistance(_ answer: RecommendationAnswer) throws -> Float {
            let distances = try answer.items.map {
                try abs(#require(catalog.tracks[catalog.number($0)].features[.energy]) - 0.9)
            }
            return distances.reduce(0, +) / Float(distances.count)
        }
        let plain = try recommend([10])
        let wished = try recommend([10]) { $0.target = [.feature(.energy): 0.9] }
        #expect(try meanDistance(wished) < meanDistance(plain))
        #expect(try #require(wished.items[0].explanation).parts.contains { $0.name == "target" })
    }

    @Test func aWeightOfZeroTakesABlockOutOfTheScore() throws {
        let answer = try recommend([10]) { $0.weights = [.era: 0, .artist: 0, .listeners: 3] }
        for item in answer.items {
            let parts = try #require(item.explanation).parts
            #expect(parts.filter { $0.name == "era" || $0.name == "artist" }.allSatisfy { $0.contribution == 0 })
        }
        #expect(throws: RecommendationError.nothingToCompare) {
            try recommend([10]) { request in for block in Block.allCases { request.weights[block] = 0 } }
        }
    }

    @Test func playlistsStandForTheirTracks() throws {
        let playlist = EntityReference(kind: .playlist, id: ExternalID(namespace: "test", value: "p"))
        let members = [3, 50, 120].map { catalog.tracks[$0].id }
        let asPlaylist = try Recommender(catalog.serving).recommend(
            .init(seeds: [playlist]), members: [playlist: members])
        let asTracks = try recommend([3, 50, 120])
        #expect(asPlaylist.items.map(\.track) == asTracks.items.map(\.track))
        #expect(asPlaylist.seeds.count == 3)
    }

    @Test func playlistsThatHoldNothingAreToldFromThoseOfWhichNothingIsKnown() throws {
        let empty = EntityReference(kind: .playlist, id: ExternalID(namespace: "test", value: "empty"))
        let strange = EntityReference(kind: .playlist, id: ExternalID(namespace: "test", value: "strange"))
        let members = [empty: [], strange: [TrackID(rawValue: 9_999_999)]]
        let recommender = Recommender(catalog.serving)
        #expect(throws: RecommendationError.emptySeeds([empty])) {
            try recommender.recommend(.init(seeds: [empty]), members: members)
        }
        #expect(throws: RecommendationError.seedsWithoutFeatures([strange])) {
            try recommender.recommend(.init(seeds: [empty, strange]), members: members)
        }
        let answer = try recommender.recommend(.init(seeds: [empty, catalog.reference(1)]), members: members)
        #expect(!answer.items.isEmpty)
    }

    @Test func unknownSeedsAreNamed() throws {
        let stranger = EntityReference(kind: .track, id: .spotify("0000QuApNltQzqS5ROXcQ7"))
        #expect(throws: RecommendationError.unknownSeeds([stranger])) {
            try Recommender(catalog.serving).recommend(.init(seeds: [catalog.reference(1), stranger]))
        }
    }

    @Test func aTrackOfWhichNothingIsKnownCannotBeASeedNorAnAnswer() throws {
        var tracks = SmallCatalog.tracks(50)
        tracks[20] = CatalogTrack(id: tracks[20].id, externalIDs: tracks[20].externalIDs, name: "Unknown")
        let catalog = try SmallCatalog(tracks)
        let seed = catalog.reference(20)
        #expect(throws: RecommendationError.seedsWithoutFeatures([seed])) {
            try Recommender(catalog.serving).recommend(.init(seeds: [seed]))
        }
        var request = RecommendationRequest(seeds: [catalog.reference(1)])
        request.k = 100
        let answer = try Recommender(catalog.serving).recommend(request)
        #expect(answer.items.count == 48)
    }

    @Test func theSameRequestHasTheSameAnswer() throws {
        let (one, other) = (try recommend([10, 20]), try recommend([10, 20]))
        #expect(one.json(id: "x") == other.json(id: "x"))
    }
}

@Suite struct NarrowFilterTests {
    /// With inverted lists, a filter that few tracks pass must not cost answers: the search widens until it is exact.
    @Test(arguments: [1, 7, 60, 900, 2_500])
    func everyAllowedTrackIsFoundHoweverFewThereAre(_ allowed: Int) throws {
        let catalog = try SmallCatalog(SmallCatalog.tracks(6_000), lists: 64, probes: 1)
        var request = RecommendationRequest(seeds: [catalog.reference(5)])
        request.k = 10_000
        request.maximum = [.popularity: 100]
        let rule = #"{"match":"all","conditions":[{"field":"year","op":"exists"}]}"#
        request.filter = try RuleGroup(parsing: rule)
        request.exclude = []
        let names = catalog.tracks.filter { $0.year != nil && $0.id != catalog.tracks[5].id }.prefix(allowed)
        let lists = stride(from: 0, to: names.count, by: 1_000).map { start in
            let titles = names.dropFirst(start).prefix(1_000).compactMap(\.name).map { "\"\($0)\"" }
            return #"{"field":"name","op":"in","value":[\#(titles.joined(separator: ","))]}"#
        }
        request.filter = try RuleGroup(parsing: #"{"match":"any","conditions":[\#(lists.joined(separator: ","))]}"#)
        let answer = try Recommender(catalog.serving).recommend(request)
        #expect(Set(answer.items.map(catalog.number)) == Set(names.map { Int($0.id.rawValue - 1) / 2 }))
    }
}

@Suite struct SegmentTests {
    @Test func laterSegmentsReplaceHiddenRows() throws {
        let tracks = SmallCatalog.tracks(100)
        let base = try SmallCatalog(tracks)
        var changed = tracks[30]
        changed.name = "Renamed"
        var new = tracks[31]
        new.id = TrackID(rawValue: 1_000)
        new.externalIDs = [ExternalID(namespace: "test", value: "new")]
        new.name = "Brand new"
        let live = try SmallCatalog.segment([changed, new], base.vectorizer)
        var hidden = RowSet(rowCount: 100)
        hidden.insert(30)
        hidden.insert(40)
        let serving = ServingCatalog(
            generation: base.serving.generation, space: base.serving.space,
            segments: [base.serving.segments[0].hiding(hidden), live])
        #expect(serving.track(tracks[40].id) == nil)
        #expect(serving.track(tracks[30].id)?.segment == 1)
        var request = RecommendationRequest(seeds: [base.reference(31)])
        request.k = 500
        let answer = try Recommender(serving).recommend(request)
        let titles = answer.items.map { serving.snapshot($0.track).title($0.track.row) }
        #expect(titles.filter { $0 == "Renamed" }.count == 1)
        #expect(!titles.contains("Track 30"))
        #expect(!titles.contains("Track 40"))
        #expect(titles.contains("Brand new"))
        let ofNew = try Recommender(serving).recommend(
            .init(seeds: [EntityReference(kind: .track, id: ExternalID(namespace: "test", value: "new"))]))
        #expect(ofNew.items.first.map { serving.snapshot($0.track).title($0.track.row) } == "Track 31")
    }
}
