internal import Catalog
internal import Features
internal import Foundation
internal import Rules
internal import VectorIndex

/// Looks for candidates in every segment, wider each time until there are enough or there is nothing left.
struct CandidateSearch {
    /// Allowed tracks up to which comparing each beats scanning lists.
    static let directLimit = 2_048

    let catalog: ServingCatalog
    let query: SeedQuery
    let selection: Selection
    let reranking: Reranking
    let request: RecommendationRequest
    let tuning: RecommendationTuning
    private let filters: [IDBitmap?]
    private let available: [Int]

    init(
        catalog: ServingCatalog, query: SeedQuery, selection: Selection, reranking: Reranking,
        request: RecommendationRequest, tuning: RecommendationTuning
    ) {
        self.catalog = catalog
        self.query = query
        self.selection = selection
        self.reranking = reranking
        self.request = request
        self.tuning = tuning
        available = zip(catalog.segments, selection.allowed).map { segment, allowed in
            allowed?.count ?? max(0, segment.index.count - segment.hiddenCount)
        }
        filters = zip(catalog.segments, selection.allowed).map { segment, allowed in
            allowed.map { IDBitmap(of: $0, in: segment.snapshot) } ?? segment.visible
        }
    }

    /// Whether candidates are put into another order than that of the search, for which more of them are needed.
    private var isDeep: Bool { request.strategy == .auto || !request.target.isEmpty }

    /// Without a choice to be made among candidates, those that make up for duplicates are enough: the search looks
    /// deeper where they are not.
    private var leastDepth: Int {
        if isDeep { return tuning.depth }
        return request.perArtist != nil || request.diversity > 0 ? tuning.plainDepth : 0
    }

    /// The best `k` under the selection, and how they came about.
    func run() throws(VectorIndexError) -> ([Candidate], Pool) {
        let k = request.k
        let total = available.reduce(0, +)
        var depth = min(total, max(leastDepth, 4 * k + selection.margin))
        var widening = 1
        while true {
            let (candidates, searched) = try candidates(depth: depth, widening: widening)
            var (chosen, pool) = try selection.choose(candidates, of: query.values, k: k)
            pool.searched = searched
            let isExhausted = depth >= total && isExact(depth, widening)
            if chosen.count >= k || isExhausted { return (chosen, pool) }
            depth = min(total, depth * 4)
            widening *= 4
        }
    }

    private func candidates(depth: Int, widening: Int) throws(VectorIndexError) -> ([Candidate], searched: Int) {
        var found: [Candidate] = []
        var searched = 0
        for number in catalog.segments.indices where available[number] > 0 {
            let result = try search(number, depth: depth, widening: widening)
            searched += result.comparedCount
            var candidates = candidates(result, segment: number)
            try reranking.apply(to: &candidates, in: catalog.segments[number])
            if found.isEmpty { found = candidates } else { found += candidates }
        }
        guard found.count > depth else { return (found, searched) }
        var ranking = Ranking(found, query: query.values, catalog: catalog)
        return (try ranking.first(depth), searched)
    }

    private func search(_ number: Int, depth: Int, widening: Int) throws(VectorIndexError) -> SearchResult {
        let segment = catalog.segments[number]
        if let allowed = selection.allowed[number], available[number] <= Self.directLimit {
            return try direct(segment, allowed, depth: depth)
        }
        return try segment.index.search(
            query.values.span, k: min(depth, segment.index.count), probes: probes(segment, depth, widening, number),
            filter: filters[number], ranking: isDeep ? .coarse : .unordered)
    }

    /// Deep and narrowly filtered searches look into more lists: by as much more as a million vectors were measured to
    /// need for the same recall, between a half and a hundredth of them admitted (`benchmarks/run --only filters`).
    private func probes(_ segment: ServingSegment, _ depth: Int, _ widening: Int, _ number: Int) -> Int {
        let selectivity = Double(available[number]) / Double(max(segment.index.count, 1))
        let narrowing = pow(1 / min(1, max(selectivity, 1e-6)), 0.45)
        let usual = depth > tuning.plainDepth ? segment.deepProbes : segment.probes
        return min(segment.index.listCount, Int((Double(usual) * narrowing).rounded(.up)) * widening)
    }

    private func isExact(_ depth: Int, _ widening: Int) -> Bool {
        catalog.segments.indices.allSatisfy { number in
            let segment = catalog.segments[number]
            let isDirect = selection.allowed[number] != nil && available[number] <= Self.directLimit
            return isDirect || probes(segment, depth, widening, number) >= segment.index.listCount
        }
    }

    private func direct(
        _ segment: ServingSegment, _ allowed: RowSet, depth: Int
    ) throws(VectorIndexError) -> SearchResult {
        var places: [(id: Int64, location: UInt64)] = []
        allowed.forEachRow { row in
            if let location = segment.snapshot.location(row) {
                places.append((segment.snapshot.id(row).rawValue, location))
            }
        }
        let locations = places.map(\.location)
        let scores = try segment.index.scores(of: locations.span, query: query.values.span)
        var neighbors = zip(places, scores).map { Neighbor(id: $0.id, location: $0.location, score: $1) }
        neighbors.sort { ($0.score, $1.id) > ($1.score, $0.id) }
        return SearchResult(neighbors: Array(neighbors.prefix(depth)), comparedCount: places.count)
    }

    private func candidates(_ result: SearchResult, segment number: Int) -> [Candidate] {
        let snapshot = catalog.segments[number].snapshot
        for neighbor in result.neighbors {
            if let row = snapshot.row(of: TrackID(rawValue: neighbor.id)) { snapshot.prefetchForRanking(row) }
        }
        var candidates: [Candidate] = []
        candidates.reserveCapacity(result.neighbors.count)
        for neighbor in result.neighbors {
            guard let row = snapshot.row(of: TrackID(rawValue: neighbor.id)) else { continue }
            candidates.append(
                Candidate(
                    track: TrackHandle(segment: number, row: row), id: neighbor.id, location: neighbor.location,
                    recording: snapshot.recording(row), similarity: neighbor.score,
                    error: result.scoreError,
                    closeness: request.target.isEmpty
                        ? nil : Closeness.mean(of: request.target, snapshot: snapshot, row: row)))
        }
        return candidates
    }
}

extension IDBitmap {
    /// The internal ids of a set of rows.
    init(of rows: RowSet, in snapshot: CatalogSnapshot) {
        let count = snapshot.count
        self.init(covering: count == 0 ? 0..<0 : snapshot.id(0).rawValue..<snapshot.id(count - 1).rawValue + 1)
        snapshot.forEachID(in: rows) { insert($0) }
    }
}
