internal import Synchronization

/// Spreads what happens to jobs within a process: one connection listens, any number of readers hear.
public final class JobFeed: Sendable {
    private struct Reader {
        var job: JobID?
        var continuation: AsyncStream<JobSignal>.Continuation
    }

    private struct State {
        var readers: [UInt64: Reader] = [:]
        var issued: UInt64 = 0
    }

    private let store: any JobStore
    private let state = Mutex(State())

    /// A feed of a store's signals; silent until it runs.
    public init(store: any JobStore) { self.store = store }

    /// Listens and spreads until the task is cancelled.
    public func run() async {
        for await signal in store.signals() { spread(signal) }
    }

    /// What happens to a job, or to all of them, for as long as the stream is read.
    ///
    /// At most 64 signals wait for a slow reader; older ones give way, so look at the job itself for where it stands.
    public func signals(of job: JobID? = nil) -> AsyncStream<JobSignal> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: JobSignal.self, bufferingPolicy: .bufferingNewest(64))
        let number = state.withLock { state in
            state.issued += 1
            state.readers[state.issued] = Reader(job: job, continuation: continuation)
            return state.issued
        }
        continuation.onTermination = { [weak self] _ in self?.forget(number) }
        return stream
    }

    private func forget(_ number: UInt64) {
        // Let go of outside the lock: what a continuation holds may end with it.
        let reader = state.withLock { $0.readers.removeValue(forKey: number) }
        _ = reader
    }

    private func spread(_ signal: JobSignal) {
        for reader in state.withLock({ Array($0.readers.values) }) {
            guard reader.job.map(signal.mayConcern) ?? true else { continue }
            reader.continuation.yield(signal)
        }
    }
}
