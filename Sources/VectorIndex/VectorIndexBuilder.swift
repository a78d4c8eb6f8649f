internal import CFaiss

/// An index under construction, owned by one task at a time.
///
/// Train it, add and remove vectors, then ``finish()`` it to search or ``save(to:)`` it. With one list it needs no
/// training. It is not copyable: what is being changed is never shared.
public struct VectorIndexBuilder: ~Copyable {
    private let handle: OpaquePointer
    private let parameters: VectorIndexParameters

    /// Begins an empty index.
    ///
    /// - Throws: ``VectorIndexError/invalidArgument(_:)`` for a dimension out of range, fewer than one list or a kernel
    ///   that this processor lacks.
    public init(_ parameters: VectorIndexParameters, kernel: SearchKernel = .fastest) throws(VectorIndexError) {
        guard parameters.listCount >= 1 else { throw .invalidArgument("an index has at least one list") }
        guard kernel.isAvailable else { throw .invalidArgument("this processor cannot run the kernel \(kernel)") }
        var created: OpaquePointer?
        try VectorIndexError.check(cfaiss_create(size(parameters.dimension), &created))
        guard let created else { throw .libraryFailure("creating gave no index") }
        _ = cfaiss_set_kernel(created, kernel.code)
        handle = created
        self.parameters = parameters
    }

    /// Continues an index that was saved, in memory; the file stays as it is.
    ///
    /// - Parameters:
    ///   - path: A file written by ``save(to:)``.
    ///   - threads: Threads for assigning vectors to lists.
    /// - Throws: As ``VectorIndex/open(path:memoryMapped:kernel:threads:)`` does.
    public init(opening path: String, threads: Int = 1) throws(VectorIndexError) {
        handle = try loadHandle(path: path, memoryMapped: false, threads: 1)
        let description = cfaiss_describe(handle)
        parameters = VectorIndexParameters(
            dimension: description.d, listCount: description.nlist, threads: threads)
    }

    deinit {
        cfaiss_destroy(handle)
    }

    /// Vectors added so far and not removed.
    public var count: Int {
        cfaiss_describe(handle).ntotal
    }

    /// Makes the inverted lists by spherical k-means; a no-op for one list.
    ///
    /// At most 256 vectors for each list are used, drawn by the seed; a random sample of the catalog will do.
    ///
    /// - Parameter vectors: Row-major, n * dimension finite floats, n at least the number of lists.
    /// - Throws: ``VectorIndexError/invalidArgument(_:)`` for too few or unusable vectors, parameters out of range, or
    ///   an index that holds vectors already.
    public mutating func train(on vectors: Span<Float>) throws(VectorIndexError) {
        let rows = try rowCount(of: vectors)
        let training = cfaiss_training(
            nlist: parameters.listCount, iterations: size(parameters.trainingIterations), seed: parameters.seed,
            threads: size(parameters.threads))
        try VectorIndexError.check(
            vectors.withUnsafeBufferPointer { cfaiss_train(handle, rows, $0.baseAddress, training) })
    }

    /// Adds vectors, all or none of them.
    ///
    /// - Parameters:
    ///   - ids: n ids, not negative, none of them stored already; a repetition is found when finishing or saving.
    ///   - vectors: Row-major, n * dimension finite floats, each row of unit length for scores to be cosines.
    /// - Throws: ``VectorIndexError/invalidArgument(_:)`` for sizes that do not match, a negative id, a value that is
    ///   not finite, or lists that are not trained yet.
    public mutating func add(ids: Span<Int64>, vectors: Span<Float>) throws(VectorIndexError) {
        let rows = try rowCount(of: vectors)
        guard rows == ids.count else {
            throw .invalidArgument("\(ids.count) ids do not go with \(rows) vectors; give one id for each")
        }
        guard cfaiss_describe(handle).nlist == parameters.listCount else {
            throw .invalidArgument("the \(parameters.listCount) lists are not made yet; train before adding")
        }
        let status = ids.withUnsafeBufferPointer { ids in
            vectors.withUnsafeBufferPointer { vectors in
                cfaiss_add(handle, rows, ids.baseAddress, vectors.baseAddress, size(parameters.threads))
            }
        }
        try VectorIndexError.check(status)
    }

    /// Removes the vectors stored under the ids; ids that are not stored are ignored.
    ///
    /// - Returns: How many vectors were removed.
    @discardableResult
    public mutating func remove(ids: Span<Int64>) throws(VectorIndexError) -> Int {
        var removed = 0
        try VectorIndexError.check(
            ids.withUnsafeBufferPointer { cfaiss_remove(handle, $0.count, $0.baseAddress, &removed) })
        return removed
    }

    /// Writes the index beside the path, flushes it to the disk and renames it over the path.
    ///
    /// - Throws: ``VectorIndexError/fileSystem(_:)``, leaving what was at the path, and
    ///   ``VectorIndexError/invalidArgument(_:)`` when an id is stored twice.
    public func save(to path: String) throws(VectorIndexError) {
        try saveHandle(handle, to: path)
    }

    /// Ends the construction and gives the index, ready for any number of threads.
    ///
    /// - Throws: ``VectorIndexError/invalidArgument(_:)`` when an id is stored twice.
    public consuming func finish() throws(VectorIndexError) -> VectorIndex {
        let handle = handle
        discard self
        // From here on the index frees the handle, also when sealing fails.
        let index = VectorIndex(owning: handle)
        try VectorIndexError.check(cfaiss_seal(handle))
        return index
    }

    private func rowCount(of vectors: Span<Float>) throws(VectorIndexError) -> Int {
        let (rows, rest) = vectors.count.quotientAndRemainder(dividingBy: parameters.dimension)
        guard rest == 0 else {
            throw .invalidArgument(
                "\(vectors.count) floats are not whole vectors of \(parameters.dimension) dimensions")
        }
        return rows
    }
}
