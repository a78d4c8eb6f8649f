internal import Dispatch
internal import Synchronization

/// Chunks of a range, handed out to a fixed number of threads.
///
/// Which thread takes which chunk is left to chance, so results must not depend on it: every chunk writes places of its
/// own, and the chunks' bounds do not depend on the number of threads.
struct WorkerPool: Sendable {
    let threads: Int

    init(threads: Int) { self.threads = max(1, threads) }

    /// Calls `body` once for each chunk; each thread has a state of its own, made by `makeState`.
    func forEachChunk<State>(
        of count: Int, size: Int, state makeState: @Sendable () -> State,
        _ body: @Sendable (Int, Range<Int>, inout State) -> Void
    ) {
        let chunks = (count + size - 1) / size
        guard chunks > 0 else { return }
        let next = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: min(threads, chunks)) { _ in
            var state = makeState()
            while true {
                let chunk = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard chunk < chunks else { return }
                body(chunk, chunk * size..<min(count, (chunk + 1) * size), &state)
            }
        }
    }
}
