import Testing
import VectorIndex

struct BuilderTests {
    let set = VectorSet(count: 600, dimension: 16)

    @Test func removedVectorsAreNeverFound() throws {
        var builder = try makeBuilder(of: set, lists: 6)
        let gone = set.ids.enumerated().filter { $0.offset % 3 == 0 }.map(\.element)
        let withUnknown = gone + [1_000_000]
        #expect(try builder.remove(ids: withUnknown.span) == gone.count)
        #expect(try builder.remove(ids: gone.span) == 0)
        #expect(builder.count == set.count - gone.count)
        let index = try builder.finish()
        let remaining = Set(set.ids).subtracting(gone)
        for row in [0, 3, 4, 300] {
            let found = try index.search(set[row].span, k: set.count, probes: 6).neighbors.map(\.id)
            #expect(Set(found) == remaining)
        }
    }

    @Test func aRemovedIDMayBeAddedAnew() throws {
        var builder = try makeBuilder(of: set)
        let (ids, vector) = ([set.ids[9]], set[10])
        try builder.remove(ids: ids.span)
        try builder.add(ids: ids.span, vectors: vector.span)
        #expect(try builder.finish().reconstruct(id: set.ids[9]) == set[10])
    }

    @Test func theSameSeedGivesTheSameListsWhateverTheThreads() throws {
        func results(threads: Int, seed: Int32) throws -> [SearchResult] {
            var builder = try VectorIndexBuilder(
                VectorIndexParameters(dimension: 16, listCount: 30, seed: seed, threads: threads))
            try builder.train(on: set.floats.span)
            try builder.add(ids: set.ids.span, vectors: set.floats.span)
            return try builder.finish().searchBatch(set.floats.span, k: 5, probes: 1)
        }
        let one = try results(threads: 1, seed: 7)
        #expect(try one == results(threads: 3, seed: 7))
        #expect(try one != results(threads: 1, seed: 8))
    }

    @Test func answersDoNotDependOnTheOrderOfAdding() throws {
        var builder = try VectorIndexBuilder(VectorIndexParameters(dimension: 16))
        for row in (0..<set.count).reversed() {
            let (ids, vector) = ([set.ids[row]], set[row])
            try builder.add(ids: ids.span, vectors: vector.span)
        }
        let reversed = try builder.finish()
        let forward = try makeIndex(of: set)
        for row in 0..<10 {
            let a = try reversed.search(set[row].span, k: 50, probes: 1).neighbors.map { [Float($0.id), $0.score] }
            let b = try forward.search(set[row].span, k: 50, probes: 1).neighbors.map { [Float($0.id), $0.score] }
            #expect(a == b)
        }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func valuesThatAreNotFiniteAreRefusedAndNothingIsAdded(value: Float) throws {
        var vectors = set.floats
        vectors[16 * 5 + 2] = value
        var builder = try VectorIndexBuilder(VectorIndexParameters(dimension: 16))
        var message = ""
        do {
            try builder.add(ids: set.ids.span, vectors: vectors.span)
        } catch {
            message = "\(error)"
        }
        #expect(message.contains("vector 5 holds a value at position 2"))
        #expect(builder.count == 0)
    }

    @Test func additionsThatDoNotFitAreRefused() throws {
        var builder = try VectorIndexBuilder(VectorIndexParameters(dimension: 16))
        func refuses(_ ids: [Int64], _ vectors: [Float]) -> Bool {
            do {
                try builder.add(ids: ids.span, vectors: vectors.span)
                return false
            } catch {
                return true
            }
        }
        #expect(refuses([1], Array(set[0].dropLast())))
        #expect(refuses([1, 2], set[0]))
        #expect(refuses([-1], set[0]))
        #expect(!refuses([], []))
        #expect(builder.count == 0)
    }

    @Test func anIDStoredTwiceIsNamedWhenFinishing() throws {
        var builder = try makeBuilder(of: set)
        let (ids, vector) = ([set.ids[3]], set[4])
        try builder.add(ids: ids.span, vectors: vector.span)
        var message = ""
        do {
            _ = try builder.finish()
        } catch {
            message = "\(error)"
        }
        #expect(message.contains("id \(set.ids[3]) is stored twice"))
    }

    @Test func trainingIsRefusedWhenItCannotWork() throws {
        func message(_ parameters: VectorIndexParameters, _ vectors: [Float]) -> String {
            do {
                var builder = try VectorIndexBuilder(parameters)
                try builder.train(on: vectors.span)
                return ""
            } catch {
                return "\(error)"
            }
        }
        let tooMany = VectorIndexParameters(dimension: 16, listCount: 601)
        #expect(message(tooMany, set.floats).contains("601 lists cannot be trained on 600 vectors"))
        #expect(!message(VectorIndexParameters(dimension: 16, listCount: 0), set.floats).isEmpty)
        #expect(!message(VectorIndexParameters(dimension: 0), []).isEmpty)
        #expect(!message(VectorIndexParameters(dimension: -3), []).isEmpty)
        #expect(!message(VectorIndexParameters(dimension: 16, listCount: 2, trainingIterations: 0), set.floats).isEmpty)
        #expect(!message(VectorIndexParameters(dimension: 16, listCount: 2, threads: 0), set.floats).isEmpty)
        #expect(!message(VectorIndexParameters(dimension: 16, listCount: 2), set[0] + [.nan]).isEmpty)
        #expect(message(VectorIndexParameters(dimension: 16, listCount: 600), set.floats).isEmpty)
    }

    @Test func addingToListsThatAreNotTrainedIsRefused() throws {
        var builder = try VectorIndexBuilder(VectorIndexParameters(dimension: 16, listCount: 4))
        var message = ""
        do {
            try builder.add(ids: set.ids.span, vectors: set.floats.span)
        } catch {
            message = "\(error)"
        }
        #expect(message.contains("train before adding"))
    }
}
