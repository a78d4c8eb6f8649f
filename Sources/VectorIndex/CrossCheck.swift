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
