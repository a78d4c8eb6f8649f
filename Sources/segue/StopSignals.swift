import Dispatch
import Foundation
import Synchronization

/// Waits for the signals that ask a service to stop.
///
/// The first one asks for a graceful stop; after it the signals have their ordinary effect again, so that a second one
/// ends the process at once. One object serves a whole command: the library that listens sets a signal's handler once in a
/// process, so a second object, after the first has given the signals back, would hear nothing.
final class StopSignals: Sendable {
    private struct State {
        var sources: [any DispatchSourceSignal] = []
        var arrived: Int32?
        var waiting: [UUID: CheckedContinuation<Int32?, Never>] = [:]
    }

    private static let numbers = [SIGINT, SIGTERM, SIGHUP]

    private let state = Mutex(State())

    /// Begins listening; a broken connection must not end the process, so SIGPIPE is ignored from now on.
    init() {
        signal(SIGPIPE, SIG_IGN)
        state.withLock { state in
            for number in Self.numbers {
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler { @Sendable [weak self] in self?.arrive(number) }
                source.resume()
                state.sources.append(source)
            }
        }
    }

    /// Waits for the first signal, or gives it at once where it has come; nil where the task is cancelled before.
    func first() async -> Int32? {
        let waiter = UUID()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isWaiting = state.withLock { state in
                    guard state.arrived == nil, !Task.isCancelled else { return false }
                    state.waiting[waiter] = continuation
                    return true
                }
                if !isWaiting { continuation.resume(returning: state.withLock { $0.arrived }) }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: waiter) }?.resume(returning: nil)
        }
    }

    /// Listens no more: from now on the signals have their ordinary effect, and nobody waits for one.
    func giveBack() { end(nil) }

    private func arrive(_ number: Int32) { end(number) }

    private func end(_ number: Int32?) {
        let (waiting, arrived) = state.withLock { state in
            state.arrived = state.arrived ?? number
            for source in state.sources { source.cancel() }
            defer { (state.sources, state.waiting) = ([], [:]) }
            return (Array(state.waiting.values), state.arrived)
        }
        for number in Self.numbers { signal(number, SIG_DFL) }
        for continuation in waiting { continuation.resume(returning: arrived) }
    }
}
