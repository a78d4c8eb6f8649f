internal import Dispatch

/// Runs a build's tasks on threads of their own: they compute for long, which must not hold the cooperative pool, and
/// the next page of the catalog is read while the one before is computed on.
///
/// In the background, which on Linux is a nice value that threads hand down to those that they start: requests are
/// answered first, and a build takes what they leave.
final class BuildExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "index build", qos: .background, attributes: .concurrent)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
