import Glibc
import Synchronization

/// What the server's clock must know of a connection: what it waits for and until when.
///
/// The connection belongs to one of the library's threads; the clock that ends slow ones runs on another. All that they
/// share is one word, phase and deadline together, so that whoever exchanges it first decides.
final class ConnectionWatch: Sendable {
    enum Phase: UInt64 {
        /// For a request to begin.
        case idle
        /// For a request to arrive.
        case receiving
        /// For the handler, or for the client to read the answer.
        case answering
        /// For nothing: the clock has ended it.
        case ended
    }

    private let socket: Int32
    private let word: Atomic<UInt64>

    init(socket: Int32, idleUntil deadline: UInt64) {
        self.socket = socket
        word = Atomic(Self.word(.idle, deadline))
    }

    /// Enters a phase; false when the clock has ended the connection meanwhile.
    ///
    /// - Parameter deadline: in nanoseconds on the monotonic clock.
    func enter(_ phase: Phase, until deadline: UInt64) -> Bool {
        let old = word.load(ordering: .acquiring)
        guard Self.phase(old) != .ended else { return false }
        let new = Self.word(phase, deadline)
        return word.compareExchange(expected: old, desired: new, ordering: .acquiringAndReleasing).exchanged
    }

    /// Ends the connection if its time is over.
    ///
    /// Only while the connection is registered, for else the descriptor may be another's.
    ///
    /// - Parameter farewell: what to send to a client whose request did not arrive in time.
    func endIfOverdue(at now: UInt64, farewell: () -> [UInt8]) {
        let old = word.load(ordering: .acquiring)
        let phase = Self.phase(old)
        guard phase == .idle || phase == .receiving, now >= old >> 2 else { return }
        let (isMine, _) = word.compareExchange(
            expected: old, desired: Self.word(.ended, 0), ordering: .acquiringAndReleasing)
        guard isMine else { return }
        if phase == .receiving { Self.send(farewell(), to: socket) }
        shutdown(socket, Int32(SHUT_RDWR))
    }

    /// Until when the connection may go on waiting for a request; nil while it does something else.
    var idleDeadline: UInt64? {
        let word = word.load(ordering: .acquiring)
        return Self.phase(word) == .idle ? word >> 2 : nil
    }

    /// Ends the connection if it waits for a request; false where one has begun meanwhile.
    ///
    /// Only while the connection is registered, as above.
    func endIfIdle() -> Bool {
        let old = word.load(ordering: .acquiring)
        guard Self.phase(old) == .idle else { return false }
        let (isMine, _) = word.compareExchange(
            expected: old, desired: Self.word(.ended, 0), ordering: .acquiringAndReleasing)
        if isMine { shutdown(socket, Int32(SHUT_RDWR)) }
        return isMine
    }

    /// Hands the bytes to the system as far as it takes them, without waiting.
    static func send(_ bytes: [UInt8], to socket: Int32) {
        _ = Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }

    /// Two bits suffice for the phase, and 62 for 146 years.
    private static func word(_ phase: Phase, _ deadline: UInt64) -> UInt64 { deadline << 2 | phase.rawValue }

    private static func phase(_ word: UInt64) -> Phase { Phase(rawValue: word & 3) ?? .ended }
}
