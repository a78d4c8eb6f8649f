import Foundation
import Testing

@testable import VectorIndex

struct StorageTests {
    let set = VectorSet(count: 800, dimension: 20)

    @Test(arguments: [1, 16], [false, true])
    func aSavedIndexAnswersAsBefore(lists: Int, mapped: Bool) throws {
        try withTemporaryDirectory { directory in
            let index = try makeIndex(of: set, lists: lists)
            try index.save(to: directory + "/index")
            let opened = try VectorIndex.open(path: directory + "/index", memoryMapped: mapped)
            #expect(opened.isMemoryMapped == mapped)
            #expect(opened.count == 800 && opened.dimension == 20 && opened.listCount == lists)
            #expect(
                try opened.searchBatch(set.floats.span, k: 20, probes: 3)
                    == index.searchBatch(set.floats.span, k: 20, probes: 3))
        }
    }

    @Test(arguments: [1, 16, 700], [false, true])
    func savingWhatWasOpenedGivesTheSameBytes(lists: Int, mapped: Bool) throws {
        try withTemporaryDirectory { directory in
            var builder = try makeBuilder(of: set, lists: lists)
            // With most lists empty, the sizes are written sparsely.
            let gone = Array(set.ids.dropFirst(90))
            try builder.remove(ids: gone.span)
            try builder.save(to: directory + "/first")
            try VectorIndex.open(path: directory + "/first", memoryMapped: mapped).save(to: directory + "/second")
            #expect(try bytes(of: directory + "/first") == bytes(of: directory + "/second"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).sorted() == ["first", "second"])
        }
    }

    @Test(arguments: [false, true])
    func anEmptyIndexIsSavedAndOpened(mapped: Bool) throws {
        try withTemporaryDirectory { directory in
            try VectorIndexBuilder(VectorIndexParameters(dimension: 3)).save(to: directory + "/empty")
            let opened = try VectorIndex.open(path: directory + "/empty", memoryMapped: mapped)
            #expect(try opened.search([1, 0, 0].span, k: 2, probes: 1).neighbors.isEmpty)
        }
    }

    @Test func aSavedIndexIsContinued() throws {
        try withTemporaryDirectory { directory in
            try makeBuilder(of: set, lists: 16).save(to: directory + "/index")
            var builder = try VectorIndexBuilder(opening: directory + "/index")
            let (old, new, vector) = ([set.ids[0]], [77_777] as [Int64], set[0])
            try builder.remove(ids: old.span)
            try builder.add(ids: new.span, vectors: vector.span)
            let index = try builder.finish()
            #expect(try index.search(set[0].span, k: 1, probes: 16).neighbors.first?.id == 77_777)
            #expect(try VectorIndex.open(path: directory + "/index").reconstruct(id: set.ids[0]) == set[0])
        }
    }

    @Test func aMappedIndexOutlivesTheReplacementOfItsFile() throws {
        try withTemporaryDirectory { directory in
            try makeBuilder(of: set, lists: 4).save(to: directory + "/index")
            let old = try VectorIndex.open(path: directory + "/index")
            let answers = try old.searchBatch(set.floats.span, k: 5, probes: 4)
            try makeBuilder(of: VectorSet(count: 3, dimension: 20, seed: 4)).save(to: directory + "/index")
            #expect(try old.searchBatch(set.floats.span, k: 5, probes: 4) == answers)
            #expect(try VectorIndex.open(path: directory + "/index").count == 3)
        }
    }

    @Test(arguments: [1, 4])
    func stockFaissReadsTheFileAndFindsTheSame(lists: Int) throws {
        try withTemporaryDirectory { directory in
            let index = try makeIndex(of: set, lists: lists)
            try index.save(to: directory + "/index")
            for row in 0..<10 {
                let ours = try index.search(set[row].span, k: 30, probes: 2).neighbors
                let stock = try CrossCheck.searchWithStockFaiss(
                    path: directory + "/index", query: set[row], k: 30, probes: 2)
                let through = try CrossCheck.searchThroughFaiss(index, query: set[row], k: 30, probes: 2)
                #expect(ours.map(\.id) == stock.map(\.id))
                #expect(zip(ours, stock).allSatisfy { abs($0.score - $1.score) < 1e-5 })
                #expect(ours.map(\.id) == through.map(\.id) && ours.map(\.score) == through.map(\.score))
            }
        }
    }

    @Test func pathsThatCannotBeUsedAreErrorsOfTheFileSystem() throws {
        let index = try makeIndex(of: set)
        func fails(_ body: () throws(VectorIndexError) -> Void) -> Bool {
            do {
                try body()
                return false
            } catch {
                if case .fileSystem = error { return true }
                return false
            }
        }
        #expect(fails { () throws(VectorIndexError) in _ = try VectorIndex.open(path: "/nowhere/index") })
        #expect(fails { () throws(VectorIndexError) in try index.save(to: "/nowhere/index") })
        #expect(fails { () throws(VectorIndexError) in try index.save(to: "/tmp/a\0b") })
        #expect(fails { () throws(VectorIndexError) in _ = try VectorIndex.open(path: "/tmp/a\0b") })
        #expect(throws: VectorIndexError.self) { try VectorIndex.open(path: "/tmp") }
        #expect(throws: VectorIndexError.self) { try VectorIndex.open(path: "/dev/zero") }
    }

    @Test func aDuplicateIDIsNotSaved() throws {
        try withTemporaryDirectory { directory in
            var builder = try makeBuilder(of: set)
            let (ids, vector) = ([set.ids[0]], set[1])
            try builder.add(ids: ids.span, vectors: vector.span)
            var refused = false
            do { try builder.save(to: directory + "/index") } catch { refused = true }
            #expect(refused)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
        }
    }
}
