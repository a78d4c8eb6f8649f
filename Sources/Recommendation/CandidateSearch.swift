internal import Catalog
internal import Features
internal import Rules
internal import VectorIndex

/// Looks for candidates in every segment, wider each time until there are enough or there is nothing left.
struct CandidateSearch {
    /// Share of closeness in the score where values are wished.
    static let targetShare: Float = 0.3
    /// Allowed tracks up to which comparing each beats scanning lists.
    static let directLimit = 4_096

    let catalog: ServingCatalog
    let query: SeedQuery
    let selection: Selection
    let target: [NumberField: Float]
    private let filters: [IDBitmap?]
    private let available: [Int]

    init(catalog: ServingCatalog, query: SeedQuery, selection: Selection, target: [NumberField: Float]) {
        self.catalog = catalog
        self.query = query
        self.selection = selection
        self.target = target
        available = zip(catalog.segments, selection.allowed).map { segment, allowed in
            allowed?.count ?? max(0, segment.index.count - segment.hiddenCount)
        }
        filters = zip(catalog.segments, selection.allowed).map { segment, allowed in
            allowed.map { IDBitmap(of: $0, in: segment.snapshot) } ?? segment.visible
        }
    }

    /// The best `k` under the selection, and how they came about.
    func run(k: Int) throws(VectorIndexError) -> ([Candidate], Pool) {
        let total = available.reduce(0, +)
        var depth = min(total, max(target.isEmpty ? 200 : 1_000, 4 * k + selection.margin))
        var widening = 1
        while true {
            let (candidates, searched) = try candidates(depth: depth, widening: widening)
            var (chosen, pool) = selection.choose(candidates, k: k)
            pool.searched = searched
            let isExhausted = depth >= total && isExact(widening)
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
            found += result.neighbors.compactMap { candidate($0, segment: number) }
        }
        found.sort { ($0.score, $1.id) > ($1.score, $0.id) }
        return (Array(found.prefix(depth)), searched)
    }

    private func search(_ number: Int, depth: Int, widening: Int) throws(VectorIndexError) -> SearchResult {
        let segment = catalog.segments[number]
        if let allowed = selection.allowed[number], available[number] <= Self.directLimit {
            return try direct(segment, allowed, depth: depth)
        }
        return try segment.index.search(
            query.values.span, k: min(depth, segment.index.count), probes: probes(segment, depth, widening, number),
            filter: filters[number])
    }

    /// Deep and narrowly filtered searches look into more lists, in proportion to what they are likely to miss.
    private func probes(_ segment: ServingSegment, _ depth: Int, _ widening: Int, _ number: Int) -> Int {
        let selectivity = Double(available[number]) / Double(max(segment.index.count, 1))
        let narrow = Int((1 / max(selectivity, 1e-6)).squareRoot().rounded(.up))
        return min(segment.index.listCount, segment.probes * (depth > 200 ? 2 : 1) * narrow * widening)
    }

    private func isExact(_ widening: Int) -> Bool {
        catalog.segments.indices.allSatisfy { number in
            let segment = catalog.segments[number]
            let isDirect = selection.allowed[number] != nil && available[number] <= Self.directLimit
            return isDirect || segment.probes * widening >= segment.index.listCount
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

    private func candidate(_ neighbor: Neighbor, segment number: Int) -> Candidate? {
        guard let row = catalog.segments[number].snapshot.row(of: TrackID(rawValue: neighbor.id)) else { return nil }
        let track = TrackHandle(segment: number, row: row)
        guard !target.isEmpty else {
            return Candidate(
                track: track, id: neighbor.id, similarity: neighbor.score, closeness: 0, score: neighbor.score)
        }
        let closeness = Closeness.mean(of: target, snapshot: catalog.segments[number].snapshot, row: row)
        let score = (1 - Self.targetShare) * neighbor.score + Self.targetShare * closeness
        return Candidate(
            track: track, id: neighbor.id, similarity: neighbor.score, closeness: closeness, score: score)
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
