import Synchronization

/// Lets so many calls through at once; the others wait in order, and a cancelled one leaves the queue.
final class ConcurrencyGate: Sendable {
    private struct State {
        var free: Int
        var next = 0
        var queue: [(ticket: Int, continuation: CheckedContinuation<Bool, Never>)] = []
    }

    private let state: Mutex<State>

    init(width: Int) {
        precondition(width > 0, "a gate lets something through")
        state = Mutex(State(free: width))
    }

    /// Waits for a place; false when the task was cancelled, and then there is nothing to leave.
    func enter() async -> Bool {
        let ticket = state.withLock { state in
            state.next += 1
            return state.next
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    if Task.isCancelled { return false }
                    guard state.free == 0 else {
                        state.free -= 1
                        return true
                    }
                    state.queue.append((ticket, continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            withdraw(ticket)
        }
    }

    /// Gives the place to the next in the queue.
    func leave() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard state.queue.isEmpty else { return state.queue.removeFirst().continuation }
            state.free += 1
            return nil
        }
        next?.resume(returning: true)
    }

    private func withdraw(_ ticket: Int) {
        let waiting = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard let place = state.queue.firstIndex(where: { $0.ticket == ticket }) else { return nil }
            return state.queue.remove(at: place).continuation
        }
        waiting?.resume(returning: false)
    }
}
