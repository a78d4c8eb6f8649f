internal import COpenBLAS

/// How many threads OpenBLAS uses.
///
/// One, set before the first call of this module: the matrices are small, so that a team of threads costs more than it
/// brings; results do not depend on the machine's number of cores; and threads that somebody else started never grow
/// teams of their own.
enum BLASThreads {
    /// Reading this sets the number, once in the life of the process.
    static let single: Void = openblas_set_num_threads(1)
}
