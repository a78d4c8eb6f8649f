internal import CPostgres
internal import Dispatch
internal import Synchronization

/// Cancels the statement under way on a session, and only that one.
///
/// A cancel request names a session, not a statement: one that is sent late would strike the next statement. The lock
/// is held while the request is sent, and a statement's end takes the lock, so no later statement can begin before
/// the server has passed on the request that was meant for an earlier one.
final class StatementCanceller: Sendable {
    private struct State: ~Copyable {
        let handle: CancelHandle
        var active: UInt64?
        var issued: UInt64 = 0
    }

    private let state: Mutex<State>

    init(_ connection: borrowing ConnectionHandle) {
        state = Mutex(State(handle: CancelHandle(connectionAt: connection.address), active: nil))
    }

    /// Marks a statement as under way and gives the ticket that cancels it.
    func begin() -> UInt64 {
        state.withLock { state in
            state.issued += 1
            state.active = state.issued
            return state.issued
        }
    }

    /// Marks the statement as over; waits for a cancel request that is on its way.
    func end(_ ticket: UInt64) {
        state.withLock { state in if state.active == ticket { state.active = nil } }
    }

    /// Asks the server to stop the statement if it is still under way; returns at once.
    func cancel(_ ticket: UInt64) {
        DispatchQueue.global().async { self.cancelNow(ticket) }
    }

    private func cancelNow(_ ticket: UInt64) {
        state.withLock { state in
            guard state.active == ticket else { return }
            state.handle.request()
        }
    }
}

/// Owns a `PGcancel`, which outlives nothing: it only remembers where to send the request.
struct CancelHandle: ~Copyable {
    private let pointer: OpaquePointer?

    /// Takes the connection by address: what is made from it shares nothing with it and may go to another thread.
    init(connectionAt address: UInt) { pointer = PQgetCancel(OpaquePointer(bitPattern: address)) }

    deinit { PQfreeCancel(pointer) }

    /// Sends the request and waits until the server has passed it on.
    func request() {
        var reason = [CChar](repeating: 0, count: 256)
        PQcancel(pointer, &reason, Int32(reason.count))
    }
}
