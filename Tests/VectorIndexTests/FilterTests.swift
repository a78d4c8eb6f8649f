import Testing
import VectorIndex

struct FilterTests {
    let set = VectorSet(count: 1500, dimension: 24)

    @Test(arguments: [2, 3, 50, 700])
    func onlyAdmittedIDsAreFoundAndCompared(divisor: Int64) throws {
        let index = try makeIndex(of: set, lists: 12)
        let admitted = set.ids.filter { $0 % divisor == 0 }
        let filter = try IDBitmap(ids: admitted)
        let query = VectorSet(count: 1, dimension: 24, seed: 9)[0]
        let result = try index.search(query.span, k: 25, probes: 12, filter: filter)
        #expect(result.neighbors.map(\.id) == set.nearest(query, k: 25) { $0 % divisor == 0 })
        #expect(result.comparedCount == admitted.count)
    }

    @Test func aFilterOfEverythingChangesNothing() throws {
        let index = try makeIndex(of: set, lists: 12)
        let all = try IDBitmap(ids: set.ids)
        #expect(
            try index.search(set[0].span, k: 40, probes: 3, filter: all)
                == index.search(set[0].span, k: 40, probes: 3))
    }

    @Test func anEmptyFilterAdmitsNothing() throws {
        let index = try makeIndex(of: set)
        for filter in [
            try IDBitmap(ids: []), IDBitmap(covering: 0..<100), IDBitmap(covering: Int64.max - 9..<Int64.max),
        ] {
            #expect(try index.search(set[0].span, k: 4, probes: 1, filter: filter) == SearchResult())
        }
    }

    @Test func batchesObeyTheFilterToo() throws {
        let index = try makeIndex(of: set, lists: 12)
        let filter = try IDBitmap(ids: set.ids.prefix(30))
        for result in try index.searchBatch(set.floats.span, k: 5, probes: 12, filter: filter, threads: 2) {
            #expect(result.neighbors.allSatisfy { filter.contains($0.id) } && result.neighbors.count == 5)
        }
    }
}
