import Foundation
import VectorIndex

/// An index and what is asked of it, with the seconds that each deed took.
struct VectorsSession {
    private var index: VectorIndex?

    /// Does what a line of JSON says, and says in JSON how long it took or why it was not done.
    mutating func answer(_ line: String) -> String {
        let encoder = JSONEncoder()
        do {
            let order = try JSONDecoder().decode(VectorsOrder.self, from: Data(line.utf8))
            return String(decoding: try encoder.encode(perform(order)), as: UTF8.self)
        } catch {
            let refusal = try? encoder.encode(["error": "\(error)"])
            return String(decoding: refusal ?? Data(#"{"error": "unknown"}"#.utf8), as: UTF8.self)
        }
    }

    /// Does one thing and says how long it took.
    mutating func perform(_ order: VectorsOrder) throws -> [String: Double] {
        switch order.deed {
        case .build: try build(order)
        case .open: try open(order)
        case .search: try search(order)
        case .filtered: try filtered(order)
        }
    }

    private mutating func build(_ order: VectorsOrder) throws -> [String: Double] {
        guard let base = order.base, let count = order.count, let dimension = order.dimension else {
            throw BenchFailure("a build needs base, count and dimension")
        }
        index = nil
        let before = ProcessMemory.resident
        var clock = StageClock()
        let parameters = VectorIndexParameters(
            dimension: dimension, listCount: order.nlist ?? 1, seed: 1, threads: order.threads ?? 1)
        // In a function of its own, so that the vectors read from the file are freed before memory is counted.
        index = try Self.built(parameters, from: base, rows: count, &clock)
        if let file = order.file { try index?.save(to: file) }
        return [
            "seconds": clock.seconds.values.reduce(0, +), "train_seconds": clock.seconds["train"] ?? 0,
            "memory": Double(max(0, ProcessMemory.resident - before)),
        ]
    }

    private static func built(
        _ parameters: VectorIndexParameters, from base: String, rows: Int, _ clock: inout StageClock
    ) throws -> VectorIndex {
        let vectors = try floats(base, rows * parameters.dimension)
        var builder = try VectorIndexBuilder(parameters)
        try clock.time("train") {
            let wanted = parameters.listCount * 64
            try builder.train(on: sample(of: vectors, rows: rows, parameters.dimension, wanted: wanted).span)
        }
        let start = ContinuousClock.now
        try builder.add(ids: Array(Int64(0)..<Int64(rows)).span, vectors: vectors.span)
        let index = try builder.finish()
        clock.add(ContinuousClock.now - start, to: "add")
        return index
    }

    /// Opens what a build saved, as a server does: what it then holds in memory is what serving takes.
    private mutating func open(_ order: VectorsOrder) throws -> [String: Double] {
        guard let file = order.file else { throw BenchFailure("opening needs a file") }
        index = nil
        let before = ProcessMemory.resident
        let seconds = try ContinuousClock().measure { index = try VectorIndex.open(path: file) }
        return ["seconds": seconds.inSeconds, "memory": Double(max(0, ProcessMemory.resident - before))]
    }

    /// Every so-manieth row.
    private static func sample(of vectors: [Float], rows: Int, _ dimension: Int, wanted: Int) -> [Float] {
        let step = max(1, rows / max(wanted, 1))
        return stride(from: 0, to: rows, by: step).flatMap { vectors[$0 * dimension..<($0 + 1) * dimension] }
    }

    private func search(_ order: VectorsOrder) throws -> [String: Double] {
        let (index, queries) = try prepared(order)
        let count = queries.count / index.dimension
        let (k, probes, threads) = (order.k ?? 10, order.effort ?? 1, order.threads ?? 1)
        var found = FoundIDs(queries: count, k: k)
        var compared = 0
        let seconds = try ContinuousClock().measure {
            guard threads == 1 else {
                let results = try index.searchBatch(queries.span, k: k, probes: probes, threads: threads)
                for (query, result) in results.enumerated() { found.note(result, query) }
                compared = results.reduce(0) { $0 + $1.comparedCount }
                return
            }
            var result = SearchResult()
            for query in 0..<count {
                let one = queries.span.extracting(Self.row(query, index))
                try index.search(one, k: k, probes: probes, into: &result)
                found.note(result, query)
                compared += result.comparedCount
            }
        }
        try found.write(to: order.out)
        return ["seconds": seconds.inSeconds, "compared": Double(compared) / Double(max(count, 1))]
    }

    private func filtered(_ order: VectorsOrder) throws -> [String: Double] {
        let (index, queries) = try prepared(order)
        guard let file = order.admitted, let way = order.way else {
            throw BenchFailure("a filtered search needs admitted and way")
        }
        let filter = try FilteredSearch(
            index: index, admitted: Self.integers(file), k: order.k ?? 10, probes: order.effort ?? 1)
        let count = queries.count / index.dimension
        var found = FoundIDs(queries: count, k: order.k ?? 10)
        let seconds = try ContinuousClock().measure {
            for query in 0..<count {
                found.note(try filter.search(queries.span.extracting(Self.row(query, index)), way), query)
            }
        }
        try found.write(to: order.out)
        return ["seconds": seconds.inSeconds]
    }

    private func prepared(_ order: VectorsOrder) throws -> (VectorIndex, [Float]) {
        guard let index else { throw BenchFailure("build first") }
        guard let file = order.queries, let count = order.count else {
            throw BenchFailure("a search needs queries and count")
        }
        return (index, try Self.floats(file, count * index.dimension))
    }

    private static func row(_ number: Int, _ index: VectorIndex) -> Range<Int> {
        number * index.dimension..<(number + 1) * index.dimension
    }

    /// The first `count` floats of a file.
    private static func floats(_ path: String, _ count: Int) throws -> [Float] {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        guard count >= 0, bytes.count >= count * MemoryLayout<Float>.size else {
            throw BenchFailure("\(path) holds fewer than \(count) floats")
        }
        return bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self).prefix(count)) }
    }

    private static func integers(_ path: String) throws -> [Int64] {
        try Data(contentsOf: URL(fileURLWithPath: path)).withUnsafeBytes { Array($0.bindMemory(to: Int64.self)) }
    }
}

/// What searches found: queries x k ids, row-major, -1 where there were fewer.
struct FoundIDs {
    let k: Int
    private var ids: [Int64]

    init(queries: Int, k: Int) {
        self.k = k
        ids = Array(repeating: -1, count: queries * k)
    }

    mutating func note(_ result: SearchResult, _ query: Int) {
        for (place, neighbor) in result.neighbors.prefix(k).enumerated() { ids[query * k + place] = neighbor.id }
    }

    func write(to path: String?) throws {
        guard let path else { return }
        try ids.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: path)) }
    }
}
