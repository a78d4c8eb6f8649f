import Testing
import VectorIndex

/// Searches that codes decide alone.
struct CoarseSearchTests {
    let set = VectorSet(count: 6_000, dimension: 48)
    let queries = VectorSet(count: 12, dimension: 48, seed: 9)

    @Test(arguments: [1, 30], [10, 700])
    func scoresAreWrongByAtMostTheError(lists: Int, k: Int) throws {
        let index = try makeIndex(of: set, lists: lists)
        for number in 0..<queries.count {
            let query = queries[number]
            let result = try index.search(query.span, k: k, probes: lists, ranking: .coarse)
            #expect(result.neighbors.count == k)
            #expect(result.scoreError > 0 && result.scoreError < 0.05)
            let locations = result.neighbors.map(\.location)
            let exact = try index.scores(of: locations.span, query: query.span)
            #expect(zip(result.neighbors, exact).allSatisfy { abs($0.score - $1) <= result.scoreError })
            #expect(zip(result.neighbors, exact).contains { $0.score != $1 })
        }
    }

    @Test(arguments: [1, 30], [10, 700])
    func whatIsClearlyAmongTheBestIsFound(lists: Int, k: Int) throws {
        let index = try makeIndex(of: set, lists: lists)
        for number in 0..<queries.count {
            let query = queries[number]
            let exact = try index.search(query.span, k: k, probes: lists)
            let coarse = try index.search(query.span, k: k, probes: lists, ranking: .coarse)
            let found = Set(coarse.neighbors.map(\.id))
            let worst = try #require(exact.neighbors.last).score
            let clear = exact.neighbors.filter { $0.score > worst + 2 * coarse.scoreError }
            #expect(clear.allSatisfy { found.contains($0.id) })
            #expect(exact.neighbors.count { found.contains($0.id) } >= k * 7 / 10)
            #expect(coarse.comparedCount == exact.comparedCount)
        }
    }

    @Test func aFilterHoldsForCodesToo() throws {
        let index = try makeIndex(of: set, lists: 30)
        var filter = IDBitmap(covering: set.ids[0]..<set.ids[set.count - 1] + 1)
        for row in stride(from: 0, to: set.count, by: 3) { filter.insert(set.ids[row]) }
        let result = try index.search(queries[0].span, k: 500, probes: 30, filter: filter, ranking: .coarse)
        #expect(result.neighbors.count == 500)
        #expect(result.neighbors.allSatisfy { filter.contains($0.id) })
    }

    @Test func otherSearchesAreExact() throws {
        let index = try makeIndex(of: set, lists: 30)
        for ranking in [SearchRanking.exact, .unordered] {
            let result = try index.search(queries[0].span, k: 50, probes: 5, ranking: ranking)
            #expect(result.scoreError == 0)
        }
    }
}
