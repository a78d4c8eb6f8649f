import Foundation
import Synchronization
import TestSupport
import Testing

@testable import HTTPServer

@Suite struct HTTPServerLifeTests {
    /// Says when a request has arrived, so that nothing depends on how busy the machine is.
    private final class Arrival: Sendable {
        private let hasArrived = Atomic(false)

        func note() { hasArrived.store(true, ordering: .relaxed) }

        func wait() async throws {
            try await eventually { hasArrived.load(ordering: .relaxed) }
        }
    }

    private func slowHandler(_ duration: Duration, _ arrival: Arrival) -> TestHandler {
        TestHandler { _ in
            arrival.note()
            return .later {
                try? await Task.sleep(for: duration)
                return .text("done")
            }
        }
    }

    @Test func requestsUnderWayEndBeforeTheServer() async throws {
        let arrival = Arrival()
        let server = try HTTPServer(
            configuration: HTTPServerConfiguration(), handler: slowHandler(.milliseconds(300), arrival))
        let port = server.port
        async let reply = ask(server, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        try await arrival.wait()
        await server.stop(patience: .seconds(120))
        let answer = try await reply
        #expect(answer?.text == "done")
        #expect(answer?.header("Connection") == "close")
        await #expect(throws: POSIXError.self) { try await offPool { _ = try RawClient(port: port) } }
        await server.stop()
    }

    @Test func requestsThatTakeTooLongAreAnsweredAtTheEnd() async throws {
        let arrival = Arrival()
        let server = try HTTPServer(
            configuration: HTTPServerConfiguration(), handler: slowHandler(.seconds(3_600), arrival))
        async let reply = ask(server, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        try await arrival.wait()
        await server.stop(patience: .milliseconds(100))
        let answer = try await reply
        #expect(answer?.text == "refused: stopping")
    }

    @Test func idleConnectionsDoNotDelayTheEnd() async throws {
        let server = try HTTPServer(configuration: HTTPServerConfiguration(), handler: TestHandler())
        let port = server.port
        let idle = try await offPool {
            let client = Holder(try RawClient(port: port))
            client.value.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(client.value.reply()?.status == 200)
            return client
        }
        let start = ContinuousClock.now
        await server.stop(patience: .seconds(600))
        #expect(ContinuousClock.now - start < .seconds(300), "of ten minutes")
        let isClosed = try await offPool { idle.value.isClosedByServer() }
        #expect(isClosed)
    }

    @Test func aForgottenServerEndsByItself() async throws {
        var server: HTTPServer? = try HTTPServer(configuration: HTTPServerConfiguration(), handler: TestHandler())
        let port = try #require(server?.port)
        server = nil
        await #expect(throws: POSIXError.self) { try await offPool { _ = try RawClient(port: port) } }
    }

    @Test func aTakenPortIsNamed() async throws {
        try await withServer { server in
            var configuration = HTTPServerConfiguration()
            configuration.port = server.port
            #expect(throws: HTTPServerError.addressInUse(host: "127.0.0.1", port: server.port)) {
                try HTTPServer(configuration: configuration, handler: TestHandler())
            }
        }
    }

    @Test func anUnknownHostIsNamed() {
        var configuration = HTTPServerConfiguration()
        configuration.host = "no host at all"
        #expect(throws: HTTPServerError.unknownHost("no host at all")) {
            try HTTPServer(configuration: configuration, handler: TestHandler())
        }
    }

    @Test(
        arguments: [
            { (c: inout HTTPServerConfiguration) in c.port = 70_000 }, { $0.threads = 0 }, { $0.maximumBodyBytes = -1 },
            { $0.maximumHeaderBytes = 1 }, { $0.requestTimeout = .zero }, { $0.maximumConnections = 0 },
            { $0.maximumInFlight = -1 },
        ] as [@Sendable (inout HTTPServerConfiguration) -> Void])
    func senselessSettingsAreRefused(change: @Sendable (inout HTTPServerConfiguration) -> Void) {
        var configuration = HTTPServerConfiguration()
        change(&configuration)
        #expect(throws: HTTPServerError.self) {
            try HTTPServer(configuration: configuration, handler: TestHandler())
        }
    }
}
