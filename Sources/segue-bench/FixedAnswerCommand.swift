import Foundation
import HTTPServer
import Processors
import Terminal

/// `segue-bench http`: the HTTP server alone, every request getting the same bytes, until the process is ended.
struct FixedAnswerCommand: Sendable {
    let console: Console
    private let port = Option(
        "--port", "PORT", .integer(in: 0...65_535), "Where to listen on the loopback (default: 0)")
    private let size = Option("--bytes", "COUNT", .integer(in: 0...(1 << 24)), "Length of the answer (default: 6000)")

    init(console: Console) { self.console = console }

    var command: Command {
        Command(
            "http", "Answers every request with the same bytes, until it is ended",
            options: [port.description, size.description], action: run)
    }

    @Sendable private func run(_ invocation: Invocation) async throws -> ExitStatus {
        var configuration = HTTPServerConfiguration()
        configuration.port = invocation[port] ?? 0
        configuration.threads = ProcessInfo.processInfo.activeProcessorCount
        let body = [UInt8](repeating: UInt8(ascii: " "), count: invocation[size] ?? 6_000)
        let server = try HTTPServer(configuration: configuration, handler: FixedAnswer(body: body))
        console.note("listening on 127.0.0.1:\(server.port)")
        while !Task.isCancelled { try await Task.sleep(for: .seconds(3_600)) }
        return .success
    }
}

/// One answer for everything.
private struct FixedAnswer: HTTPHandler {
    let body: [UInt8]

    /// As the service does.
    func prepareThread() { TimeSlices.shorten() }

    func handle(_ request: HTTPRequest) -> HTTPReply { .now(.json(body)) }
}
