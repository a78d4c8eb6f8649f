import Testing
import VectorIndex

struct FilterTests {
    let set = VectorSet(count: 1500, dimension: 24)

    @Test(arguments: [2, 3, 50, 700])
    func onlyAdmittedIDsAreFound(divisor: Int64) throws {
        let index = try makeIndex(of: set, lists: 12)
        let admitted = set.ids.filter { $0 % divisor == 0 }
        let filter = try IDBitmap(ids: admitted)
        let query = VectorSet(count: 1, dimension: 24, seed: 9)[0]
        let result = try index.search(query.span, k: 25, probes: 12, filter: filter)
        #expect(result.neighbors.map(\.id) == set.nearest(query, k: 25) { $0 % divisor == 0 })
        // A filter that admits much is asked after comparing, one that admits little before.
        #expect(result.comparedCount >= admitted.count)
        if divisor >= 50 { #expect(result.comparedCount == admitted.count) }
    }

    /// Around one in sixteen, where it changes when the filter is asked, and with more lists than tell which it is.
    @Test(arguments: [2, 3, 10, 15, 16, 17, 40] as [Int64], [1, 10, 300])
    func whenTheFilterIsAskedChangesNothing(divisor: Int64, k: Int) throws {
        let many = VectorSet(count: 8_000, dimension: 24)
        let index = try makeIndex(of: many, lists: 12)
        let filter = try IDBitmap(ids: many.ids.filter { $0 % divisor == 0 })
        for seed in [9, 10] as [UInt64] {
            let query = VectorSet(count: 1, dimension: 24, seed: seed)[0]
            let found = try index.search(query.span, k: k, probes: 12, filter: filter).neighbors.map(\.id)
            #expect(found == many.nearest(query, k: k) { $0 % divisor == 0 })
        }
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
