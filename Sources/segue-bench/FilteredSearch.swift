import VectorIndex

/// A filter kept in one of several ways, as the service and those who lack a filter inside the scan would do it.
struct FilteredSearch {
    private let index: VectorIndex
    private let admitted: IDBitmap
    private let ids: [Int64]
    /// Where the index keeps the vector of each id.
    private let locations: [UInt64]
    private let k: Int
    private let probes: Int

    /// Prepares a filter that admits `admitted`, outside of what is timed: one filter serves many queries.
    /// - Throws: `VectorIndexError` for an id that the index lacks or ids too far apart.
    init(index: VectorIndex, admitted: [Int64], k: Int, probes: Int) throws {
        self.index = index
        self.admitted = try IDBitmap(ids: admitted)
        self.k = k
        self.probes = probes
        ids = admitted
        locations = try admitted.map { id in
            guard let location = try index.location(of: id) else { throw BenchFailure("the index has no id \(id)") }
            return location
        }
    }

    /// The nearest `k` that are admitted, as far as the way finds them.
    func search(_ query: Span<Float>, _ way: VectorsOrder.Way) throws -> SearchResult {
        switch way {
        case .inside: try index.search(query, k: k, probes: probes, filter: admitted)
        case .after: try after(query)
        case .direct: try direct(query)
        case .service:
            if ids.count <= Self.directLimit { try direct(query) } else { try widening(query) }
        }
    }

    /// Admitted vectors up to which the service compares each (`CandidateSearch.directLimit`).
    private static let directLimit = 4_096

    /// Few admitted vectors lie in few lists: look into more of them.
    private func widening(_ query: Span<Float>) throws -> SearchResult {
        let selectivity = Double(ids.count) / Double(max(index.count, 1))
        var lists = probes * Int((1 / max(selectivity, 1e-6)).squareRoot().rounded(.up))
        while true {
            let result = try index.search(query, k: k, probes: min(lists, index.listCount), filter: admitted)
            if result.neighbors.count >= k || lists >= index.listCount { return result }
            lists *= 4
        }
    }

    /// Begins with as many as hold `k` admitted ones on average and half as many again, and goes on until there are `k`.
    private func after(_ query: Span<Float>) throws -> SearchResult {
        let expected = 1.5 * Double(k) * Double(index.count) / Double(max(ids.count, 1))
        var depth = min(index.count, Int(expected))
        while true {
            var result = try index.search(query, k: depth, probes: probes)
            let isAll = result.neighbors.count < depth || depth >= index.count
            result.neighbors = Array(result.neighbors.lazy.filter { admitted.contains($0.id) }.prefix(k))
            if result.neighbors.count >= k || isAll { return result }
            depth = min(index.count, depth * 2)
        }
    }

    private func direct(_ query: Span<Float>) throws -> SearchResult {
        let scores = try index.scores(of: locations.span, query: query)
        var neighbors = scores.indices.map { Neighbor(id: ids[$0], location: locations[$0], score: scores[$0]) }
        neighbors.sort { ($0.score, $1.id) > ($1.score, $0.id) }
        return SearchResult(neighbors: Array(neighbors.prefix(k)), comparedCount: ids.count)
    }
}
