import Foundation
import Synchronization

/// An outside service as a test needs it: a real socket on loopback, threads of its own, and faults on demand.
///
/// Stops when it goes out of use. What it answers is a plain function of the request; what goes wrong is decided by
/// rules, the first of which that strikes counts, and is the same for the same seed and the same sequence of calls.
public final class FakeServer: Sendable {
    /// Answers a request.
    public typealias Handler = @Sendable (FakeRequest) -> FakeResponse

    struct State {
        var rules: [FaultRule] = []
        var calls: [String: Int] = [:]
        var log: [String] = []
        var faults = 0
        var connections: [Int32] = []
        var accepted = 0
        var isStopped = false
        /// How many times the rules were replaced.
        var era = 0
    }

    /// The port on 127.0.0.1.
    public let port: Int
    let seed: UInt64
    let handler: Handler
    let state = Mutex(State())
    private let listener: Int32

    /// Listens and answers from now on.
    ///
    /// - Parameters:
    ///   - port: 0 for any free one.
    ///   - seed: decides which calls faults by chance strike.
    /// - Throws: `FakeServerError` when no socket can be had.
    public init(port: Int = 0, seed: UInt64 = 1, handler: @escaping Handler) throws {
        (self.seed, self.handler) = (seed, handler)
        (listener, self.port) = try Self.listen(port)
        let listener = listener
        Thread.detachNewThread { [weak self] in
            // Closed by the one thread that uses it: elsewhere its number could belong to another server by then.
            defer { close(listener) }
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                guard let self, self.admit(connection) else {
                    close(connection)
                    return
                }
                Thread.detachNewThread { [weak self] in FakeConnection(connection).serve { self } }
            }
        }
    }

    deinit { stop() }

    /// Where clients reach it.
    public var url: String { "http://127.0.0.1:\(port)" }

    /// Ends the listener and all connections.
    public func stop() {
        let open = state.withLock { state -> [Int32] in
            guard !state.isStopped else { return [] }
            state.isStopped = true
            state.era += 1
            shutdown(listener, Int32(SHUT_RDWR))
            return state.connections
        }
        for connection in open { shutdown(connection, Int32(SHUT_RDWR)) }
    }

    /// Replaces the rules of what goes wrong; answers that are late by the rules of before are sent at once.
    public func setFaults(_ rules: [FaultRule]) {
        state.withLock { state in
            state.rules = rules
            state.era += 1
        }
    }

    /// Waits, but no longer than an era of the rules lasts.
    func wait(_ milliseconds: Int, in era: Int) {
        let end = ContinuousClock.now + .milliseconds(milliseconds)
        while ContinuousClock.now < end, state.withLock({ $0.era }) == era {
            Thread.sleep(forTimeInterval: min(0.01, max(0, (end - .now) / .seconds(1))))
        }
    }

    /// Calls so far by `METHOD /path`.
    public var calls: [String: Int] { state.withLock { $0.calls } }

    /// All calls so far, or those whose path begins so.
    public func callCount(_ prefix: String = "") -> Int {
        state.withLock { $0.calls.filter { $0.key.drop { $0 != "/" }.hasPrefix(prefix) }.values.reduce(0, +) }
    }

    /// `METHOD /path?query` of every call in order.
    public var log: [String] { state.withLock { $0.log } }

    /// How many faults have struck.
    public var faultCount: Int { state.withLock { $0.faults } }

    /// How many connections were accepted.
    public var connectionCount: Int { state.withLock { $0.accepted } }

    /// Forgets counts and log; rules stay.
    public func resetCounts() {
        state.withLock { ($0.calls, $0.log, $0.faults, $0.accepted) = ([:], [], 0, 0) }
    }

    private func admit(_ connection: Int32) -> Bool {
        state.withLock { state in
            guard !state.isStopped else { return false }
            state.connections.append(connection)
            state.accepted += 1
            return true
        }
    }

    func closed(_ connection: Int32) {
        state.withLock { state in
            state.connections.removeAll { $0 == connection }
            // Under the lock, so that `stop` never shuts down a number that somebody else has got since.
            close(connection)
        }
    }

    /// Counts a call and says what goes wrong with it, and in which era of the rules.
    func count(_ request: FakeRequest) -> (fault: Fault, era: Int)? {
        state.withLock { state in
            let key = "\(request.method) \(request.path)"
            let call = state.calls[key, default: 0]
            state.calls[key] = call + 1
            let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
            state.log.append(query.isEmpty ? key : "\(key)?\(query)")
            guard let rule = state.rules.first(where: { $0.strikes(request, call: call, seed: seed) }) else {
                return nil
            }
            state.faults += 1
            return (rule.fault, state.era)
        }
    }

    private static func listen(_ port: Int) throws -> (socket: Int32, port: Int) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard listener >= 0 else { throw FakeServerError.noSocket(errno) }
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> Int32 in
                guard bind(listener, address, size) == 0, Glibc.listen(listener, 128) == 0 else { return -1 }
                return getsockname(listener, address, &size)
            }
        }
        guard status == 0 else {
            close(listener)
            throw FakeServerError.noSocket(errno)
        }
        return (listener, Int(in_port_t(bigEndian: address.sin_port)))
    }
}

/// Why a fake does not listen.
public enum FakeServerError: Error, Sendable {
    /// The operating system's error number.
    case noSocket(Int32)
}
