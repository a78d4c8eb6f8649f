import Catalog
import Recommendation
import Testing

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
