internal import Dispatch

/// Runs jobs in order on a queue of its own: builds compute for long, and opening a generation reads all of it, which
/// must not hold the cooperative pool, whose few threads everything else needs.
final class BlockingExecutor: SerialExecutor, TaskExecutor {
    private let queue: DispatchQueue

    init(_ name: String) { queue = DispatchQueue(label: name) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async {
            unsafe job.runSynchronously(
                isolatedTo: self.asUnownedSerialExecutor(), taskExecutor: self.asUnownedTaskExecutor())
        }
    }
}
