import HTTPServer
import Providers
import Synchronization

/// Waits on loopback for a browser to come back from another service.
final class CallbackListener: Sendable {
    private final class Handler: HTTPHandler {
        private let arrivals: AsyncStream<Result<String, SpotifyConsentError>>.Continuation
        private let expected = Mutex<SpotifyAuthorization.Attempt?>(nil)

        init(_ arrivals: AsyncStream<Result<String, SpotifyConsentError>>.Continuation) { self.arrivals = arrivals }

        func expect(_ attempt: SpotifyAuthorization.Attempt) { expected.withLock { $0 = attempt } }

        /// Only the one path; a browser asks for an icon as well.
        func handle(_ request: HTTPRequest) -> HTTPReply {
            guard request.method == "GET", request.path == "/callback", let attempt = expected.withLock({ $0 }) else {
                return .now(.text("nothing here\n", status: 404))
            }
            let fields = Dictionary(request.query.map { ($0.name, $0.value) }) { first, _ in first }
            do throws(SpotifyConsentError) {
                arrivals.yield(.success(try attempt.code(in: fields)))
                return .now(.text("Thank you. You can close this page and go back to the terminal.\n"))
            } catch .foreign {
                // Another page of the browser, or somebody else: who waits goes on waiting for the right answer.
                let mend = "Open the address that `segue accounts connect` printed last, and permit there."
                return .now(
                    .text("This answers another request than the one that is waited for. \(mend)\n", status: 400))
            } catch {
                arrivals.yield(.failure(error))
                let mend = "Run `segue accounts connect` again if that was not meant."
                return .now(.text("Nothing was connected: \(error.description). \(mend)\n", status: 403))
            }
        }
    }

    private let server: HTTPServer
    private let handler: Handler
    private let arrivals: AsyncStream<Result<String, SpotifyConsentError>>

    /// Listens from now on.
    /// - Throws: `HTTPServerError` where the port is taken.
    init(port: Int) throws {
        let (arrivals, continuation) = AsyncStream.makeStream(of: Result<String, SpotifyConsentError>.self)
        var configuration = HTTPServerConfiguration()
        (configuration.port, configuration.threads) = (port, 1)
        handler = Handler(continuation)
        server = try HTTPServer(configuration: configuration, handler: handler)
        self.arrivals = arrivals
    }

    /// What the browser must be sent to.
    var address: String { "http://127.0.0.1:\(server.port)/callback" }

    /// From now on takes the answer to this request, and no other's.
    func expect(_ attempt: SpotifyAuthorization.Attempt) { handler.expect(attempt) }

    /// The code that the browser brings.
    /// - Throws: `SpotifyConsentError.refused` where permission is not given, `CancellationError`.
    func code() async throws -> String {
        var iterator = arrivals.makeAsyncIterator()
        guard let answer = await iterator.next() else { throw CancellationError() }
        return try answer.get()
    }

    /// Ends listening once the browser has its answer.
    func stop() async { await server.stop(patience: .seconds(1)) }
}
