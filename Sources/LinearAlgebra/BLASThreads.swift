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

/// What OpenBLAS takes for the value of `OPENBLAS_NUM_THREADS`, in place of its own function of this name.
///
/// It asks while it is loaded, before anything of the program runs, and starts a thread for each further processor,
/// which looks for work in a loop until it falls asleep: tens of milliseconds of a processor at every start, for threads
/// that ``BLASThreads/single`` then leaves unused. An OpenBLAS that asks otherwise starts them still, and no more.
@c(openblas_num_threads_env)
public func threadsOfOpenBLAS() -> CInt {
    1
}
