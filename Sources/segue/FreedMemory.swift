import CMalloc

/// What becomes of memory that a request is done with.
enum FreedMemory {
    /// What each thread may keep for the next request, in bytes.
    private static let kept: Int32 = 8 << 20

    /// Keeps it in the process.
    ///
    /// Otherwise the C library gives a request's buffers back to the system at its end, and each page of them costs a
    /// fault when the next request touches it: a tenth of the processor time of one that ranks a thousand candidates.
    static func keep() {
        mallopt(M_TRIM_THRESHOLD, kept)
        mallopt(M_MMAP_THRESHOLD, kept / 2)
    }
}
