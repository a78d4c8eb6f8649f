/// One request, read to its end.
///
/// A request is handed on many times, hence all of it but the body is behind one reference.
public struct HTTPRequest: Sendable {
    /// A pair out of the query, decoded.
    public struct QueryItem: Sendable, Equatable {
        /// What stands before the equals sign.
        public let name: String

        /// What stands after it, empty without one.
        public let value: String
    }

    /// The method as sent, in capitals for all that HTTP defines.
    public var method: String { head.method }

    /// The path, percent-decoded as a whole, for logs and for comparing with fixed paths.
    public var path: String { head.path }

    /// The parts between the path's slashes, each decoded after the split, so that an encoded slash splits nothing:
    /// `["api", "v1", "tracks"]`; a trailing slash gives an empty last one.
    public var segments: [String] { head.segments }

    /// The query's pairs in order; a name may occur more than once.
    public var query: [QueryItem] { head.query }

    /// The header fields.
    public var headers: HTTPHeaders { head.headers }

    /// The body, empty when there is none.
    public internal(set) var body: [UInt8]

    /// The client's address in digits, without the port; that of a proxy when there is one in between.
    public var remoteAddress: String { head.remoteAddress }

    /// Names the request in logs and answers: the caller's `X-Request-Id` if it is acceptable, else a fresh one.
    public var requestID: String { head.requestID }

    /// The request's place in the caller's trace, or the beginning of a new one.
    public var trace: TraceContext { head.trace }

    /// When the request line had been read.
    public var received: ContinuousClock.Instant { head.received }

    private let head: Head

    /// A request made by hand, for calling a handler without a server.
    ///
    /// - Parameters:
    ///   - method: the method in capitals.
    ///   - target: path and query, percent-encoded; one that cannot be decoded stands for `/`.
    ///   - headers: the header fields, from which request id and trace are taken too.
    ///   - body: the bytes of the body.
    ///   - remoteAddress: the client's.
    public init(
        method: String, target: String, headers: HTTPHeaders = [:], body: [UInt8] = [],
        remoteAddress: String = "127.0.0.1"
    ) {
        self.init(
            method: method, target: RequestTarget(target.utf8), headers: headers, body: body,
            remoteAddress: remoteAddress, received: .now)
    }

    init(
        method: String, target: RequestTarget?, headers: HTTPHeaders, body: [UInt8], remoteAddress: String,
        received: ContinuousClock.Instant
    ) {
        self.body = body
        head = Head(
            method: method, target: target, headers: headers, remoteAddress: remoteAddress, received: received)
    }

    /// The value of the query's first pair of this name.
    public func query(_ name: String) -> String? { query.first { $0.name == name }?.value }
}

extension HTTPRequest {
    /// What is known of a request before its body is.
    private final class Head: Sendable {
        let method: String
        let path: String
        let segments: [String]
        let query: [QueryItem]
        let headers: HTTPHeaders
        let remoteAddress: String
        let requestID: String
        let trace: TraceContext
        let received: ContinuousClock.Instant

        init(
            method: String, target: RequestTarget?, headers: HTTPHeaders, remoteAddress: String,
            received: ContinuousClock.Instant
        ) {
            (self.method, self.headers) = (method, headers)
            (segments, query, path) = (target?.segments ?? [], target?.query ?? [], target?.path ?? "/")
            (self.remoteAddress, self.received) = (remoteAddress, received)
            requestID =
                headers["X-Request-Id"].flatMap { RandomID.isAcceptable($0) ? $0 : nil }
                ?? RandomID.hexadecimal(bytes: 16)
            trace = TraceContext(continuing: headers["traceparent"])
        }
    }
}
