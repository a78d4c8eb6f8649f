import Foundation
import Synchronization
import TestSupport
import Testing

@testable import HTTPServer

@Suite struct HTTPServerLimitTests {
    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n0123456789",
    ])
    func whatIsWithinTheLimitsPasses(text: String) async throws {
        try await withServer(configuration: settings { $0.maximumBodyBytes = 10 }) { server in
            let reply = try await ask(server, text)
            #expect(reply?.status == 200)
        }
    }

    @Test func aDeclaredBodyTooLongIsRefused() async throws {
        try await withServer(configuration: settings { $0.maximumBodyBytes = 10 }) { server in
            let reply = try await ask(server, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n01234567890")
            #expect(reply?.status == 413)
            #expect(reply?.text == "refused: body_too_large")
        }
    }

    @Test func aBodyFarTooLongIsRefusedUnread() async throws {
        try await withServer(configuration: settings { $0.maximumBodyBytes = 10 }) { server in
            let huge = try await ask(server, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")
            #expect(huge?.status == 413)
            let head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n"
            #expect(try await ask(server, head)?.status == 413, "no invitation to go on")
        }
    }

    @Test func chunksAreCounted() async throws {
        let head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        try await withServer(configuration: settings { $0.maximumBodyBytes = 10 }) { server in
            let reply = try await ask(server, head + "8\r\n01234567\r\n3\r\n012\r\n0\r\n\r\n")
            #expect(reply?.status == 413)
            #expect(try await ask(server, head + "8\r\n01234567\r\n2\r\n01\r\n0\r\n\r\n")?.status == 200)
        }
    }

    @Test func endlessChunksAreCutOff() async throws {
        try await withServer(configuration: settings { $0.maximumBodyBytes = 10 }) { server in
            let port = server.port
            let ended = try await offPool {
                let client = try RawClient(port: port)
                client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
                let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 1, count: 65_536) + Array("\r\n".utf8)
                for _ in 0..<200 { client.send(chunk) }
                return client.reply()?.status == 413 || client.isClosedByServer()
            }
            #expect(ended)
            #expect(try await ask(server, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")?.status == 200)
        }
    }

    @Test func headersTooLongAreRefused() async throws {
        try await withServer(configuration: settings { $0.maximumHeaderBytes = 1_024 }) { server in
            let reply = try await ask(
                server, "GET / HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "a", count: 1_100))\r\n\r\n")
            #expect(reply?.status == 431)
            #expect(reply?.text == "refused: headers_too_large")
            let absurd = String(repeating: "a", count: 100_000)
            let status = try await ask(server, "GET / HTTP/1.1\r\nHost: x\r\nX: \(absurd)\r\n\r\n")?.status
            #expect(status == 431 || status == nil)
            #expect(try await ask(server, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")?.status == 200)
        }
    }

    @Test(arguments: [
        "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", "GET /%ff HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /?q=%00 HTTP/1.1\r\nHost: x\r\n\r\n", "GET relative HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "nonsense\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nabc\r\n0\r\n\r\n",
    ])
    func whatMayBeReadInTwoWaysIsRefused(text: String) async throws {
        try await withServer { server in
            let status = try await ask(server, text)?.status
            #expect(status == nil || status == 400)
            #expect(try await ask(server, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")?.status == 200)
        }
    }

    @Test func aSlowBodyTimesOut() async throws {
        try await withServer(configuration: settings { $0.requestTimeout = .milliseconds(300) }) { server in
            let port = server.port
            let (reply, closed) = try await offPool {
                let client = try RawClient(port: port)
                client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
                return (client.reply(), client.isClosedByServer())
            }
            #expect(reply?.status == 408)
            #expect(reply?.text == "refused: request_timeout")
            #expect(closed)
        }
    }

    @Test func tricklingHeadersTimeOut() async throws {
        try await withServer(configuration: settings { $0.requestTimeout = .milliseconds(300) }) { server in
            let port = server.port
            let reply = try await offPool {
                let client = try RawClient(port: port)
                client.send("GET / HTTP/1.1\r\n")
                for _ in 0..<12 {
                    client.send("X")
                    usleep(50_000)
                }
                return client.reply()
            }
            #expect(reply?.status == 408)
        }
    }

    @Test func idleConnectionsAreClosed() async throws {
        try await withServer(configuration: settings { $0.idleTimeout = .milliseconds(200) }) { server in
            let port = server.port
            let closed = try await offPool {
                let (silent, used) = (try RawClient(port: port), try RawClient(port: port))
                used.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = used.reply()
                return [silent.isClosedByServer(), used.isClosedByServer()]
            }
            #expect(closed == [true, true])
        }
    }

    @Test func aSlowHandlerIsAnsweredForAndCancelled() async throws {
        let cancelled = Flag()
        let handler = TestHandler { _ in
            .later {
                do { try await Task.sleep(for: .seconds(3_600)) } catch { cancelled.raise() }
                return .text("too late")
            }
        }
        try await withServer(handler, configuration: settings { $0.requestTimeout = .milliseconds(200) }) { server in
            var reply = try await ask(server, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            // On a machine that is slow the time may be over before the request is read.
            while reply?.status == 408 { reply = try await ask(server, "GET / HTTP/1.1\r\nHost: x\r\n\r\n") }
            #expect(reply?.status == 503)
            #expect(reply?.header("Retry-After") == "1")
            #expect(reply?.text == "refused: answer_timeout")
        }
        try await eventually { cancelled.isRaised }
    }

    @Test func tooManyInFlightAreRefused() async throws {
        let (gate, arrivals) = (Flag(), DispatchSemaphore(value: 0))
        let handler = TestHandler { _ in
            arrivals.signal()
            return .later {
                while !gate.isRaised { try? await Task.sleep(for: .milliseconds(5)) }
                return .text("done")
            }
        }
        try await withServer(handler, configuration: settings { $0.maximumInFlight = 2 }) { server in
            let port = server.port
            let replies = try await offPool {
                let clients = try (0..<3).map { _ in try RawClient(port: port) }
                for client in clients.prefix(2) {
                    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                    arrivals.wait()
                }
                clients[2].send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                let refused = clients[2].reply()
                gate.raise()
                return [clients[0].reply(), clients[1].reply(), refused]
            }
            #expect(replies.map { $0?.status } == [200, 200, 503])
            #expect(replies[2]?.header("Retry-After") == "1")
            #expect(try await ask(server, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")?.status == 200, "places are given back")
        }
    }
}

/// Something that has happened or not.
final class Flag: Sendable {
    private let raised = Atomic(false)

    var isRaised: Bool { raised.load(ordering: .acquiring) }

    func raise() { raised.store(true, ordering: .releasing) }
}

@Suite struct HTTPServerCrowdTests {
    private static let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    private func server(connections: Int) throws -> HTTPServer {
        var configuration = HTTPServerConfiguration()
        configuration.maximumConnections = connections
        return try HTTPServer(configuration: configuration, handler: TestHandler())
    }

    @Test func idleClientsMakeRoomLongestFirst() async throws {
        let server = try server(connections: 4)
        let port = server.port
        try await offPool {
            let idle = try (0..<4).map { _ in try RawClient(port: port) }
            for client in idle {
                client.send(Self.request)
                #expect(client.reply()?.status == 200)
            }
            let late = try RawClient(port: port)
            late.send(Self.request)
            #expect(late.reply()?.status == 200)
            #expect(idle[0].isClosedByServer())
            idle[3].send(Self.request)
            #expect(idle[3].reply()?.status == 200)
        }
        await server.stop()
    }

    @Test func hundredsOfIdleClientsKeepNobodyOut() async throws {
        let server = try server(connections: 64)
        let port = server.port
        try await offPool {
            let idle = try (0..<300).map { _ in try RawClient(port: port) }
            let late = try RawClient(port: port)
            late.send(Self.request)
            #expect(late.reply()?.status == 200)
            for client in idle { client.close() }
        }
        await server.stop()
    }

    @Test func connectionsAreSpreadOverTheThreads() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.threads = 3
        let threads = Mutex<[UInt: Int]>([:])
        let handler = TestHandler { _ in
            threads.withLock { $0[UInt(pthread_self()), default: 0] += 1 }
            return .now(.text("ok"))
        }
        let server = try HTTPServer(configuration: configuration, handler: handler)
        let port = server.port
        try await offPool {
            let clients = try (0..<9).map { _ in try RawClient(port: port) }
            for client in clients {
                client.send(Self.request)
                #expect(client.reply()?.status == 200)
            }
        }
        #expect(threads.withLock { Array($0.values) } == [3, 3, 3])
        await server.stop()
    }
}
