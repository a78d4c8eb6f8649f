import Catalog
import Testing
import VectorIndex

@testable import Evaluation

@Suite("Baselines") struct MethodTests {
    private let catalog: EvaluationCatalog

    init() {
        var generator = Xoshiro256(seed: 9)
        let tracks = (1...300).map { number in
            var made = track(Int64(number), energy: Float(generator.uniform()))
            for feature in [AudioFeature.valence, .tempo, .danceability] {
                made.features[feature] = Float(generator.uniform())
            }
            // Every tenth is not measured, and so never an answer.
            if number % 10 == 0 { made.features = AudioFeatures() }
            return made
        }
        catalog = EvaluationCatalog(tracks: tracks, playlists: [contents(1, 1...40), contents(2, 30...90)])
    }

    private func query(_ seeds: [ItemTable.Item], playlist: Int = 0) -> Query {
        let targets = catalog.eligible.filter { !seeds.contains($0) }.prefix(10)
        return Query(playlist: playlist, fold: 0, k: seeds.count, seeds: seeds, targets: Array(targets))
    }

    private var listings: [Int32] { (0..<catalog.items.count).map { Int32($0 * 7 % 50) } }

    @Test func popularityIsInOrderOfListings() throws {
        let popularity = PopularityMethod(catalog, listings: listings)
        let seed = try #require(popularity.answer([query([0])], progress: { _ in })[0].first)
        let list = popularity.answer([query([seed])], progress: { _ in })[0]
        #expect(list.count == Query.depth && !list.contains(seed))
        let counts = list.map { listings[Int($0)] }
        #expect(counts == counts.sorted(by: >))
        #expect(list.allSatisfy { catalog.isEligible[Int($0)] })
    }

    @Test func randomDiffersByPlaylistAndRepeats() {
        let random = RandomMethod(catalog: catalog)
        let seeds = Array(catalog.eligible.prefix(5))
        let lists = random.answer([query(seeds), query(seeds), query(seeds, playlist: 1)], progress: { _ in })
        #expect(lists[0] == lists[1] && lists[0] != lists[2])
        #expect(Set(lists[0]).count == Query.depth && Set(lists[0]).isDisjoint(with: seeds))
    }

    @Test func randomAnswersWithAllThereIs() {
        let few = EvaluationCatalog(tracks: (1...12).map { track(Int64($0)) }, playlists: [contents(1, 1...12)])
        let query = Query(playlist: 0, fold: 0, k: 2, seeds: [0, 1], targets: [2, 3, 4, 5, 6])
        #expect(RandomMethod(catalog: few).answer([query], progress: { _ in })[0].sorted() == Array(2..<12))
    }

    @Test func theExactMethodIsCosineByHand() throws {
        let sound = SoundTable(catalog)
        let exact = try ExactMethod(catalog.eligible, width: 9, threads: 2, vector: sound.row)
        let seeds = Array(catalog.eligible.prefix(5))
        let list = try exact.answer([query(seeds)], progress: { _ in })[0]
        let centroid = seeds.reduce(into: [Double](repeating: 0, count: 9)) { sum, seed in
            for (place, value) in sound.row(seed).enumerated() { sum[place] += Double(value) }
        }
        func score(_ item: ItemTable.Item) -> Double {
            zip(sound.row(item), centroid).reduce(0) { $0 + Double($1.0) * $1.1 }
        }
        let expected = catalog.eligible.filter { !seeds.contains($0) }.map(score).sorted(by: >).prefix(Query.depth)
        #expect(list.count == Query.depth)
        for (item, best) in zip(list, expected) { #expect(abs(score(item) - best) < 1e-4) }
    }

    @Test func manyQueriesAreAnsweredAsOneIs() throws {
        let exact = try ExactMethod(catalog.eligible, width: 9, threads: 2, vector: SoundTable(catalog).row)
        let queries = catalog.eligible.prefix(150).map { query([$0]) }
        var told = 0
        let lists = try exact.answer(queries) { told += $0 }
        #expect(told == 150)
        #expect(try exact.answer([queries[140]], progress: { _ in })[0] == lists[140])
    }

    @Test func itemsWithoutAVectorAreNeitherAskedNorAnswered() throws {
        let unit: [Float] = [1, 0]
        let exact = try ExactMethod(catalog.eligible, width: 2, threads: 1) { $0 % 2 == 0 ? unit[...] : nil }
        let (even, odd) = (catalog.eligible.filter { $0 % 2 == 0 }, catalog.eligible.filter { $0 % 2 == 1 })
        let lists = try exact.answer([query([even[0]]), query([odd[0]])], progress: { _ in })
        #expect(lists[0].allSatisfy { $0 % 2 == 0 } && !lists[0].isEmpty)
        #expect(lists[1].isEmpty)
        let nothing = try ExactMethod(catalog.eligible, width: 2, threads: 1) { _ in nil }
        #expect(try nothing.answer([query([even[0]])], progress: { _ in }) == [[]])
    }

    @Test func aFilterLimitsTheCandidates() throws {
        let exact = try ExactMethod(catalog.eligible, width: 9, threads: 1, vector: SoundTable(catalog).row)
        let allowed = catalog.eligible.suffix(30)
        let list = try exact.answer([query([catalog.eligible[0]])], filter: IDBitmap(ids: allowed.map(Int64.init)))[0]
        #expect(Set(list) == Set(allowed))
    }

    @Test func coldQueriesNeedThreeColdTargets() {
        var listings = [Int32](repeating: 1, count: catalog.items.count)
        let seeds = [catalog.eligible[20]]
        let asked = query(seeds)
        for target in asked.targets.prefix(2) { listings[Int(target)] = 0 }
        #expect(ColdQueries([asked], listings: listings, catalog).queries.isEmpty)
        listings[Int(asked.targets[2])] = 0
        let cold = ColdQueries([asked, asked], listings: listings, catalog)
        #expect(cold.places == [0, 1])
        #expect(cold.queries[0].targets == Array(asked.targets.prefix(3)))
    }

    @Test func standardisedSoundHasUnitRows() {
        let sound = SoundTable(catalog)
        for item in catalog.eligible {
            let length = sound.row(item).reduce(0) { $0 + Double($1) * Double($1) }
            #expect(abs(length - 1) < 1e-5)
        }
        let bare = (0..<catalog.items.count).map(ItemTable.Item.init).filter { !catalog.isEligible[Int($0)] }
        #expect(bare.count == 30)
        #expect(bare.allSatisfy { sound.row($0).allSatisfy { $0 == 0 } })
    }
}
