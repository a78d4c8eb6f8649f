import Foundation
import VectorIndex

/// SplitMix64, so that every run draws the same vectors. Source: Steele, Lea and Flood, OOPSLA 2014.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Unit vectors around a few centres, row-major, as a catalog's are.
struct VectorSet {
    let dimension: Int
    let count: Int
    let floats: [Float]
    let ids: [Int64]

    init(count: Int, dimension: Int, seed: UInt64 = 1) {
        var generator = SeededGenerator(state: seed)
        let centres = (0..<20).map { _ in Self.direction(dimension, &generator) }
        var floats: [Float] = []
        floats.reserveCapacity(count * dimension)
        for i in 0..<count {
            let noise = Self.direction(dimension, &generator)
            floats += Self.normalized(zip(centres[i % centres.count], noise).map { $0 + 0.8 * $1 })
        }
        self.dimension = dimension
        self.count = count
        self.ids = (0..<Int64(count)).map { $0 * 3 + 5 }
        self.floats = floats
    }

    subscript(row: Int) -> [Float] {
        Array(floats[row * dimension..<(row + 1) * dimension])
    }

    /// The ids of the k best by inner product, computed plainly; equal scores by rising id.
    func nearest(_ query: [Float], k: Int, admitting: (Int64) -> Bool = { _ in true }) -> [Int64] {
        let scored = (0..<count).map { row in (id: ids[row], score: dot(self[row], query)) }
        return scored.filter { admitting($0.id) }.sorted { ($1.score, $0.id) < ($0.score, $1.id) }.prefix(k).map(\.id)
    }

    private static func direction(_ dimension: Int, _ generator: inout SeededGenerator) -> [Float] {
        normalized((0..<dimension).map { _ in Float.random(in: -1...1, using: &generator) })
    }

    private static func normalized(_ vector: [Float]) -> [Float] {
        let length = dot(vector, vector).squareRoot()
        return vector.map { $0 / length }
    }
}

func dot(_ a: [Float], _ b: [Float]) -> Float {
    var sum = 0.0
    var i = 0
    // A plain loop: tests are built without optimisation, where sequence algorithms cost twenty times as much.
    while i < a.count {
        sum += Double(a[i]) * Double(b[i])
        i += 1
    }
    return Float(sum)
}

/// An index of the set, in so many lists.
func makeIndex(
    of set: VectorSet, lists: Int = 1, kernel: SearchKernel = .fastest
) throws(VectorIndexError) -> VectorIndex {
    try makeBuilder(of: set, lists: lists, kernel: kernel).finish()
}

func makeBuilder(
    of set: VectorSet, lists: Int = 1, kernel: SearchKernel = .fastest
) throws(VectorIndexError) -> VectorIndexBuilder {
    let parameters = VectorIndexParameters(dimension: set.dimension, listCount: lists, threads: 2)
    var builder = try VectorIndexBuilder(parameters, kernel: kernel)
    try builder.train(on: set.floats.span)
    try builder.add(ids: set.ids.span, vectors: set.floats.span)
    return builder
}

/// Runs the body with the path of a directory that is removed afterwards.
func withTemporaryDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("vector-index-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(url.path)
}

func bytes(of path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}
