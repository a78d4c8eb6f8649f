internal import VectorIndex

/// Cosine with the seeds' centroid over one unit vector an item, exact: for baselines.
struct ExactMethod: RankingMethod {
    private let index: VectorIndex?
    private let width: Int
    private let threads: Int
    private let vector: (ItemTable.Item) -> ArraySlice<Float>?

    /// Indexes the items that have a vector.
    /// - Parameters:
    ///   - width: floats of a vector.
    ///   - vector: an item's unit vector, or nil where it has none.
    /// - Throws: `VectorIndexError`.
    init(
        _ items: [ItemTable.Item], width: Int, threads: Int, vector: @escaping (ItemTable.Item) -> ArraySlice<Float>?
    ) throws {
        var ids: [Int64] = []
        var values: [Float] = []
        for item in items {
            guard let row = vector(item), row.contains(where: { $0 != 0 }) else { continue }
            ids.append(Int64(item))
            values += row
        }
        if ids.isEmpty {
            index = nil
        } else {
            var builder = try VectorIndexBuilder(VectorIndexParameters(dimension: width, threads: threads))
            try builder.add(ids: ids.span, vectors: values.span)
            index = try builder.finish()
        }
        self.width = width
        self.threads = threads
        self.vector = vector
    }

    func answer(_ queries: [Query], progress: (Int) -> Void) throws -> [[ItemTable.Item]] {
        try queries.chunks(of: 64).flatMap { chunk in
            defer { progress(chunk.count) }
            return try answer(Array(chunk), filter: nil)
        }
    }

    /// Answers from the items of a filter.
    func answer(_ queries: [Query], filter: IDBitmap?) throws -> [[ItemTable.Item]] {
        guard let index else { return queries.map { _ in [] } }
        let centroids = queries.flatMap { centroid(of: $0.seeds) }
        let most = queries.reduce(0) { max($0, $1.seeds.count) }
        let found = try index.searchBatch(
            centroids.span, k: Query.depth + most, probes: index.listCount, filter: filter, threads: threads)
        return zip(queries, found).map { query, result in
            let seeds = Set(query.seeds)
            // Seeds without a vector point nowhere, and what is nearest to nowhere is nothing.
            guard query.seeds.contains(where: { vector($0) != nil }) else { return [] }
            return Array(
                result.neighbors.lazy.map { ItemTable.Item($0.id) }.filter { !seeds.contains($0) }.prefix(Query.depth))
        }
    }

    /// The sum, whose direction is the centroid's.
    private func centroid(of seeds: [ItemTable.Item]) -> [Float] {
        var sum = [Float](repeating: 0, count: width)
        for seed in seeds {
            for (place, value) in (vector(seed) ?? []).enumerated() { sum[place] += value }
        }
        return sum
    }
}

extension Array {
    /// Slices of at most `size` elements.
    func chunks(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}
