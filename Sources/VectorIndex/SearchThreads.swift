internal import CFaiss

/// Limits the libraries below to `count` threads: OpenMP for the calling thread, OpenBLAS for the process.
///
/// Call it with 1 at the start of each thread of a fixed pool. Searches make no OpenMP team, but training does, and
/// every foreign thread that enters OpenMP would otherwise get a team of its own as large as the machine.
///
/// - Throws: ``VectorIndexError/invalidArgument(_:)`` unless `count` is at least 1.
public func setSearchThreads(_ count: Int) throws(VectorIndexError) {
    try VectorIndexError.check(cfaiss_set_threads(size(count)))
}

/// A count as C takes it: what is negative becomes zero, which C refuses with a message.
func size(_ count: Int) -> Int {
    max(0, count)
}
