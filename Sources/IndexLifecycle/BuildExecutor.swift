internal import Dispatch

/// Runs a build's tasks on threads of their own: they compute for long, which must not hold the cooperative pool, and
/// the next page of the catalog is read while the one before is computed on.
final class BuildExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "index build", attributes: .concurrent)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
