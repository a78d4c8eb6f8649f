import Catalog
import Features
import IndexLifecycle
import Recommendation
import Testing

@testable import Evaluation

/// The space of one fold of the demo catalog, made once.
private enum SampleFold {
    struct Made: Sendable {
        var catalog: EvaluationCatalog
        var training: [Int]
        var serving: ServingCatalog
        var listings: [Int32]
        var factors: UnitFactors
    }

    private static let making = Task {
        let catalog = try await SampleCatalog.catalog()
        var facts = try SnapshotBuilder(spoolingInto: nil)
        for track in catalog.tracks { try facts.append(track) }
        let training = Array(0..<150)
        let space = try FoldSpace(
            catalog, facts: facts.columnFile(), fold: 0, training: training, options: BuildOptions(),
            progress: { _ in })
        return Made(
            catalog: catalog, training: training, serving: space.serving, listings: space.listings,
            factors: UnitFactors(space.factors))
    }

    static func made() async throws -> Made { try await making.value }
}

@Suite("The space of a fold") struct FoldTests {
    @Test func itIsTaughtByItsTrainingPlaylistsAlone() async throws {
        let fold = try await SampleFold.made()
        #expect(fold.serving.space.fittedPlaylists <= fold.training.count)
        let listed = Set(fold.training.flatMap { fold.catalog.playlists[$0].items })
        for item in 0..<fold.catalog.items.count {
            #expect((fold.listings[item] > 0) == listed.contains(ItemTable.Item(item)))
        }
    }

    @Test func factorsExistForListedRecordingsAlone() async throws {
        let fold = try await SampleFold.made()
        for item in fold.catalog.eligible {
            let row = fold.factors.row(ofRecording: fold.catalog.items.recordings[Int(item)])
            #expect((row != nil) == (fold.listings[Int(item)] > 0))
            guard let row else { continue }
            let length = row.reduce(0) { $0 + Double($1) * Double($1) }
            #expect(abs(length - 1) < 1e-4 || length == 0)
        }
    }

    @Test func familiarityFollowsListings() async throws {
        let fold = try await SampleFold.made()
        let ordered = try fold.catalog.eligible.sorted { fold.listings[Int($0)] < fold.listings[Int($1)] }
            .map { item in
                let handle = try #require(fold.serving.track(fold.catalog.representative(of: item).id))
                return fold.serving.snapshot(handle).familiarity(handle.row)
            }
        #expect(ordered == ordered.sorted())
        #expect(ordered.first == 0 && (ordered.last ?? 0) > 0.9)
    }

    @Test func tracksOutsideTheUniverseHaveNoVector() async throws {
        let full = try await SampleCatalog.catalog()
        let tracks = full.tracks.prefix(200).enumerated().map { place, track in
            var track = track
            if place % 4 == 0 { track.features = AudioFeatures() }
            return track
        }
        let catalog = EvaluationCatalog(tracks: tracks, playlists: [contents(1, tracks.map(\.id.rawValue))])
        var facts = try SnapshotBuilder(spoolingInto: nil)
        for track in tracks { try facts.append(track) }
        let space = try FoldSpace(
            catalog, facts: facts.columnFile(), fold: 0, training: [0], options: BuildOptions(), progress: { _ in })
        for track in tracks {
            let handle = try #require(space.serving.track(track.id))
            let item = try #require(catalog.items.item(of: track.id))
            #expect((space.serving.vector(handle) != nil) == catalog.isEligible[Int(item)])
        }
    }

    @Test func theServiceAnswersWithItsOwnRecommender() async throws {
        let fold = try await SampleFold.made()
        let method = ServiceMethod(catalog: fold.catalog, serving: fold.serving)
        let items = fold.catalog.eligibleItems(of: fold.catalog.playlists[160])
        let queries = Query.make(playlist: 160, named: "x", fold: 0, items: items, seeds: [3])
        let query = try #require(queries.first)
        var request = RecommendationRequest(
            seeds: query.seeds.map { .init(kind: .track, id: fold.catalog.representative(of: $0).externalIDs[0]) })
        request.k = 100
        let answer = try Recommender(fold.serving).recommend(request)
        #expect(try method.answer(query) == method.items(of: answer))
        var cosine = method
        cosine.strategy = .cosine
        #expect(try cosine.answer(query) != method.answer(query))
    }

    @Test func whatServesIsLimitedToTheUniverse() async throws {
        let fold = try await SampleFold.made()
        let tracks = fold.catalog.tracks.map { track in
            var track = track
            if track.id.rawValue % 2 == 0 { track.features = AudioFeatures() }
            return track
        }
        let half = EvaluationCatalog(tracks: tracks, playlists: [])
        let limited = fold.serving.limited(to: half)
        for track in tracks.prefix(300) {
            let item = try #require(half.items.item(of: track.id))
            #expect((limited.track(track.id) != nil) == half.isEligible[Int(item)])
        }
    }

    @Test func anExplanationOfOneBlockIsNoObservation() throws {
        let observation = Faithfulness.Observation(first: .init([1, 2], [3, 4]), last: .init([1, 2], [1, 2]))
        #expect(Faithfulness([], resamples: 10) == nil)
        let seen = try #require(Faithfulness(Array(repeating: observation, count: 5), resamples: 10))
        #expect(seen.answers == 5 && seen.firstChangesMore == 1 && seen.equal == 0)
        #expect(abs(seen.difference.mean - 1) < 1e-9 && abs(seen.changeWithoutLast.mean) < 1e-9)
        #expect(seen.keptWithoutFirst == 0 && seen.keptWithoutLast == 1)
    }

    @Test func twoGenerationsOfOneSpaceAreEqual() async throws {
        let fold = try await SampleFold.made()
        let comparison = GenerationComparison(candidate: fold.serving, current: fold.serving)
        let tracks = fold.catalog.playlists[160].tracks
        let question = try #require(
            comparison.query(PlaylistContents(id: PlaylistID(rawValue: 1), tracks: tracks)))
        #expect(question.seeds.count == 5)
        for aspect in QualityGate.Aspect.allCases {
            let pair = try comparison.compare(question, aspect)
            #expect(pair.candidate == pair.current)
        }
        let short = PlaylistContents(id: PlaylistID(rawValue: 1), tracks: Array(tracks.prefix(9)))
        #expect(comparison.query(short) == nil)
        let strangers = PlaylistContents(
            id: PlaylistID(rawValue: 1), tracks: (1...20).map { TrackID(rawValue: 1_000_000 + $0) })
        #expect(comparison.query(strangers) == nil)
    }

    @Test func aCandidateThatCannotAnswerScoresNothing() async throws {
        let fold = try await SampleFold.made()
        let tracks = fold.catalog.playlists[160].tracks
        let seeds = Array(tracks.prefix(5))
        let targets = Set(
            tracks.dropFirst(5).compactMap(fold.serving.track).map {
                fold.serving.snapshot($0).recording($0.row)
            })
        let strangers = GenerationComparison.Question(
            seeds: (1...5).map { TrackID(rawValue: 1_000_000 + $0) }, targets: targets)
        let comparison = GenerationComparison(candidate: fold.serving, current: fold.serving)
        #expect(try comparison.compare(strangers, .served) == .init(candidate: 0, current: 0))
        let known = GenerationComparison.Question(seeds: seeds, targets: targets)
        #expect(try comparison.compare(known, .served).candidate > 0)
    }
}
