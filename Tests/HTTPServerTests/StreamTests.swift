import Foundation
import Synchronization
import TestSupport
import Testing

@testable import HTTPServer

/// Reads from a connection until `text` has come, or nothing more does.
private func read(_ client: RawClient, until text: String) -> String {
    var seen = ""
    while !seen.contains(text), let more = client.more() { seen += more }
    return seen
}

private let get = "GET /events HTTP/1.1\r\nHost: x\r\n\r\n"

@Suite struct StreamTests {
    private func streaming(_ produce: @escaping @Sendable (HTTPBodyStream.Writer) async -> Void) -> TestHandler {
        TestHandler { _ in
            .later { HTTPResponse(contentType: "text/event-stream", stream: HTTPBodyStream(produce)) }
        }
    }

    @Test func piecesArriveAsTheyAreMade() async throws {
        let (steps, next) = AsyncStream.makeStream(of: String.self)
        let handler = streaming { writer in
            for await step in steps { guard await writer.write(Array(step.utf8)) else { return } }
        }
        try await withServer(handler) { server in
            let port = server.port
            next.yield("one\n")
            try await offPool {
                let client = try RawClient(port: port)
                client.send(get)
                let head = read(client, until: "one\n")
                #expect(head.hasPrefix("HTTP/1.1 200"))
                #expect(head.contains("Transfer-Encoding: chunked"))
                #expect(!head.contains("Content-Length"))
                next.yield("two\n")
                #expect(read(client, until: "two\n").contains("two\n"))
                next.finish()
                #expect(read(client, until: "0\r\n\r\n").hasSuffix("0\r\n\r\n"))
                // The connection goes on with other requests.
                client.send(get)
                #expect(read(client, until: "\r\n\r\n").hasPrefix("HTTP/1.1 200"))
            }
        }
        #expect(handler.exchanges.first?.sentBytes == 8)
        #expect(handler.exchanges.first?.isComplete == true)
    }

    @Test func aClientThatLeavesEndsTheProduction() async throws {
        let isOver = Mark()
        let handler = streaming { writer in
            while await writer.write(Array("tick\n".utf8)) { try? await Task.sleep(for: .milliseconds(5)) }
            isOver.set()
        }
        try await withServer(handler) { server in
            let port = server.port
            try await offPool {
                let client = try RawClient(port: port)
                client.send(get)
                #expect(read(client, until: "tick").contains("tick"))
                client.close()
            }
            try await eventually { isOver.isSet }
        }
    }

    @Test func aSlowReaderHoldsTheProducerBack() async throws {
        let written = Counter()
        let handler = streaming { writer in
            for _ in 0..<4_000 {
                guard await writer.write([UInt8](repeating: 65, count: 16 << 10)) else { return }
                written.add(16 << 10)
            }
        }
        try await withServer(handler) { server in
            let port = server.port
            let client = try await offPool {
                let client = Holder(try RawClient(port: port))
                client.value.send(get)
                return client
            }
            try await Task.sleep(for: .milliseconds(500))
            let first = written.total
            // What the two ends of a connection buffer by themselves is a few megabytes at most.
            #expect(first < 32 << 20)
            _ = client
        }
        #expect(written.total < 4_000 * (16 << 10))
    }

    @Test func aServerThatStopsEndsItsStreams() async throws {
        let isOver = Mark()
        let handler = streaming { writer in
            _ = await writer.write(Array("begun\n".utf8))
            try? await Task.sleep(for: .seconds(3_600))
            isOver.set()
        }
        let server = try HTTPServer(configuration: HTTPServerConfiguration(), handler: handler)
        let port = server.port
        let client = try await offPool {
            let client = Holder(try RawClient(port: port))
            client.value.send(get)
            #expect(read(client.value, until: "begun").contains("begun"))
            return client
        }
        let start = ContinuousClock.now
        await server.stop(patience: .seconds(600))
        #expect(ContinuousClock.now - start < .seconds(300), "of ten minutes")
        #expect(try await offPool { read(client.value, until: "\r\n0\r\n\r\n").hasSuffix("0\r\n\r\n") })
        try await eventually { isOver.isSet }
    }

    @Test func headOfAStreamHasNoBodyAndProducesNothing() async throws {
        let begun = Mark()
        let handler = streaming { _ in begun.set() }
        try await withServer(handler) { server in
            let reply = try await ask(server, "HEAD /events HTTP/1.1\r\nHost: x\r\n\r\n", hasBody: false)
            #expect(reply?.status == 200)
            #expect(reply?.body.isEmpty == true)
        }
        #expect(!begun.isSet)
    }

    @Test func manyStreamsCostNoThreads() async throws {
        let handler = streaming { writer in
            _ = await writer.write(Array("hello\n".utf8))
            try? await Task.sleep(for: .milliseconds(300))
            _ = await writer.write(Array("bye\n".utf8))
        }
        try await withServer(handler) { server in
            let port = server.port
            let count = try await offPool {
                let clients = try (0..<100).map { _ in try RawClient(port: port) }
                for client in clients { client.send(get) }
                return clients.count { read($0, until: "0\r\n\r\n").contains("bye") }
            }
            #expect(count == 100)
        }
    }
}

/// Something that has happened, or not.
private final class Mark: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
}

/// A sum.
private final class Counter: Sendable {
    private let value = Atomic(0)

    var total: Int { value.load(ordering: .relaxed) }
    func add(_ number: Int) { value.add(number, ordering: .relaxed) }
}
