/// What the server refuses by itself, before or instead of the handler.
public enum HTTPRejection: Sendable, Equatable {
    /// The request cannot be taken for one thing only: an undecodable target, contradictory lengths.
    case malformed(reason: String)

    /// The body is longer than this many bytes.
    case bodyTooLarge(limit: Int)

    /// Request line and header fields are longer than this many bytes.
    case headersTooLarge(limit: Int)

    /// The request did not arrive in time.
    case requestTimeout

    /// The handler did not answer in time.
    case handlerTimeout

    /// As many requests as the server takes are waiting for their answers.
    case overloaded

    /// The server is about to stop.
    case stopping

    /// The status that fits.
    public var status: Int {
        switch self {
        case .malformed: 400
        case .bodyTooLarge: 413
        case .headersTooLarge: 431
        case .requestTimeout: 408
        case .handlerTimeout, .overloaded, .stopping: 503
        }
    }

    /// A stable code for programs.
    public var code: String {
        switch self {
        case .malformed: "request_malformed"
        case .bodyTooLarge: "body_too_large"
        case .headersTooLarge: "headers_too_large"
        case .requestTimeout: "request_timeout"
        case .handlerTimeout: "answer_timeout"
        case .overloaded: "overloaded"
        case .stopping: "stopping"
        }
    }

    /// One sentence for a person, with the mend.
    public var message: String {
        switch self {
        case .malformed(let reason): "the request is malformed: \(reason)"
        case .bodyTooLarge(let limit): "the body is longer than \(limit) bytes; send less at once"
        case .headersTooLarge(let limit): "request line and headers are longer than \(limit) bytes; send fewer of them"
        case .requestTimeout: "the request did not arrive in time; send it again"
        case .handlerTimeout: "the answer took too long; ask again later"
        case .overloaded: "too many requests are waiting for their answers; ask again later"
        case .stopping: "the service is about to stop; ask again"
        }
    }

    /// After how many seconds the same request may fare better, where time is the mend.
    public var retryAfter: Int? {
        switch self {
        case .handlerTimeout, .overloaded, .stopping: 1
        case .malformed, .bodyTooLarge, .headersTooLarge, .requestTimeout: nil
        }
    }
}
