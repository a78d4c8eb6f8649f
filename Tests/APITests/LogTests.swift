import Catalog
import Foundation
import HTTPServer
import Testing

@testable import API

@Suite struct LogTests {
    @Test(arguments: Transport.allCases)
    func everyRequestHasALine(_ transport: Transport) async throws {
        try await Service.with(transport) { service in
            let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            let answer = try await service.send(
                "DELETE", "/api/v1/tracks/segue:3", headers: ["X-Request-Id": "req-1", "traceparent": parent])
            #expect(answer.headers["X-Request-Id"] == "req-1")
            #expect(answer.headers["traceparent"]?.hasPrefix("00-4bf92f3577b34da6a3ce929d0e0e4736-") == true)
            #expect(answer.headers["traceparent"] != parent)
            let line = try #require(try service.log.entries.first { $0["request_id"].text == "req-1" })
            #expect(line["level"].text == "info")
            #expect(line["trace_id"].text == "4bf92f3577b34da6a3ce929d0e0e4736")
            #expect(line["method"].text == "DELETE")
            #expect(line["route"].text == "/api/v1/tracks/{id}")
            #expect(line["status"].number == 204)
            #expect(line["client"].text == "tests/k1")
            #expect((line["ms"].number ?? -1) >= 0)
            #expect(
                line["time"].text.flatMap { try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse($0) }
                    != nil)
        }
    }

    @Test func nothingThatCallersSendIsLogged() async throws {
        try await Service.with { service in
            let secret = "s3cr3t"
            let headers: HTTPHeaders = ["X-Spotify-Token": secret, "Cookie": secret, "User-Agent": secret]
            let token = try service.token()
            for (method, target) in [
                ("GET", "/api/v1/tracks?q=\(secret)"), ("GET", "/api/v1/tracks?\(secret)=1"),
                ("DELETE", "/api/v1/tracks/\(secret)"), ("GET", "/\(secret)"), ("POST", "/api/v1/recommend"),
            ] {
                let body = Array(#"{"url": "\#(secret)", "\#(secret)": 1}"#.utf8)
                for credentials: Service.Credentials in [.token(token), .token("\(secret).a.b")] {
                    _ = try await service.send(
                        method, target, credentials, headers: headers, body: method == "POST" ? body : [])
                }
            }
            #expect(try service.log.entries.count >= 10)
            #expect(!service.log.text.contains(secret))
            #expect(!service.log.text.contains(token))
            #expect(!service.log.text.contains(token.split(separator: ".")[2]))
        }
    }

    @Test func whatNobodyForesawIsLoggedInFullAndNotShown() async throws {
        let recorder = LogRecorder()
        struct Surprise: Error { var detail = "row 17 of table users" }
        let problem = Problem(Surprise(), retryAfter: 5)
        #expect(problem.status == 500)
        let record = RequestRecord(HTTPRequest(method: "GET", target: "/x"), route: "/x")
        record.write(to: Log(to: recorder), status: problem.status, elapsed: .milliseconds(2), problem)
        let shown = String(decoding: problem.response(requestID: "r").body, as: UTF8.self)
        #expect(!shown.contains("row 17"))
        let line = try #require(try recorder.entries.first)
        #expect(line["level"].text == "error")
        #expect(line["cause"].text?.contains("row 17 of table users") == true)
        #expect(line["ms"].number == 2)
    }

    @Test func aStoreThatFailsIsTheServicesFault() async throws {
        let problem = Problem(CatalogStoreErrorSample.failed, retryAfter: 5)
        #expect(problem.status == 500)
        #expect(!problem.detail.contains("relation"))
        #expect(problem.cause?.contains("relation") == true)
    }

    @Test func methodsOfCallersOwnMakingAreNotRepeated() {
        let record = RequestRecord(HTTPRequest(method: "EVIL\n", target: "/"), route: "/")
        #expect(record.method == "OTHER")
    }

    @Test func linesBelowTheMinimumAreNotWritten() throws {
        let recorder = LogRecorder()
        let log = Log(minimum: .warning, to: recorder)
        log.write(.info, "no")
        log.write(.warning, "yes", ["n": 1, "text": "a\nb", "none": nil])
        let entries = try recorder.entries
        #expect(entries.count == 1)
        #expect(entries[0]["text"].text == "a\nb")
        #expect(entries[0].names == ["time", "level", "message", "n", "text"])
        #expect(recorder.text.hasSuffix("}\n"))
    }
}

private enum CatalogStoreErrorSample {
    static let failed = CatalogStoreError.failed("relation tracks does not exist")
}
