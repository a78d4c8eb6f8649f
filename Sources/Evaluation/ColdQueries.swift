internal import Catalog
internal import Features
internal import Recommendation
internal import VectorIndex

/// Queries whose candidates and targets are on no training playlist: what a space makes of tracks that nobody has
/// listed yet, by plain cosine.
struct ColdQueries {
    /// Places of the queries among a fold's queries.
    let places: [Int]
    /// The queries with their cold targets alone.
    let queries: [Query]
    private let candidates: [ItemTable.Item]
    private let catalog: EvaluationCatalog

    /// Keeps the queries that have at least three cold targets.
    init(_ queries: [Query], listings: [Int32], _ catalog: EvaluationCatalog) {
        self.catalog = catalog
        candidates = catalog.eligible.filter { listings[Int($0)] == 0 }
        let cold = queries.enumerated().compactMap { place, query -> (Int, Query)? in
            let targets = query.targets.filter { listings[Int($0)] == 0 }
            guard targets.count >= Query.minimumColdTargets else { return nil }
            return (
                place,
                Query(playlist: query.playlist, fold: query.fold, k: query.k, seeds: query.seeds, targets: targets)
            )
        }
        places = cold.map(\.0)
        self.queries = cold.map(\.1)
    }

    /// Answers in the space of a fold, comparing with every candidate.
    func answers(in serving: ServingCatalog) throws -> [[ItemTable.Item]] {
        guard let segment = serving.segments.first, !queries.isEmpty else { return queries.map { _ in [] } }
        let cold = Set(candidates)
        let tracks = catalog.tracks.indices.filter { cold.contains(catalog.items.itemOfRow[$0]) }
        let filter = try IDBitmap(ids: tracks.map { catalog.tracks[$0].id.rawValue })
        return try queries.map { query in
            let seeds = query.seeds.compactMap { serving.track(catalog.representative(of: $0).id) }
                .compactMap(serving.vector)
            guard let centroid = try? SeedQuery(seeds: seeds, in: serving.space) else { return [] }
            // Other releases of the same recordings may fill places.
            let found = try segment.index.search(
                centroid.values.span, k: 3 * Query.depth, probes: segment.index.listCount, filter: filter)
            var seen = Set(query.seeds)
            let items = found.neighbors.compactMap { catalog.items.item(of: TrackID(rawValue: $0.id)) }
            return Array(items.filter { seen.insert($0).inserted }.prefix(Query.depth))
        }
    }

    /// Answers of a baseline.
    func answers(of method: ExactMethod) throws -> [[ItemTable.Item]] {
        guard !queries.isEmpty else { return [] }
        return try method.answer(queries, filter: IDBitmap(ids: candidates.map(Int64.init)))
    }
}
