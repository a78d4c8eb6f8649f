import Synchronization

/// A connection set aside until its answer is there: from the handler, or from whatever ends the wait before.
///
/// The first to settle it decides; the rest comes too late and is dropped.
final class PendingReply: Sendable {
    private let suspended: Mutex<SuspendedConnection?>
    private let answer = Mutex<HTTPResponse?>(nil)
    private let tasks = Mutex<[Task<Void, Never>]>([])

    init(_ suspended: consuming SuspendedConnection) {
        self.suspended = Mutex(suspended)
    }

    /// Starts the handler's work and the clock that limits it.
    func start(
        _ work: @escaping @Sendable () async -> HTTPResponse, limit: Duration,
        onTimeout: @escaping @Sendable () -> HTTPResponse
    ) {
        let worker = Task { self.settle(await work()) }
        let clock = Task {
            do { try await Task.sleep(for: limit) } catch { return }
            self.settle(onTimeout())
        }
        tasks.withLock { $0 = [worker, clock] }
        // Settled before the tasks were known here: nobody has cancelled them yet.
        if isSettled { cancelTasks() }
    }

    /// Gives the answer and resumes the connection, unless that has been done.
    func settle(_ response: HTTPResponse) {
        suspended.withLock { suspended in
            guard let connection = suspended.take() else { return }
            answer.withLock { $0 = response }
            connection.resume()
        }
        cancelTasks()
    }

    /// The answer, once; nil before it is settled.
    func takeAnswer() -> HTTPResponse? { answer.withLock { $0.take() } }

    private var isSettled: Bool { suspended.withLock { $0 == nil } }

    private func cancelTasks() {
        for task in tasks.withLock({ $0 }) { task.cancel() }
    }
}
