internal import CFaiss

extension VectorIndex {
    /// Calls the body with every stored id and the location of its vector, by rising id.
    ///
    /// Locations are opaque, constant for the life of the index, and read in constant time; keep them beside what else
    /// is known of an id.
    public func forEachLocation(_ body: (_ id: Int64, _ location: UInt64) -> Void) throws(VectorIndexError) {
        let chunk = 4096
        var ids = [Int64](repeating: 0, count: min(chunk, count))
        var locations = [UInt64](repeating: 0, count: min(chunk, count))
        for first in stride(from: 0, to: count, by: chunk) {
            let filled = min(chunk, count - first)
            try VectorIndexError.check(cfaiss_locations(handle, first, filled, &ids, &locations))
            for i in 0..<filled {
                body(ids[i], locations[i])
            }
        }
    }

    /// The location of the vector stored under an id, or `nil` when there is none; a binary search.
    public func location(of id: Int64) throws(VectorIndexError) -> UInt64? {
        var found = false
        var location: UInt64 = 0
        try VectorIndexError.check(cfaiss_find(handle, id, &found, &location))
        return found ? location : nil
    }

    /// The vector stored under an id, `dimension` floats, or `nil` when there is none.
    public func reconstruct(id: Int64) throws(VectorIndexError) -> [Float]? {
        guard let location = try location(of: id) else { return nil }
        var vector = [Float](repeating: 0, count: dimension)
        var span = vector.mutableSpan
        try copyVector(at: location, into: &span)
        return vector
    }

    /// Copies the vector at a location.
    ///
    /// - Parameters:
    ///   - location: From this index.
    ///   - vector: Receives `dimension` floats.
    /// - Throws: ``VectorIndexError/invalidArgument(_:)`` when nothing is stored there or the sizes differ.
    public func copyVector(at location: UInt64, into vector: inout MutableSpan<Float>) throws(VectorIndexError) {
        try requireDimension(vector.count, of: "the span")
        try VectorIndexError.check(
            vector.withUnsafeMutableBufferPointer { cfaiss_copy_vector(handle, location, $0.baseAddress) })
    }

    /// Lends the body the vector at a location, `dimension` floats, in place when memory holds it aligned and copied
    /// to the stack or heap when, as in mapped files, it is not.
    ///
    /// - Throws: ``VectorIndexError/invalidArgument(_:)`` when nothing is stored there.
    public func withVector<Result>(
        at location: UInt64, _ body: (Span<Float>) -> Result
    ) throws(VectorIndexError) -> Result {
        var borrowed: UnsafePointer<Float>?
        try VectorIndexError.check(cfaiss_borrow_vector(handle, location, &borrowed))
        if let borrowed {
            // The index owns the vector, and must outlive its use.
            return withExtendedLifetime(self) {
                body(UnsafeBufferPointer(start: borrowed, count: dimension).span)
            }
        }
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: dimension) { copy in
            // The location is known to be good, so that the copy cannot fail.
            _ = cfaiss_copy_vector(handle, location, copy.baseAddress)
            return body(UnsafeBufferPointer(copy).span)
        }
    }

    /// Compares a query with given stored vectors only.
    ///
    /// For filters so selective that going through their few ids beats scanning lists; it is exact.
    ///
    /// - Parameters:
    ///   - locations: n locations from this index, in any order.
    ///   - query: `dimension` finite floats.
    /// - Returns: n inner products, in the order of the locations.
    /// - Throws: ``VectorIndexError/invalidArgument(_:)`` when nothing is stored at a location, and for a query of
    ///   another dimension or with a value that is not finite.
    public func scores(
        of locations: Span<UInt64>, query: Span<Float>
    ) throws(VectorIndexError) -> [Float] {
        try requireDimension(query.count, of: "the query")
        var scores = [Float](repeating: 0, count: locations.count)
        let status = query.withUnsafeBufferPointer { query in
            locations.withUnsafeBufferPointer { locations in
                cfaiss_scores(handle, query.baseAddress, locations.count, locations.baseAddress, &scores)
            }
        }
        try VectorIndexError.check(status)
        return scores
    }
}
