internal import CFaiss

extension VectorIndex {
    /// Finds the stored vectors nearest to a query, reusing the memory of an earlier result.
    ///
    /// - Parameters:
    ///   - query: `dimension` finite floats; of unit length for scores to be cosines.
    ///   - k: Neighbours wanted, at least 1.
    ///   - probes: Lists to scan (nprobe), at least 1; ``listCount`` or more makes the search exact.
    ///   - filter: The ids that may be found; `nil` admits all.
    ///   - ranking: What the caller will do with the neighbours.
    ///   - result: Receives the answer; unchanged when the search throws.
    /// - Throws: ``VectorIndexError/invalidArgument(_:)`` for a query of another dimension or with a value that is not
    ///   finite, and for `k` or `probes` below 1.
    public func search(
        _ query: Span<Float>, k: Int, probes: Int, filter: IDBitmap? = nil, ranking: SearchRanking = .exact,
        into result: inout SearchResult
    ) throws(VectorIndexError) {
        try requireDimension(query.count, of: "the query")
        try run(
            query, queryCount: 1, k: k, probes: probes, threads: 1, filter: filter, ranking: ranking
        ) { neighbors, compared, errors in
            result.neighbors.removeAll(keepingCapacity: true)
            let found = neighbors.firstIndex { $0.id < 0 } ?? neighbors.count
            result.neighbors.reserveCapacity(found)
            for neighbor in neighbors[..<found] { result.neighbors.append(Neighbor(neighbor)) }
            result.comparedCount = Int(compared[0])
            result.scoreError = errors[0]
        }
    }

    /// Finds the stored vectors nearest to a query.
    ///
    /// - Parameters:
    ///   - query: `dimension` finite floats; of unit length for scores to be cosines.
    ///   - k: Neighbours wanted, at least 1.
    ///   - probes: Lists to scan (nprobe), at least 1; ``listCount`` or more makes the search exact.
    ///   - filter: The ids that may be found; `nil` admits all.
    ///   - ranking: What the caller will do with the neighbours.
    /// - Throws: ``VectorIndexError/invalidArgument(_:)`` for a query of another dimension or with a value that is not
    ///   finite, and for `k` or `probes` below 1.
    public func search(
        _ query: Span<Float>, k: Int, probes: Int, filter: IDBitmap? = nil, ranking: SearchRanking = .exact
    ) throws(VectorIndexError) -> SearchResult {
        var result = SearchResult()
        try search(query, k: k, probes: probes, filter: filter, ranking: ranking, into: &result)
        return result
    }

    /// Finds the stored vectors nearest to each of several queries; the answers are those of single searches.
    ///
    /// - Parameters:
    ///   - queries: Row-major, n * `dimension` finite floats.
    ///   - k: Neighbours wanted for each query, at least 1.
    ///   - probes: Lists to scan for each query, at least 1.
    ///   - filter: The ids that may be found; `nil` admits all.
    ///   - threads: Threads that share the queries, at least 1; they end with the call.
    /// - Returns: A result for each query, in order.
    /// - Throws: ``VectorIndexError/invalidArgument(_:)`` when the floats are not whole queries or one is not finite,
    ///   and for `k`, `probes` or `threads` below 1.
    public func searchBatch(
        _ queries: Span<Float>, k: Int, probes: Int, filter: IDBitmap? = nil, threads: Int = 1
    ) throws(VectorIndexError) -> [SearchResult] {
        let queryCount = queries.count / dimension
        guard queryCount * dimension == queries.count else {
            throw .invalidArgument("\(queries.count) floats are not whole queries of \(dimension) dimensions")
        }
        guard queryCount > 0 else { return [] }
        var results: [SearchResult] = []
        try run(
            queries, queryCount: queryCount, k: k, probes: probes, threads: threads, filter: filter
        ) { neighbors, compared, _ in
            let stride = neighbors.count / queryCount
            results = (0..<queryCount).map { query in
                let row = neighbors[query * stride..<(query + 1) * stride]
                return SearchResult(
                    neighbors: row.prefix { $0.id >= 0 }.map(Neighbor.init), comparedCount: Int(compared[query]))
            }
        }
        return results
    }

    func requireDimension(_ count: Int, of what: String) throws(VectorIndexError) {
        guard count == dimension else {
            throw .invalidArgument("\(what) has \(count) dimensions where the index has \(dimension)")
        }
    }

    /// Runs a search and lends its raw answer, of one row for each query, to the body.
    private func run(
        _ queries: Span<Float>, queryCount: Int, k: Int, probes: Int, threads: Int, filter: IDBitmap?,
        ranking: SearchRanking = .exact,
        _ body: (UnsafeBufferPointer<cfaiss_neighbor>, UnsafeBufferPointer<UInt64>, UnsafeBufferPointer<Float>) -> Void
    ) throws(VectorIndexError) {
        // More than there is cannot be found, and k may come from a stranger.
        let rows = size(min(k, max(1, count)))
        let (total, overflow) = rows.multipliedReportingOverflow(by: queryCount)
        guard !overflow, total < 1 << 40 else {
            throw .invalidArgument("\(queryCount) queries for \(k) neighbours are too many; split them")
        }
        let status = withUnsafeTemporaryAllocation(of: cfaiss_neighbor.self, capacity: total) { neighbors in
            withUnsafeTemporaryAllocation(of: UInt64.self, capacity: queryCount) { compared in
                withUnsafeTemporaryAllocation(of: Float.self, capacity: queryCount) { errors in
                    let status = withFilter(filter) { filter in
                        let options = cfaiss_search_options(
                            k: rows, nprobe: size(probes), threads: size(threads), unordered: ranking != .exact,
                            coarse: ranking == .coarse, filter: filter)
                        return queries.withUnsafeBufferPointer { queries in
                            cfaiss_search(
                                handle, queryCount, queries.baseAddress, options, neighbors.baseAddress,
                                compared.baseAddress, errors.baseAddress)
                        }
                    }
                    if status.code == CFAISS_OK {
                        body(
                            UnsafeBufferPointer(neighbors), UnsafeBufferPointer(compared), UnsafeBufferPointer(errors))
                    }
                    return status
                }
            }
        }
        try VectorIndexError.check(status)
    }

    private func withFilter<Result>(_ filter: IDBitmap?, _ body: (cfaiss_filter) -> Result) -> Result {
        guard let filter else { return body(cfaiss_filter()) }
        return filter.words.withUnsafeBufferPointer { words in
            body(cfaiss_filter(enabled: true, base: filter.base, word_count: words.count, words: words.baseAddress))
        }
    }
}

/// How much of the truth about the neighbours a caller needs.
public enum SearchRanking: Sendable {
    /// Best first, by their exact scores.
    case exact
    /// In any order, with their exact scores: saves a caller that ranks a thousand of them anew the sort.
    case unordered
    /// In any order, chosen and scored by codes alone, with a limit of the error: for callers that score again the few
    /// of a thousand that matter.
    case coarse
}

extension Neighbor {
    init(_ neighbor: cfaiss_neighbor) {
        self.init(id: neighbor.id, location: neighbor.location, score: neighbor.score)
    }
}
