internal import CFaiss

/// Other ways to the same answers, which tests hold ours against.
enum CrossCheck {
    /// Inner products by one kernel, `vectors` beginning `misalignment` bytes into their buffer.
    static func innerProducts(
        kernel: SearchKernel, query: [Float], vectors: [Float], misalignment: Int
    ) throws(VectorIndexError) -> [Float] {
        let rows = vectors.count / query.count
        var scores = [Float](repeating: 0, count: rows)
        var bytes = [UInt8](repeating: 0, count: misalignment)
        vectors.withUnsafeBytes { bytes.append(contentsOf: $0) }
        let status = bytes.withUnsafeBytes { bytes in
            cfaiss_inner_products(
                kernel.code, query.count, query, rows, bytes.baseAddress?.advanced(by: misalignment), &scores)
        }
        try VectorIndexError.check(status)
        return scores
    }

    /// Products of eight-bit codes by one kernel, and by how much they may differ from the inner products.
    static func codedProducts(
        kernel: SearchKernel, query: [Float], vectors: [Float], misalignment: Int
    ) throws(VectorIndexError) -> (scores: [Float], bound: Double) {
        let rows = vectors.count / query.count
        var scores = [Float](repeating: 0, count: rows)
        var bound = 0.0
        var bytes = [UInt8](repeating: 0, count: misalignment)
        vectors.withUnsafeBytes { bytes.append(contentsOf: $0) }
        let status = bytes.withUnsafeBytes { bytes in
            cfaiss_coded_products(
                kernel.code, query.count, query, rows, bytes.baseAddress?.advanced(by: misalignment), &scores, &bound)
        }
        try VectorIndexError.check(status)
        return (scores, bound)
    }

    /// For each vector the centroid with the greatest inner product, by one kernel.
    static func nearestCentroids(
        kernel: SearchKernel, dimension: Int, vectors: [Float], centroids: [Float]
    ) throws(VectorIndexError) -> [UInt32] {
        var numbers = [UInt32](repeating: 0, count: vectors.count / dimension)
        try VectorIndexError.check(
            cfaiss_nearest_centroids(
                kernel.code, dimension, numbers.count, vectors, centroids.count / dimension, centroids, &numbers))
        return numbers
    }

    /// The search without the pass over codes.
    static func searchInOnePass(
        _ index: VectorIndex, query: [Float], k: Int, probes: Int, filter: IDBitmap? = nil
    ) throws(VectorIndexError) -> SearchResult {
        let missing = cfaiss_neighbor(id: -1, location: 0, score: 0)
        var neighbors = [cfaiss_neighbor](repeating: missing, count: k)
        var compared: UInt64 = 0
        let status = (filter?.words ?? []).withUnsafeBufferPointer { words in
            let filter = cfaiss_filter(
                enabled: filter != nil, base: filter?.base ?? 0, word_count: words.count, words: words.baseAddress)
            let options = cfaiss_search_options(
                k: k, nprobe: probes, threads: 1, unordered: false, coarse: false, filter: filter)
            return cfaiss_search_in_one_pass(index.handle, 1, query, options, &neighbors, &compared)
        }
        try VectorIndexError.check(status)
        return SearchResult(
            neighbors: neighbors.filter { $0.id >= 0 }.map(Neighbor.init), comparedCount: Int(compared))
    }

    /// FAISS's own loop over our scanner and quantizer.
    static func searchThroughFaiss(
        _ index: VectorIndex, query: [Float], k: Int, probes: Int
    ) throws(VectorIndexError) -> [Neighbor] {
        try search(k: k) { cfaiss_search_through_faiss(index.handle, 1, query, k, probes, &$0, &$1) }
    }

    /// A saved file read and searched by FAISS alone.
    static func searchWithStockFaiss(
        path: String, query: [Float], k: Int, probes: Int
    ) throws(VectorIndexError) -> [Neighbor] {
        try search(k: k) { cfaiss_search_with_stock_faiss(path, 1, query, k, probes, &$0, &$1) }
    }

    private static func search(
        k: Int, _ body: (inout [Float], inout [Int64]) -> cfaiss_status
    ) throws(VectorIndexError) -> [Neighbor] {
        var scores = [Float](repeating: 0, count: k)
        var ids = [Int64](repeating: 0, count: k)
        try VectorIndexError.check(body(&scores, &ids))
        return zip(ids, scores).filter { $0.0 >= 0 }.map { Neighbor(id: $0.0, location: 0, score: $0.1) }
    }
}
