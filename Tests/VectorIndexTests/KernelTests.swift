import Testing

@testable import VectorIndex

struct KernelTests {
    static let kernels = SearchKernel.allCases.filter(\.isAvailable)

    @Test(arguments: kernels)
    func everyDimensionAlignmentAndCountAgreesWithPlainArithmetic(kernel: SearchKernel) throws {
        for dimension in 1...200 {
            let query = VectorSet(count: 1, dimension: dimension, seed: 5)[0]
            let vectors = VectorSet(count: 1 + dimension % 19, dimension: dimension, seed: 6)
            let scores = try CrossCheck.innerProducts(
                kernel: kernel, query: query, vectors: vectors.floats, misalignment: dimension % 67)
            for row in 0..<vectors.count {
                #expect(abs(scores[row] - dot(vectors[row], query)) < 2e-6, "dimension \(dimension) row \(row)")
            }
        }
    }

    @Test(arguments: kernels)
    func aScoreDoesNotDependOnThePositionOfItsVector(kernel: SearchKernel) throws {
        for dimension in [1, 7, 8, 15, 16, 17, 64, 100] {
            let query = VectorSet(count: 1, dimension: dimension, seed: 7)[0]
            let vector = VectorSet(count: 1, dimension: dimension, seed: 8)[0]
            let repeated = (0..<29).flatMap { _ in vector }
            let scores = try CrossCheck.innerProducts(
                kernel: kernel, query: query, vectors: repeated, misalignment: 3)
            #expect(Set(scores).count == 1)
        }
    }

    @Test(arguments: kernels)
    func everyKernelGivesTheSameNeighbors(kernel: SearchKernel) throws {
        let set = VectorSet(count: 900, dimension: 45)
        let filter = try IDBitmap(ids: set.ids.filter { $0 % 4 == 1 })
        let index = try makeIndex(of: set, kernel: kernel)
        let reference = try makeIndex(of: set, kernel: .scalar)
        for row in 0..<20 {
            let query = set[row]
            #expect(try ids(index, query, nil) == ids(reference, query, nil))
            #expect(try ids(index, query, filter) == ids(reference, query, filter))
        }
    }

    @Test func anAbsentKernelIsRefused() throws {
        for kernel in SearchKernel.allCases where !kernel.isAvailable {
            #expect(throws: VectorIndexError.self) {
                try VectorIndexBuilder(VectorIndexParameters(dimension: 4), kernel: kernel).finish()
            }
        }
        #expect(SearchKernel.fastest.isAvailable && SearchKernel.scalar.isAvailable)
    }

    private func ids(_ index: VectorIndex, _ query: [Float], _ filter: IDBitmap?) throws -> [Int64] {
        try index.search(query.span, k: 15, probes: 1, filter: filter).neighbors.map(\.id)
    }
}
