internal import Features
internal import VectorIndex

/// A query that recall is measured with: the centroid of some tracks, which themselves do not count as found.
struct ProbeQuery: Sendable {
    /// Unit length.
    let values: [Float]
    /// The tracks.
    let seeds: Set<Int64>

    /// Combines tracks as a request does; nil where they cancel out or there is none.
    init?(_ seeds: [(id: Int64, vector: [Float])], in space: FeatureSpace) {
        guard let query = try? SeedQuery(seeds: seeds.map(\.vector), in: space) else { return nil }
        values = query.values
        self.seeds = Set(seeds.map(\.id))
    }
}

/// Chooses the smallest numbers of lists to look into that reach the recall asked for, measured against exact search.
struct ProbeTuning: Sendable {
    /// A number of lists, and how good it is.
    struct Choice: Sendable {
        var probes: Int
        var recall: GenerationManifest.Recall
    }

    /// For the few nearest that a plain answer shows, and for the many that a re-rank chooses from.
    struct Outcome: Sendable {
        var near: Choice
        var deep: Choice
    }

    /// Neighbours compared for plain answers.
    static let nearCount = 10
    /// Neighbours compared for what a re-rank chooses from.
    static let deepCount = 1_000

    let index: VectorIndex
    let options: BuildOptions

    func run(_ queries: [ProbeQuery]) throws -> Outcome {
        // One list is always looked into, so there is nothing to measure.
        let exact = index.listCount == 1 ? [] : try neighbors(of: queries, Self.deepCount, probes: index.listCount)
        let near = try choose(Self.nearCount, options.recallTarget, queries, exact, from: 1)
        let deep = try choose(Self.deepCount, options.deepRecallTarget, queries, exact, from: near.probes)
        return Outcome(near: near, deep: deep)
    }

    private func choose(
        _ k: Int, _ target: Double, _ queries: [ProbeQuery], _ exact: [[Neighbor]], from least: Int
    ) throws -> Choice {
        let exact = exact.map { Array($0.prefix(k)) }
        var (low, high) = (least, index.listCount)
        var best = (probes: high, recall: 1.0)
        while low <= high && !exact.isEmpty {
            // Recall rises steeply at first, so the middle is taken on a logarithmic scale.
            let middle = min(high, max(low, Int((Double(low) * Double(high)).squareRoot())))
            let recall = Self.recall(try neighbors(of: queries, k, probes: middle), exact)
            if recall >= target {
                best = (middle, recall)
                high = middle - 1
            } else {
                low = middle + 1
            }
        }
        return Choice(
            probes: best.probes, recall: .init(queries: queries.count, k: k, target: target, measured: best.recall))
    }

    private func neighbors(of queries: [ProbeQuery], _ k: Int, probes: Int) throws -> [[Neighbor]] {
        let flat = queries.flatMap(\.values)
        let most = queries.reduce(0) { max($0, $1.seeds.count) }
        let found = try index.searchBatch(
            flat.span, k: min(k + most, index.count), probes: probes, threads: options.threads)
        return zip(queries, found).map { query, result in
            Array(result.neighbors.filter { !query.seeds.contains($0.id) }.prefix(k))
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
