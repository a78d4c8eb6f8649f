/// What a server serves.
public protocol HTTPHandler: Sendable {
    /// Answers a request.
    ///
    /// Called on one of the server's few threads, so it must not block: what waits belongs into `HTTPReply.later`.
    func handle(_ request: HTTPRequest) -> HTTPReply

    /// Puts a refusal of the server's own into words; by default one line of plain text.
    ///
    /// The server adds `Retry-After` itself.
    ///
    /// - Parameters:
    ///   - rejection: what is refused and why.
    ///   - request: the request as far as it is known, nil when its headers had not arrived.
    func reject(_ rejection: HTTPRejection, request: HTTPRequest?) -> HTTPResponse

    /// Learns that an exchange is over; by default nothing. For logs and metrics.
    ///
    /// Called on one of the server's threads, so it must not block.
    func observe(_ exchange: HTTPExchange)

    /// Called once on each of the server's threads before its first request; by default nothing.
    ///
    /// For state that libraries keep per thread, such as the number of OpenMP threads.
    func prepareThread()
}

extension HTTPHandler {
    /// One line of plain text.
    public func reject(_ rejection: HTTPRejection, request: HTTPRequest?) -> HTTPResponse {
        .text("\(rejection.code): \(rejection.message)\n", status: rejection.status)
    }

    /// Nothing.
    public func observe(_ exchange: HTTPExchange) {}

    /// Nothing.
    public func prepareThread() {}
}
