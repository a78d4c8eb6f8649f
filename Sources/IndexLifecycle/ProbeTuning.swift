internal import Catalog
internal import Features
internal import VectorIndex

/// Chooses the smallest `nprobe` that reaches the recall asked for, measured against exact search.
struct ProbeTuning: Sendable {
    struct Outcome: Sendable {
        var nprobe: Int
        var recall: GenerationManifest.Recall
    }

    /// Neighbours compared, the query's own track not counted.
    static let k = 10

    let index: VectorIndex
    let target: Double
    let threads: Int

    func run(_ queries: [TrackVector]) throws -> Outcome {
        let flat = queries.flatMap(\.values)
        let exact = try neighbors(of: queries, flat, probes: index.listCount)
        var low = 1
        var high = index.listCount
        var best = (nprobe: high, recall: 1.0)
        while low <= high {
            // Recall rises steeply at first, so the middle is taken on a logarithmic scale.
            let middle = min(high, max(low, Int((Double(low) * Double(high)).squareRoot())))
            let recall = Self.recall(try neighbors(of: queries, flat, probes: middle), exact)
            if recall >= target {
                best = (middle, recall)
                high = middle - 1
            } else {
                low = middle + 1
            }
        }
        return Outcome(
            nprobe: best.nprobe,
            recall: .init(queries: queries.count, k: Self.k, target: target, measured: best.recall))
    }

    private func neighbors(of queries: [TrackVector], _ flat: [Float], probes: Int) throws -> [[Neighbor]] {
        let k = min(Self.k + 1, index.count)
        let found = try index.searchBatch(flat.span, k: k, probes: probes, threads: threads)
        return zip(queries, found).map { query, result in
            Array(result.neighbors.filter { $0.id != query.track.rawValue }.prefix(Self.k))
        }
    }

    /// Share of the exact neighbours that were found; a neighbour that ties with the last one counts as found.
    static func recall(_ found: [[Neighbor]], _ exact: [[Neighbor]]) -> Double {
        var hits = 0
        var wanted = 0
        for (found, exact) in zip(found, exact) {
            guard let last = exact.last else { continue }
            wanted += exact.count
            hits += min(exact.count, found.count { $0.score >= last.score - 1e-6 })
        }
        return wanted == 0 ? 1 : Double(hits) / Double(wanted)
    }
}
