import Foundation
import FoundationNetworking
import Synchronization
import Testing

@testable import HTTPServer

@Suite struct HTTPServerTests {
    private static func echo(_ request: HTTPRequest) -> HTTPReply { .now(HTTPResponse(body: request.body)) }

    @Test func answersOnTheSpot() async throws {
        try await withServer { server in
            let url = try #require(URL(string: "http://127.0.0.1:\(server.port)/a/b?x=1"))
            let (data, response) = try await URLSession.shared.data(from: url)
            #expect(String(decoding: data, as: UTF8.self) == "GET /a/b")
            #expect((response as? HTTPURLResponse)?.statusCode == 200)
        }
    }

    @Test func answersLater() async throws {
        let handler = TestHandler { request in
            .later {
                try? await Task.sleep(for: .milliseconds(20))
                return .text("later \(request.path)")
            }
        }
        try await withServer(handler) { server in
            for path in ["/1", "/2"] {
                let reply = try await ask(server, "GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(reply?.text == "later \(path)")
            }
        }
    }

    @Test func aLaterAnswerMayBeReadyAtOnce() async throws {
        try await withServer(TestHandler { _ in .later { .text("now") } }) { server in
            let port = server.port
            let count = try await offPool {
                let client = try RawClient(port: port)
                return (0..<300).count { _ in
                    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                    return client.reply()?.text == "now"
                }
            }
            #expect(count == 300)
        }
    }

    @Test func aPostedBodyArrivesWhole() async throws {
        let body = (0..<900_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try await withServer(TestHandler(Self.echo)) { server in
            var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(server.port)/")))
            request.httpMethod = "POST"
            let (data, _) = try await URLSession.shared.upload(for: request, from: Data(body))
            #expect(Array(data) == body)
        }
    }

    @Test func aChunkedBodyArrivesWhole() async throws {
        try await withServer(TestHandler(Self.echo)) { server in
            let reply = try await ask(
                server,
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
            )
            #expect(reply?.text == "hello world")
        }
    }

    @Test func aFormsBodyArrivesUnparsed() async throws {
        try await withServer(TestHandler(Self.echo)) { server in
            let head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            let reply = try await ask(server, head + "Content-Length: 5\r\n\r\na=%41")
            #expect(reply?.text == "a=%41")
        }
    }

    @Test func aLargeAnswerArrivesWhole() async throws {
        let body = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
        try await withServer(TestHandler { _ in .now(HTTPResponse(body: body)) }) { server in
            let reply = try await ask(server, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(reply?.body == body)
        }
    }

    @Test func headIsAnsweredWithoutBody() async throws {
        try await withServer { server in
            let port = server.port
            let replies = try await offPool {
                let client = try RawClient(port: port)
                client.send("HEAD /x HTTP/1.1\r\nHost: x\r\n\r\n")
                let head = client.reply(hasBody: false)
                client.send("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n")
                return [head, client.reply()]
            }
            #expect(replies[0]?.header("Content-Length") == "7")
            #expect(replies[1]?.text == "OPTIONS /")
        }
    }

    @Test func connectionsAreKeptAndRequestsPipelined() async throws {
        try await withServer { server in
            let port = server.port
            let texts = try await offPool {
                let client = try RawClient(port: port)
                client.send((0..<20).map { "GET /\($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined())
                return (0..<20).map { _ in client.reply()?.text }
            }
            #expect(texts == (0..<20).map { "GET /\($0)" })
        }
    }

    @Test func pipelinedLaterAnswersKeepTheirOrder() async throws {
        let handler = TestHandler { request in
            .later {
                try? await Task.sleep(for: .milliseconds(request.path == "/0" ? 60 : 1))
                return .text(request.path)
            }
        }
        try await withServer(handler) { server in
            let port = server.port
            let texts = try await offPool {
                let client = try RawClient(port: port)
                client.send((0..<5).map { "GET /\($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined())
                return (0..<5).map { _ in client.reply()?.text }
            }
            #expect(texts == (0..<5).map { "/\($0)" })
        }
    }

    @Test func expectContinueIsHonoured() async throws {
        try await withServer(TestHandler(Self.echo)) { server in
            let port = server.port
            let replies = try await offPool {
                let client = try RawClient(port: port)
                client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
                let interim = client.reply()
                client.send("abc")
                return [interim, client.reply()]
            }
            #expect(replies[0]?.status == 100)
            #expect(replies[1]?.text == "abc")
        }
    }

    @Test func aThousandIdleConnectionsBlockNobody() async throws {
        try await withServer { server in
            let port = server.port
            let answered = try await offPool {
                let idle = try (0..<1_000).map { _ in try RawClient(port: port) }
                let client = try RawClient(port: port)
                client.send("GET /in HTTP/1.1\r\nHost: x\r\n\r\n")
                let reply = client.reply()
                idle[999].send("GET /last HTTP/1.1\r\nHost: x\r\n\r\n")
                return [reply?.text, idle[999].reply()?.text]
            }
            #expect(answered == ["GET /in", "GET /last"])
        }
    }

    @Test func clientsThatLeaveHarmNothing() async throws {
        let handler = TestHandler { _ in
            .later {
                try? await Task.sleep(for: .milliseconds(30))
                return HTTPResponse(body: [UInt8](repeating: 1, count: 500_000))
            }
        }
        try await withServer(handler) { server in
            let port = server.port
            try await offPool {
                let beginnings = [
                    "G", "GET /", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: x\r\nX-",
                    "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
                ]
                for beginning in beginnings + beginnings {
                    let client = try RawClient(port: port)
                    client.send(beginning)
                    client.close()
                }
            }
            #expect(try await ask(server, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")?.body.count == 500_000)
        }
    }

    @Test func exchangesAreObserved() async throws {
        let handler = TestHandler { .now(.text("abc", status: $0.path == "/no" ? 404 : 200)) }
        try await withServer(handler) { server in
            _ = try await ask(
                server, "POST /yes HTTP/1.1\r\nHost: x\r\nX-Request-Id: r-1\r\nContent-Length: 2\r\n\r\nhi")
            _ = try await ask(server, "GET /no HTTP/1.1\r\nHost: x\r\n\r\n")
        }
        let exchanges = handler.exchanges.sorted { $0.status < $1.status }
        #expect(exchanges.map(\.status) == [200, 404])
        #expect(exchanges.map(\.request.path) == ["/yes", "/no"])
        #expect(exchanges[0].request.requestID == "r-1")
        #expect(exchanges[0].receivedBytes == 2 && exchanges[0].sentBytes == 3)
        #expect(exchanges.allSatisfy { $0.duration > .zero && $0.isComplete })
    }

    @Test func threadsArePreparedOnce() async throws {
        let handler = TestHandler()
        try await withServer(handler, configuration: settings { $0.threads = 1 }) { server in
            for _ in 0..<5 { _ = try await ask(server, "GET / HTTP/1.1\r\nHost: x\r\n\r\n") }
        }
        #expect(handler.preparedThreads == 1)
    }

    @Test func requestIDsAndTracesAreContinued() async throws {
        let handler = TestHandler { .now(.text("\($0.requestID) \($0.trace.traceID) \($0.remoteAddress)")) }
        try await withServer(handler) { server in
            let trace = "0af7651916cd43dd8448eb211c80319c"
            let reply = try await ask(
                server,
                "GET / HTTP/1.1\r\nhost: x\r\nx-request-id: mine\r\nTRACEPARENT: 00-\(trace)-b7ad6b7169203331-01\r\n\r\n"
            )
            #expect(reply?.text == "mine \(trace) 127.0.0.1")
            #expect(reply?.header("X-Request-Id") == "mine")
            let fresh = try await ask(server, "GET / HTTP/1.1\r\nHost: x\r\nX-Request-Id: a b\r\n\r\n")
            #expect(fresh?.header("X-Request-Id")?.count == 32)
        }
    }

    @Test func noHeaderBreaksAnAnswerInTwo() async throws {
        let headers: HTTPHeaders = [
            "X-Good": "1", "X-Bad": "a\r\nX-Evil: 1", "Content-Length": "999", "Set-Cookie": "a",
        ]
        try await withServer(TestHandler { _ in .now(HTTPResponse(headers: headers, body: [65])) }) { server in
            let reply = try await ask(server, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(reply?.header("X-Good") == "1" && reply?.header("Set-Cookie") == "a")
            #expect(reply?.header("X-Evil") == nil)
            #expect(reply?.text == "A")
        }
    }
}
