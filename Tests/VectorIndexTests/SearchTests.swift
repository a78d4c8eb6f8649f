import Testing
import VectorIndex

struct SearchTests {
    let set = VectorSet(count: 2000, dimension: 32)

    @Test(arguments: [1, 40])
    func searchReturnsTheVectorItself(lists: Int) throws {
        let index = try makeIndex(of: set, lists: lists)
        for row in stride(from: 0, to: set.count, by: 97) {
            let best = try index.search(set[row].span, k: 1, probes: 1).neighbors
            #expect(best.map(\.id) == [set.ids[row]])
            #expect(abs(best[0].score - 1) < 1e-5)
        }
    }

    @Test(arguments: [1, 40], [1, 10, 100, 1000])
    func probingEveryListEqualsBruteForce(lists: Int, k: Int) throws {
        let index = try makeIndex(of: set, lists: lists)
        let queries = VectorSet(count: 10, dimension: 32, seed: 2)
        for row in 0..<queries.count {
            let result = try index.search(queries[row].span, k: k, probes: lists)
            // Scores closer than rounding may come in another order, so ranks are compared by score.
            let expected = set.nearest(queries[row], k: k).map { dot(set[Int($0 - 5) / 3], queries[row]) }
            #expect(result.neighbors.count == k)
            #expect(zip(result.neighbors, expected).allSatisfy { abs($0.score - $1) < 1e-5 })
            #expect(result.comparedCount == set.count)
        }
    }

    @Test func recallRisesWithTheProbesAndTheWorkWithIt() throws {
        let index = try makeIndex(of: set, lists: 40)
        let queries = VectorSet(count: 50, dimension: 32, seed: 3)
        var recalls: [Double] = []
        var work: [Int] = []
        for probes in [1, 8, 40] {
            let results = try index.searchBatch(queries.floats.span, k: 10, probes: probes)
            let found = zip(results, 0...).map { result, row in
                Set(result.neighbors.map(\.id)).intersection(set.nearest(queries[row], k: 10)).count
            }
            recalls.append(Double(found.reduce(0, +)) / Double(queries.count * 10))
            work.append(results.reduce(0) { $0 + $1.comparedCount })
        }
        #expect(recalls == recalls.sorted() && work == work.sorted())
        #expect(recalls[1] > 0.9 && recalls[2] > 0.999)
        #expect(work[0] * 5 < work[2])
    }

    @Test func neighborsComeBestFirst() throws {
        let result = try makeIndex(of: set, lists: 10).search(set[3].span, k: 500, probes: 10)
        #expect(zip(result.neighbors, result.neighbors.dropFirst()).allSatisfy { $0.score >= $1.score })
        #expect(Set(result.neighbors.map(\.id)).count == 500)
    }

    @Test(arguments: SearchKernel.allCases.filter(\.isAvailable))
    func equalScoresComeByRisingID(kernel: SearchKernel) throws {
        let vector = VectorSet(count: 1, dimension: 37)[0]
        var builder = try VectorIndexBuilder(VectorIndexParameters(dimension: 37), kernel: kernel)
        let ids = (0..<300).map { Int64(($0 * 7919) % 300) }
        for id in ids {
            try builder.add(ids: [id].span, vectors: vector.span)
        }
        let index = try builder.finish()
        for k in [1, 10, 37, 300] {
            #expect(try index.search(vector.span, k: k, probes: 1).neighbors.map(\.id) == (0..<Int64(k)).map { $0 })
        }
    }

    @Test func aBatchEqualsSingleSearches() throws {
        let index = try makeIndex(of: set, lists: 20)
        let queries = VectorSet(count: 64, dimension: 32, seed: 4)
        let singles = try (0..<64).map { try index.search(queries[$0].span, k: 20, probes: 4) }
        for threads in [1, 2, 7] {
            #expect(try index.searchBatch(queries.floats.span, k: 20, probes: 4, threads: threads) == singles)
        }
        #expect(try index.searchBatch([Float]().span, k: 20, probes: 4).isEmpty)
    }

    @Test func aResultIsReusedWithoutRemains() throws {
        let index = try makeIndex(of: set)
        var result = try index.search(set[0].span, k: 100, probes: 1)
        try index.search(set[1].span, k: 3, probes: 1, into: &result)
        #expect(try result == index.search(set[1].span, k: 3, probes: 1))
    }

    @Test func askingForMoreThanThereIsGivesWhatThereIs() throws {
        let few = VectorSet(count: 7, dimension: 8)
        let index = try makeIndex(of: few, lists: 2)
        for k in [7, 8, 1_000_000, .max] {
            #expect(try index.search(few[0].span, k: k, probes: .max).neighbors.count == 7)
        }
    }

    @Test func anEmptyIndexFindsNothing() throws {
        let index = try VectorIndexBuilder(VectorIndexParameters(dimension: 4)).finish()
        let result = try index.search([1, 0, 0, 0].span, k: 5, probes: 1)
        #expect(result == SearchResult(neighbors: [], comparedCount: 0))
        #expect(index.count == 0 && index.listCount == 1)
    }

    @Test func badQueriesAreRefusedByName() throws {
        let index = try makeIndex(of: set)
        let good = set[0]
        var bad = good
        bad[3] = .nan
        #expect(throws: VectorIndexError.invalidArgument("the query has 31 dimensions where the index has 32")) {
            try index.search(Array(good.dropLast()).span, k: 1, probes: 1)
        }
        #expect(throws: VectorIndexError.self) { try index.search(bad.span, k: 1, probes: 1) }
        #expect(throws: VectorIndexError.self) { try index.search(good.span, k: 0, probes: 1) }
        #expect(throws: VectorIndexError.self) { try index.search(good.span, k: -4, probes: 1) }
        #expect(throws: VectorIndexError.self) { try index.search(good.span, k: 1, probes: 0) }
        #expect(throws: VectorIndexError.self) { try index.searchBatch(good.span, k: 1, probes: 1, threads: 0) }
        #expect(throws: VectorIndexError.self) { try index.searchBatch((good + [1]).span, k: 1, probes: 1) }
    }

    @Test func searchThreadsMustBeAtLeastOne() throws {
        #expect(throws: VectorIndexError.self) { try setSearchThreads(0) }
        #expect(throws: VectorIndexError.self) { try setSearchThreads(-1) }
        try setSearchThreads(1)
    }
}
