import HTTPServer

/// Waits on loopback for a browser to come back from another service.
final class CallbackListener: Sendable {
    private struct Handler: HTTPHandler {
        let arrivals: AsyncStream<[String: String]>.Continuation

        /// Only the one path; a browser asks for an icon as well.
        func handle(_ request: HTTPRequest) -> HTTPReply {
            guard request.method == "GET", request.path == "/callback" else {
                return .now(.text("nothing here\n", status: 404))
            }
            arrivals.yield(Dictionary(request.query.map { ($0.name, $0.value) }) { first, _ in first })
            return .now(.text("Thank you. You can close this page and go back to the terminal.\n"))
        }
    }

    private let server: HTTPServer
    private let arrivals: AsyncStream<[String: String]>

    /// Listens from now on.
    /// - Throws: `HTTPServerError` where the port is taken.
    init(port: Int) throws {
        let (arrivals, continuation) = AsyncStream.makeStream(of: [String: String].self)
        var configuration = HTTPServerConfiguration()
        (configuration.port, configuration.threads) = (port, 1)
        server = try HTTPServer(configuration: configuration, handler: Handler(arrivals: continuation))
        self.arrivals = arrivals
    }

    /// What the browser must be sent to.
    var address: String { "http://127.0.0.1:\(server.port)/callback" }

    /// The fields that the browser brings.
    /// - Throws: `CancellationError`.
    func fields() async throws -> [String: String] {
        var iterator = arrivals.makeAsyncIterator()
        guard let fields = await iterator.next() else { throw CancellationError() }
        return fields
    }

    /// Ends listening once the browser has its answer.
    func stop() async { await server.stop(patience: .seconds(1)) }
}
