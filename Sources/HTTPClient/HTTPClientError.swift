/// Why a request has no answer. Texts name hosts, never paths or queries, which may hold secrets.
public enum HTTPClientError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which limit of time ran out.
    public enum Phase: String, Sendable {
        /// Too many requests before this one.
        case waiting
        /// No connection, or no agreement on TLS, in time.
        case connecting
        /// The transfer stood still.
        case stalled
        /// The whole took too long.
        case total
    }

    /// The request cannot be sent as it is: a URL or header that is malformed, or of another scheme.
    case invalidRequest(String)
    /// The host's name has no address.
    case nameResolution(String)
    /// No connection to the host.
    case connect(String)
    /// TLS failed: an untrusted certificate, another name, no common version.
    case tls(String)
    /// A limit of time ran out.
    case timedOut(Phase)
    /// The body is longer than the request allows, in bytes.
    case tooLarge(limit: Int)
    /// The headers are longer than any honest server's.
    case headersTooLarge
    /// The connection ended before the announced length.
    case truncated
    /// The connection broke.
    case cut(String)
    /// What came is not HTTP, or is packed wrongly.
    case malformed(String)
    /// A redirect to another host or from TLS to plain text.
    case redirectRefused(to: String)
    /// More redirects than allowed.
    case tooManyRedirects(limit: Int)
    /// The task was cancelled.
    case cancelled
    /// Too many requests wait already.
    case busy(waiting: Int)
    /// The client was closed.
    case closed
    /// Anything else, with the library's code.
    case failed(code: Int, String)

    /// One sentence for a person.
    public var description: String {
        switch self {
        case .invalidRequest(let reason): "the request cannot be sent: \(reason)"
        case .nameResolution(let reason): "the host's name cannot be resolved: \(reason); check the network and DNS"
        case .connect(let reason): "cannot connect: \(reason)"
        case .tls(let reason): "TLS failed: \(reason)"
        case .timedOut(let phase): "timed out (\(phase.rawValue))"
        case .tooLarge(let limit): "the answer is longer than \(limit) bytes"
        case .headersTooLarge: "the answer's headers are too long"
        case .truncated: "the answer ended before its announced length"
        case .cut(let reason): "the connection broke: \(reason)"
        case .malformed(let reason): "the answer is malformed: \(reason)"
        case .redirectRefused(let host): "a redirect to \(host) was refused: only the same host may redirect"
        case .tooManyRedirects(let limit): "more than \(limit) redirects"
        case .cancelled: "cancelled"
        case .busy(let waiting): "\(waiting) requests wait already"
        case .closed: "the client is closed"
        case .failed(let code, let reason): "failed with code \(code): \(reason)"
        }
    }

    /// Whether the server certainly did not begin to work on the request.
    public var happenedBeforeSending: Bool {
        switch self {
        case .invalidRequest, .nameResolution, .connect, .tls, .busy, .closed: true
        case .timedOut(let phase): phase == .waiting || phase == .connecting
        default: false
        }
    }
}
