internal import Catalog

/// The most listed items, whatever the seeds.
struct PopularityMethod: RankingMethod {
    private let ranked: [ItemTable.Item]

    /// - Parameter listings: on how many training playlists each item is.
    init(_ catalog: EvaluationCatalog, listings: [Int32]) {
        let order = catalog.eligible.sorted { (-listings[Int($0)], $0) < (-listings[Int($1)], $1) }
        let mostSeeds = 1_000
        ranked = Array(order.prefix(Query.depth + mostSeeds))
    }

    func answer(_ queries: [Query], progress: (Int) -> Void) -> [[ItemTable.Item]] {
        defer { progress(queries.count) }
        return queries.map { query in
            let seeds = Set(query.seeds)
            return Array(ranked.lazy.filter { !seeds.contains($0) }.prefix(Query.depth))
        }
    }
}

/// Any items, drawn by a generator that the playlist's name seeds.
struct RandomMethod: RankingMethod {
    let catalog: EvaluationCatalog

    func answer(_ queries: [Query], progress: (Int) -> Void) -> [[ItemTable.Item]] {
        defer { progress(queries.count) }
        return queries.map(draw)
    }

    private func draw(_ query: Query) -> [ItemTable.Item] {
        let wanted = min(Query.depth, catalog.eligible.count - query.seeds.count)
        var generator = Xoshiro256(seed: StableHash.of("random:\(query.k):" + catalog.playlists[query.playlist].key))
        var seen = Set(query.seeds)
        var drawn: [ItemTable.Item] = []
        while drawn.count < wanted {
            let item = catalog.eligible[generator.integer(below: catalog.eligible.count)]
            if seen.insert(item).inserted { drawn.append(item) }
        }
        return drawn
    }
}
