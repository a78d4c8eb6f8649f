import Testing

@testable import Evaluation

@Suite("Queries") struct QueryTests {
    private let items = (0..<20).map(Int32.init)

    private func make(_ count: Int, _ seeds: [Int] = [1, 5, 10], named key: String = "p") -> [Query] {
        Query.make(playlist: 0, named: key, fold: 0, items: Array(items.prefix(count)), seeds: seeds)
    }

    @Test func seedsAndTargetsPartThePlaylist() {
        for query in make(20) {
            #expect(query.seeds.count == query.k)
            #expect((query.seeds + query.targets).sorted() == items)
            #expect(query.targets == query.targets.sorted())
        }
    }

    @Test func moreSeedsBeginWithTheSameOnes() {
        let queries = make(20)
        #expect(queries.map(\.k) == [1, 5, 10])
        #expect(Array(queries[2].seeds.prefix(5)) == queries[1].seeds)
        #expect(Array(queries[1].seeds.prefix(1)) == queries[0].seeds)
    }

    @Test func theNameAloneDecidesTheOrder() {
        #expect(make(20) == make(20))
        #expect(make(20) != make(20, named: "q"))
    }

    @Test(arguments: [(9, []), (10, [1, 5]), (14, [1, 5]), (15, [1, 5, 10])])
    func shortPlaylistsGiveFewerQueries(_ count: Int, _ expected: [Int]) {
        #expect(make(count).map(\.k) == expected)
    }

    @Test func everyPlaceCanBecomeASeed() {
        let first = Set((0..<400).flatMap { make(20, [1], named: "p\($0)").flatMap(\.seeds) })
        #expect(first == Set(items))
    }
}
