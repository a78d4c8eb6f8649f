internal import CFaiss

/// An immutable index of vectors, searched by inner product.
///
/// It holds unit vectors under 64-bit ids, in inverted lists around k-means centroids; with one list, search is exact.
/// Nothing changes it after it was opened or finished, so any number of threads may use it at once, and a search
/// neither blocks nor starts threads of its own. Make one with ``VectorIndexBuilder`` or ``open(path:memoryMapped:kernel:threads:)``.
public final class VectorIndex: Sendable {
    // The C index is only ever passed to functions that take it as const, which the header lets any number of threads
    // call at once; this object owns it and frees it when the last reference is gone.
    nonisolated(unsafe) let handle: OpaquePointer

    /// Floats in each vector.
    public let dimension: Int
    /// Stored vectors.
    public let count: Int
    /// Inverted lists; searches that probe all of them are exact.
    public let listCount: Int
    /// Whether the vectors are pages of a file rather than memory of the process.
    public let isMemoryMapped: Bool

    /// Takes over a sealed C index.
    init(owning handle: OpaquePointer) {
        let description = cfaiss_describe(handle)
        self.handle = handle
        dimension = description.d
        count = description.ntotal
        listCount = description.nlist
        isMemoryMapped = description.mapped
    }

    deinit {
        cfaiss_destroy(handle)
    }

    /// Opens an index that was saved, after checking the whole file.
    ///
    /// Mapping shares the page cache between processes and opens faster; otherwise the vectors are read into memory.
    /// Answers are the same. A mapped file must be replaced by renaming another over it, never overwritten.
    ///
    /// - Parameters:
    ///   - path: A file written by ``save(to:)`` or ``VectorIndexBuilder/save(to:)``.
    ///   - memoryMapped: Whether to map the file.
    ///   - kernel: The instructions to compare vectors with.
    ///   - threads: Threads that check the file and prepare it, this one among them.
    /// - Throws: ``VectorIndexError/fileSystem(_:)`` when the file cannot be read, and
    ///   ``VectorIndexError/unusableFile(_:)`` when it is not an index, is cut short or is inconsistent.
    public static func open(
        path: String, memoryMapped: Bool = true, kernel: SearchKernel = .fastest, threads: Int = 1
    ) throws(VectorIndexError) -> VectorIndex {
        let index = VectorIndex(owning: try loadHandle(path: path, memoryMapped: memoryMapped, threads: threads))
        // No one else has the index yet, so that changing its kernel is safe.
        try VectorIndexError.check(cfaiss_set_kernel(index.handle, kernel.code))
        return index
    }

    /// Writes the index beside the path, flushes it to the disk and renames it over the path.
    ///
    /// - Throws: ``VectorIndexError/fileSystem(_:)``; the file that was at the path, if any, is then still there.
    public func save(to path: String) throws(VectorIndexError) {
        try saveHandle(handle, to: path)
    }
}

/// Saves a C index. Paths with a NUL in them name no file.
func saveHandle(_ handle: OpaquePointer, to path: String) throws(VectorIndexError) {
    guard !path.utf8.contains(0) else { throw .fileSystem("a path cannot contain a NUL character") }
    try VectorIndexError.check(cfaiss_save(handle, path))
}

/// Loads a C index that the caller must free. Paths with a NUL in them name no file.
func loadHandle(path: String, memoryMapped: Bool, threads: Int) throws(VectorIndexError) -> OpaquePointer {
    guard !path.utf8.contains(0) else { throw .fileSystem("a path cannot contain a NUL character") }
    var handle: OpaquePointer?
    try VectorIndexError.check(cfaiss_load(path, memoryMapped, max(threads, 1), &handle))
    guard let handle else { throw .libraryFailure("loading gave no index") }
    return handle
}
