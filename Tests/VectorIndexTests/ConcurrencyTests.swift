import Foundation
import Synchronization
import Testing
import VectorIndex

struct ConcurrencyTests {
    @Test(arguments: [false, true])
    func searchesFromManyThreadsGiveTheAnswersOfOne(mapped: Bool) throws {
        let set = VectorSet(count: 1000, dimension: 33)
        try withTemporaryDirectory { directory in
            try makeBuilder(of: set, lists: 10).save(to: directory + "/index")
            let index = try VectorIndex.open(path: directory + "/index", memoryMapped: mapped)
            let expected = try index.searchBatch(set.floats.span, k: 12, probes: 3)
            let wrong = Atomic(0)
            DispatchQueue.concurrentPerform(iterations: 8) { worker in
                var result = SearchResult()
                for row in stride(from: worker, to: set.count, by: 4) {
                    try? index.search(set[row].span, k: 12, probes: 3, into: &result)
                    if result != expected[row] { wrong.add(1, ordering: .relaxed) }
                }
            }
            #expect(wrong.load(ordering: .relaxed) == 0)
        }
    }

    @Test func indexesOfDifferentDimensionsShareAThread() throws {
        let small = VectorSet(count: 50, dimension: 3)
        let large = VectorSet(count: 50, dimension: 130)
        let (smallIndex, largeIndex) = (try makeIndex(of: small, lists: 5), try makeIndex(of: large, lists: 7))
        for row in 0..<50 {
            #expect(try largeIndex.search(large[row].span, k: 9, probes: 7).neighbors.first?.id == large.ids[row])
            #expect(try smallIndex.search(small[row].span, k: 1, probes: 5).neighbors.first?.id == small.ids[row])
        }
    }
}
