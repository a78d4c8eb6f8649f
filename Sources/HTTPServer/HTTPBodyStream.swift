internal import Synchronization

/// A body that is made while it is sent, piece by piece, such as events that are yet to happen.
///
/// It is produced by a task that begins when the first bytes are wanted, and is cancelled when the client leaves, the
/// server stops or the connection ends. Meanwhile the connection costs no thread.
public final class HTTPBodyStream: Sendable {
    /// What a stream's producer writes to.
    public struct Writer: Sendable {
        fileprivate let stream: HTTPBodyStream

        /// Sends bytes; waits while the client is slow to read.
        /// - Returns: false once nobody reads any more: return then.
        public func write(_ bytes: [UInt8]) async -> Bool { await stream.append(bytes) }
    }

    /// How many bytes wait for a slow client before its producer does.
    static let capacity = 64 << 10

    private enum Phase {
        case idle
        case open
        /// Nothing comes any more; what waits is still sent.
        case ended
    }

    private struct State: ~Copyable {
        var phase = Phase.idle
        var waiting: [UInt8] = []
        var sent = 0
        var suspended: SuspendedConnection?
        var producer: Task<Void, Never>?
        var blocked: CheckedContinuation<Void, Never>?
    }

    private let produce: @Sendable (Writer) async -> Void
    private let state = Mutex(State())

    /// A body that `produce` writes; it ends when that returns.
    public init(_ produce: @escaping @Sendable (Writer) async -> Void) { self.produce = produce }

    /// Bytes handed to the library so far.
    var sentBytes: Int { state.withLock { $0.sent } }

    /// Whether the body is whole, or will never be.
    var isEnded: Bool { state.withLock { $0.phase == .ended } }

    // MARK: For the library

    /// What became of a request for bytes.
    enum Piece {
        case bytes(Int)
        /// None yet; the connection has been set aside and is resumed when there are some.
        case later
        case end
    }

    /// Copies what there is into `buffer`, or sets the connection aside; begins the production when first called.
    ///
    /// Only from within the library's call for this connection.
    func read(into buffer: UnsafeMutableRawBufferPointer, of connection: OpaquePointer) -> Piece {
        begin()
        let (piece, blocked) = state.withLock { state -> (Piece, CheckedContinuation<Void, Never>?) in
            guard !state.waiting.isEmpty else {
                if state.phase == .ended { return (.end, nil) }
                state.suspended = SuspendedConnection(suspending: connection)
                return (.later, nil)
            }
            let count = min(buffer.count, state.waiting.count)
            state.waiting.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            state.waiting.removeFirst(count)
            state.sent += count
            return (.bytes(count), state.blocked.take())
        }
        blocked?.resume()
        return piece
    }

    private func begin() {
        let isFirst = state.withLock { state in
            guard state.phase == .idle else { return false }
            state.phase = .open
            return true
        }
        guard isFirst else { return }
        let task = Task {
            await self.produce(Writer(stream: self))
            self.end()
        }
        let isOver = state.withLock { state in
            state.producer = task
            return state.phase == .ended
        }
        if isOver { task.cancel() }
    }

    /// Ends the body after what waits, and its production; may be called any number of times, from anywhere.
    func end() {
        let (producer, blocked) = state.withLock { state in
            state.phase = .ended
            // Dropping it lets the library go on with the connection.
            state.suspended = nil
            return (state.producer.take(), state.blocked.take())
        }
        producer?.cancel()
        blocked?.resume()
    }

    // MARK: For the producer

    private func append(_ bytes: [UInt8]) async -> Bool {
        guard !bytes.isEmpty else { return !isEnded }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustWait = state.withLock { state in
                    guard state.phase == .open else { return false }
                    state.waiting += bytes
                    state.suspended = nil
                    guard state.waiting.count > Self.capacity else { return false }
                    state.blocked = continuation
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.blocked.take() }?.resume()
        }
        return !isEnded && !Task.isCancelled
    }
}

extension HTTPBodyStream: Equatable {
    /// Whether both are the same stream: no two are alike.
    public static func == (left: HTTPBodyStream, right: HTTPBodyStream) -> Bool { left === right }
}
