internal import Dispatch

/// Runs jobs in order on a queue of its own: opening a generation reads all of it, which must not hold the cooperative
/// pool, whose few threads everything else needs.
final class BlockingExecutor: SerialExecutor {
    private let queue: DispatchQueue

    init(_ name: String) { queue = DispatchQueue(label: name) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { unsafe job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
