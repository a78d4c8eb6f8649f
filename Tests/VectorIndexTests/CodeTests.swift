import Testing

@testable import VectorIndex

/// The pass over eight-bit codes: what it says of a vector is within its bound, and no answer shows that it was there.
struct CodeTests {
    static let kernels = SearchKernel.allCases.filter(\.isAvailable)

    @Test(arguments: kernels)
    func everyDimensionAlignmentAndCountIsWithinTheBoundAndTheSameForEveryKernel(kernel: SearchKernel) throws {
        for dimension in 1...200 {
            let query = VectorSet(count: 1, dimension: dimension, seed: 5)[0]
            let vectors = VectorSet(count: 1 + dimension * 7 % 83, dimension: dimension, seed: 6)
            let (scores, bound) = try CrossCheck.codedProducts(
                kernel: kernel, query: query, vectors: vectors.floats, misalignment: dimension % 67)
            let scalar = try CrossCheck.codedProducts(
                kernel: .scalar, query: query, vectors: vectors.floats, misalignment: 0)
            #expect(scores == scalar.scores && bound == scalar.bound, "dimension \(dimension)")
            #expect(bound < 0.02, "dimension \(dimension)")
            for row in 0..<vectors.count {
                #expect(abs(Double(scores[row] - dot(vectors[row], query))) <= bound, "dimension \(dimension)")
            }
        }
    }

    @Test func sumsOfManyDimensionsStayWithinTheirBits() throws {
        for dimension in [1_000, 20_000, 65_536] {
            let extreme = (0..<dimension).map { _ in Float(1) }
            for kernel in Self.kernels {
                let (scores, bound) = try CrossCheck.codedProducts(
                    kernel: kernel, query: extreme, vectors: extreme + extreme.map { -$0 }, misalignment: 0)
                #expect(abs(Double(scores[0]) - Double(dimension)) <= bound)
                #expect(abs(Double(scores[1]) + Double(dimension)) <= bound)
            }
        }
    }

    @Test(arguments: kernels, [1, 12])
    func twoPassesGiveExactlyWhatOneDoes(kernel: SearchKernel, lists: Int) throws {
        let set = VectorSet(count: 1900, dimension: 33)
        let index = try makeIndex(of: set, lists: lists, kernel: kernel)
        let queries = VectorSet(count: 12, dimension: 33, seed: 12)
        let filters = [nil, try IDBitmap(ids: set.ids.filter { $0 % 7 == 1 }), try IDBitmap(ids: set.ids.prefix(9))]
        for row in 0..<queries.count {
            for k in [1, 3, 10, 63, 64, 65, 400, 1899, 1900, 3000] {
                for filter in filters {
                    try expectSame(index, queries[row], k: k, probes: 1 + row % 12, filter: filter)
                }
            }
        }
    }

    /// Elements of a few values only, so that codes, scores and ties come in crowds.
    @Test func crowdsOfTiesAreToldApartByID() throws {
        var generator = SeededGenerator(state: 3)
        let floats = (0..<3000 * 6).map { _ in Float(Int.random(in: -1...1, using: &generator)) }
        var builder = try VectorIndexBuilder(VectorIndexParameters(dimension: 6))
        let ids = (0..<Int64(3000)).map { ($0 * 7919) % 3000 }
        try builder.add(ids: ids.span, vectors: floats.span)
        let index = try builder.finish()
        for k in [1, 10, 100, 1000, 2999] {
            try expectSame(index, [1, 0.5, -0.25, 0, 0, 1], k: k, probes: 1, filter: nil)
            try expectSame(index, [0, 0, 0, 0, 0, 0], k: k, probes: 1, filter: nil)
        }
    }

    @Test(arguments: [1e-38, 1e-30, 1e-14, 1e-6, 1e6, 1e14, 1e30] as [Float])
    func lengthsFarFromOneAreSearchedAlike(length: Float) throws {
        let set = VectorSet(count: 300, dimension: 9)
        let query = VectorSet(count: 1, dimension: 9, seed: 4)[0]
        for share in [1, 2, 300] {
            let floats = set.floats.indices.map { set.floats[$0] * (($0 / 9) % share == 0 ? length : 1) }
            var builder = try VectorIndexBuilder(VectorIndexParameters(dimension: 9))
            try builder.add(ids: set.ids.span, vectors: floats.span)
            let index = try builder.finish()
            for scale in [1, length] where scale * length < 1e30 {
                try expectSame(index, query.map { $0 * scale }, k: 20, probes: 1, filter: nil)
            }
        }
    }

    @Test func anIndexThatWasChangedIsCodedAnew() throws {
        let set = VectorSet(count: 500, dimension: 12)
        try withTemporaryDirectory { directory in
            try makeBuilder(of: set, lists: 5).save(to: directory + "/index")
            var builder = try VectorIndexBuilder(opening: directory + "/index")
            let gone = Array(set.ids.prefix(100))
            let (ids, vector) = ([Int64(9)], set[0])
            try builder.remove(ids: gone.span)
            try builder.add(ids: ids.span, vectors: vector.span)
            let index = try builder.finish()
            #expect(try index.search(vector.span, k: 1, probes: 1).neighbors.map(\.id) == [9])
            try expectSame(index, vector, k: 50, probes: 5, filter: nil)
        }
    }

    private func expectSame(
        _ index: VectorIndex, _ query: [Float], k: Int, probes: Int, filter: IDBitmap?
    ) throws {
        let two = try index.search(query.span, k: k, probes: probes, filter: filter)
        let one = try CrossCheck.searchInOnePass(index, query: query, k: k, probes: probes, filter: filter)
        #expect(two.neighbors == one.neighbors, "k \(k), probes \(probes)")
    }
}
