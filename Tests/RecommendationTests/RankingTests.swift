import Catalog
import Testing
import VectorIndex

@testable import Recommendation

@Suite struct RankingTests {
    /// Tracks that differ in title alone have one vector, and so one score.
    @Test(arguments: RecommendationRequest.Strategy.allCases)
    func equalScoresAreOrderedByID(_ strategy: RecommendationRequest.Strategy) throws {
        var tracks = SmallCatalog.tracks(60)
        for copy in stride(from: 50, to: 30, by: -4) {
            let (id, externalIDs) = (tracks[copy].id, tracks[copy].externalIDs)
            tracks[copy] = tracks[12]
            tracks[copy].id = id
            tracks[copy].externalIDs = externalIDs
            tracks[copy].name = "Another \(copy)"
        }
        let catalog = try SmallCatalog(tracks)
        var request = RecommendationRequest(seeds: [catalog.reference(13)])
        request.strategy = strategy
        request.k = 59
        let items = try Recommender(catalog.serving).recommend(request).items
        let equal = items.filter { $0.score == items.first { catalog.number($0) == 12 }?.score }.map(catalog.number)
        #expect(equal == [12, 34, 38, 42, 46, 50])
    }

    @Test(arguments: RecommendationRequest.Strategy.allCases)
    func aShortAnswerIsTheBeginningOfALongOne(_ strategy: RecommendationRequest.Strategy) throws {
        let catalog = try SmallCatalog(SmallCatalog.tracks(600))
        var request = RecommendationRequest(seeds: [3, 77, 240].map(catalog.reference))
        request.strategy = strategy
        request.k = 100
        let long = try Recommender(catalog.serving).recommend(request).items
        #expect(long.map(\.score) == long.map(\.score).sorted(by: >))
        request.k = 7
        let short = try Recommender(catalog.serving).recommend(request).items
        #expect(short.map(\.track) == long.prefix(7).map(\.track))
    }
}

/// The heap that gives candidates out in their exact order while most of them have estimates.
@Suite struct EstimatedRankingTests {
    private let catalog: SmallCatalog
    private let query: [Float]
    private let exact: [Candidate]

    init() throws {
        catalog = try SmallCatalog(SmallCatalog.tracks(900))
        let segment = catalog.serving.segments[0]
        let seed = try #require(catalog.serving.direction(TrackHandle(segment: 0, row: 17)))
        query = seed
        let rows = (0..<900).filter { segment.snapshot.location($0) != nil }
        let locations = rows.compactMap { segment.snapshot.location($0) }
        let scores = try segment.index.scores(of: locations.span, query: seed.span)
        exact = rows.indices.map { place in
            var candidate = Candidate(
                track: TrackHandle(segment: 0, row: rows[place]), id: segment.snapshot.id(rows[place]).rawValue,
                location: locations[place], recording: UInt64(place), similarity: scores[place])
            candidate.popularity = Float(place % 7) / 50
            return candidate
        }
    }

    /// The candidates with similarities that are wrong by up to `error`, some of them exact nevertheless.
    private func estimated(_ error: Float, seed: UInt64) -> [Candidate] {
        var generator = SplitMix(state: seed)
        return exact.map { candidate in
            var candidate = candidate
            let chance = Float(generator.next() % 2_001) / 1_000 - 1
            guard abs(chance) < 0.9 else { return candidate }
            candidate.similarity += chance * error
            candidate.error = error
            return candidate
        }
    }

    @Test(arguments: [0, 0.001, 0.02, 0.5] as [Float], [1, 10, 100, 900])
    func estimatesChangeNoOrder(error: Float, count: Int) throws {
        var right = Ranking(exact, query: query, catalog: catalog.serving)
        var ranking = Ranking(estimated(error, seed: UInt64(count)), query: query, catalog: catalog.serving)
        let expected = try right.first(count)
        let found = try ranking.first(count)
        #expect(found.map(\.id) == expected.map(\.id))
        #expect(zip(found, expected).allSatisfy { abs($0.score - $1.score) < 1e-5 })
        #expect(found.allSatisfy { $0.error == 0 })
    }

    @Test func equalScoresAreOrderedByIDThoughSomeAreEstimates() throws {
        let crowd = (0..<300).map { number in
            var candidate = exact[40]
            candidate.id = Int64(number)
            if number % 4 == 0 { candidate.error = 0.25 }
            return candidate
        }
        var ranking = Ranking(crowd, query: query, catalog: catalog.serving)
        let ids = try ranking.first(300).map(\.id)
        #expect(ids == (0..<300).map(Int64.init))
    }

    @Test func whatIsFarFromTheTopIsNotScored() throws {
        var ranking = Ranking(estimated(0.001, seed: 5), query: query, catalog: catalog.serving)
        let first = try ranking.first(10)
        #expect(first.count == 10)
        #expect(ranking.rest.count { $0.error > 0 } > exact.count / 2)
    }

    private struct SplitMix: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = state
            word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
            return word ^ word >> 31
        }
    }
}
