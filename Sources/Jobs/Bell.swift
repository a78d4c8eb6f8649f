internal import Synchronization

/// Wakes whoever waits. A ring between looking and waiting is not lost: waiting names the last ring that was heard.
final class Bell: Sendable {
    private struct State {
        var rings: UInt64 = 0
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var issued: UInt64 = 0
    }

    private let state = Mutex(State())

    /// How often it rang.
    var rings: UInt64 { state.withLock { $0.rings } }

    /// Wakes everybody.
    func ring() {
        let waiters = state.withLock { state in
            state.rings += 1
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits until it has rung more often than `heard`, the time is over, or the task is cancelled.
    func wait(after heard: UInt64, atMost limit: Duration) async {
        let number = state.withLock { state in
            state.issued += 1
            return state.issued
        }
        var clock: Task<Void, any Error>?
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard enter(number, continuation, heard) else { return continuation.resume() }
                clock = Task {
                    try await Task.sleep(for: limit)
                    wake(number)
                }
                // Cancelled between the look and the entry: the handler below found nobody to wake.
                if Task.isCancelled { wake(number) }
            }
        } onCancel: {
            wake(number)
        }
        clock?.cancel()
    }

    private func enter(_ number: UInt64, _ continuation: CheckedContinuation<Void, Never>, _ heard: UInt64) -> Bool {
        state.withLock { state in
            guard state.rings == heard, !Task.isCancelled else { return false }
            state.waiters[number] = continuation
            return true
        }
    }

    private func wake(_ number: UInt64) { state.withLock { $0.waiters.removeValue(forKey: number) }?.resume() }
}
