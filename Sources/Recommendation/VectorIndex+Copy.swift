public import VectorIndex

extension VectorIndex {
    /// A copy of the vector at a location: `dimension` elements.
    /// - Throws: `VectorIndexError` where the location is not of this index.
    public func vector(at location: UInt64) throws(VectorIndexError) -> [Float] {
        try withVector(at: location) { span in
            var copy: [Float] = []
            copy.reserveCapacity(span.count)
            for index in span.indices { copy.append(span[index]) }
            return copy
        }
    }
}
