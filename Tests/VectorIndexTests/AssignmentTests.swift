import Testing

@testable import VectorIndex

/// The kernels that assign vectors to lists.
struct AssignmentTests {
    static let kernels = SearchKernel.allCases.filter(\.isAvailable)

    @Test(arguments: kernels)
    func everyVectorGoesToItsBestCentroidWhateverTheCounts(kernel: SearchKernel) throws {
        for dimension in 1...200 {
            let vectors = VectorSet(count: 1 + dimension * 5 % 27, dimension: dimension, seed: 21)
            let centroids = VectorSet(count: 1 + dimension * 11 % 71, dimension: dimension, seed: 22)
            let numbers = try CrossCheck.nearestCentroids(
                kernel: kernel, dimension: dimension, vectors: vectors.floats, centroids: centroids.floats)
            for (row, number) in numbers.enumerated() {
                let scores = (0..<centroids.count).map { dot(centroids[$0], vectors[row]) }
                let best = try #require(scores.max())
                #expect(Int(number) < centroids.count && scores[Int(number)] > best - 2e-6, "dimension \(dimension)")
            }
        }
    }

    @Test(arguments: kernels)
    func ofEqualCentroidsTheLowestIsTaken(kernel: SearchKernel) throws {
        let vector = VectorSet(count: 1, dimension: 19, seed: 23)[0]
        for worse in [0, 1, 15, 16, 31, 32, 40] {
            let centroids = (0..<worse).flatMap { _ in vector.map { -$0 } } + (0..<50).flatMap { _ in vector }
            let numbers = try CrossCheck.nearestCentroids(
                kernel: kernel, dimension: 19, vectors: vector, centroids: centroids)
            #expect(numbers == [UInt32(worse)])
        }
    }

    @Test func withoutCentroidsNothingIsAssigned() {
        #expect(throws: VectorIndexError.self) {
            try CrossCheck.nearestCentroids(kernel: .fastest, dimension: 2, vectors: [1, 0], centroids: [])
        }
    }
}
