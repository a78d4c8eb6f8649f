/// Why Redis did not answer as asked.
public enum RedisError: Error, Equatable, Sendable, CustomStringConvertible {
    /// No connection could be made; the reason is the operating system's or the server's.
    case cannotConnect(address: String, reason: String)

    /// The last attempts to connect failed, and the next waits this many seconds more; nothing was sent.
    case backingOff(address: String, seconds: Double)

    /// No answer came in time; whether the command was carried out is unknown.
    case timedOut(address: String)

    /// The connection broke; whether the command was carried out is unknown.
    case disconnected(address: String, reason: String)

    /// The server refused the command: the first word of its message (`WRONGTYPE`, `NOAUTH`) and all of it.
    case refused(code: String, message: String)

    /// The answer was of another type than the caller expected.
    case unexpectedReply(String)

    /// The session was closed by its owner.
    case closed

    /// Whether Redis as a whole is out of reach, in contrast to a command that it understood and refused.
    public var isUnreachable: Bool {
        switch self {
        case .cannotConnect, .backingOff, .timedOut, .disconnected: true
        case .refused, .unexpectedReply, .closed: false
        }
    }

    /// One sentence for a person; addresses are shown without their passwords.
    public var description: String {
        switch self {
        case .cannotConnect(let address, let reason):
            "cannot connect to Redis at \(address): \(reason); check that it runs and that REDIS_URL is right"
        case .backingOff(let address, let seconds):
            "Redis at \(address) does not answer; the next attempt is due in \(seconds) s"
        case .timedOut(let address):
            "Redis at \(address) did not answer in time"
        case .disconnected(let address, let reason):
            "the connection to Redis at \(address) broke: \(reason)"
        case .refused(_, let message):
            "Redis refused a command: \(message)"
        case .unexpectedReply(let reply):
            "Redis answered with \(reply), which was not expected"
        case .closed:
            "the Redis session is closed"
        }
    }
}
