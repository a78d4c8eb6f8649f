internal import Dispatch

/// A serial queue of one session: the library's blocking calls wait here and never on the cooperative pool.
final class SessionExecutor: SerialExecutor {
    private let queue = DispatchQueue(label: "segue.postgres.session")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    /// Runs blocking work on the queue before there is an actor to isolate it.
    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: body)) }
        }
    }
}
