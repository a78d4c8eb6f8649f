import HTTPServer
import Synchronization

/// A handler made of a closure, which keeps what it is told.
final class TestHandler: HTTPHandler {
    private let answer: @Sendable (HTTPRequest) -> HTTPReply
    private let observed = Mutex<[HTTPExchange]>([])
    private let threads = Atomic(0)

    init(_ answer: @escaping @Sendable (HTTPRequest) -> HTTPReply = { .now(.text("\($0.method) \($0.path)")) }) {
        self.answer = answer
    }

    var exchanges: [HTTPExchange] { observed.withLock { $0 } }
    var preparedThreads: Int { threads.load(ordering: .relaxed) }

    func handle(_ request: HTTPRequest) -> HTTPReply { answer(request) }

    func reject(_ rejection: HTTPRejection, request: HTTPRequest?) -> HTTPResponse {
        .text("refused: \(rejection.code)", status: rejection.status)
    }

    func observe(_ exchange: HTTPExchange) { observed.withLock { $0.append(exchange) } }

    func prepareThread() { threads.add(1, ordering: .relaxed) }
}

/// The defaults with a change.
func settings(_ change: (inout HTTPServerConfiguration) -> Void) -> HTTPServerConfiguration {
    var configuration = HTTPServerConfiguration()
    change(&configuration)
    return configuration
}

/// Runs a server for the length of a closure, and stops it afterwards.
func withServer<Value: Sendable>(
    _ handler: TestHandler = TestHandler(), configuration: HTTPServerConfiguration = HTTPServerConfiguration(),
    _ body: (HTTPServer) async throws -> Value
) async throws -> Value {
    let server = try HTTPServer(configuration: configuration, handler: handler)
    do {
        let value = try await body(server)
        await server.stop(patience: .seconds(120))
        return value
    } catch {
        await server.stop(patience: .seconds(120))
        throw error
    }
}

/// One request over a connection of its own.
func ask(_ server: HTTPServer, _ text: String, hasBody: Bool = true) async throws -> RawReply? {
    let port = server.port
    return try await offPool {
        let client = try RawClient(port: port)
        client.send(text)
        return client.reply(hasBody: hasBody)
    }
}
