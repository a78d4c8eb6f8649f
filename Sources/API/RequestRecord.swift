internal import HTTPServer

/// What logs and metrics may know of a request: never its token, its body, its query or the ids in its path.
struct RequestRecord: Sendable {
    let request: HTTPRequest
    /// The template of its path.
    var route: String
    /// Who calls: issuer and key of a good token, else the address.
    var client: String

    init(_ request: HTTPRequest, route: String) {
        (self.request, self.route, client) = (request, route, request.remoteAddress)
    }

    /// The method, or `OTHER` for one that HTTP does not define: it is the caller's own text.
    var method: String { Self.methods.contains(request.method) ? request.method : "OTHER" }

    private static let methods: Set = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT",
    ]

    /// Writes the request's line.
    func write(to log: Log, status: Int, elapsed: Duration, _ problem: Problem?) {
        log.write(
            status >= 500 ? .error : .info, ofMany: "request",
            [
                "request_id": .text(request.requestID), "trace_id": .text(request.trace.traceID),
                "span_id": .text(request.trace.spanID), "method": .text(method), "route": .text(route),
                "status": .integer(status), "ms": .number((elapsed / .milliseconds(1) * 1_000).rounded() / 1_000),
                "client": .text(client), "code": problem.map { .text($0.code) },
                "cause": problem?.cause.map { .text($0) },
            ])
    }

    /// The answer with the header fields that every answer has.
    func complete(_ response: HTTPResponse) -> HTTPResponse {
        var response = response
        response.headers["X-Request-Id"] = request.requestID
        response.headers["traceparent"] = request.trace.header
        response.headers["X-Content-Type-Options"] = "nosniff"
        if response.headers["Cache-Control"] == nil { response.headers.add("Cache-Control", "no-store") }
        return response
    }
}
