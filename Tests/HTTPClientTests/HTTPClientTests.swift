import FakeServices
import Foundation
import HTTPClient
import TestSupport
import Testing

private func client(_ change: (inout HTTPClientConfiguration) -> Void = { _ in }) -> HTTPClient {
    var configuration = HTTPClientConfiguration(userAgent: "SegueTests/1.0 (+https://example.org)")
    configuration.usesEnvironmentProxy = false
    change(&configuration)
    return HTTPClient(configuration: configuration)
}

private func echo() throws -> FakeServer {
    try FakeServer { request in
        switch request.path {
        case "/missing": .text("not here", status: 404)
        case "/large": .text(String(repeating: "x", count: 200_000))
        case "/here": FakeResponse(status: 302, headers: ["Location": "/there"])
        case "/see": FakeResponse(status: 303, headers: ["Location": "there"])
        case "/loop": FakeResponse(status: 307, headers: ["Location": "/loop"])
        case "/kept": FakeResponse(status: 307, headers: ["Location": "/echo"])
        default:
            .json([
                "method": request.method, "path": request.path, "body": String(decoding: request.body, as: UTF8.self),
                "headers": request.headers, "query": request.query.map { "\($0.name)=\($0.value)" },
            ])
        }
    }
}

private struct Echo: Decodable {
    var method: String
    var path: String
    var body: String
    var headers: [String: String]
    var query: [String]
}

extension HTTPClientResponse {
    fileprivate func echo() throws -> Echo { try JSONDecoder().decode(Echo.self, from: Data(body)) }
}

@Suite struct HTTPClientTests {
    @Test func aRequestArrivesAsItWasDescribed() async throws {
        let server = try echo()
        defer { server.stop() }
        let request = HTTPClientRequest(
            .post, server.url + "/echo?a=1&b=%20x",
            headers: [("X-Kind", "trial"), ("Content-Type", "application/json"), ("X-Empty", "")],
            body: Array("{\"n\": 1}".utf8))
        let response = try await client().send(request)
        let echo = try response.echo()
        #expect(response.status == 200)
        #expect(response.header("Content-TYPE") == "application/json; charset=utf-8")
        #expect(echo.method == "POST")
        #expect(echo.body == "{\"n\": 1}")
        #expect(echo.query == ["a=1", "b= x"])
        #expect(echo.headers["x-kind"] == "trial")
        #expect(echo.headers["x-empty"] == "")
        #expect(echo.headers["user-agent"] == "SegueTests/1.0 (+https://example.org)")
        #expect(echo.headers["accept-encoding"]?.contains("gzip") == true)
        #expect(echo.headers["expect"] == nil)
    }

    @Test(arguments: HTTPClientRequest.Method.allCases.filter { $0 != .head })
    func everyMethodIsSent(_ method: HTTPClientRequest.Method) async throws {
        let server = try echo()
        defer { server.stop() }
        let body: [UInt8]? = method == .get ? nil : Array("x=1".utf8)
        let echo = try await client().send(HTTPClientRequest(method, server.url + "/echo", body: body)).echo()
        #expect(echo.method == method.rawValue)
        #expect(echo.body == (body == nil ? "" : "x=1"))
    }

    @Test func headHasHeadersAndNoBody() async throws {
        let server = try echo()
        defer { server.stop() }
        let response = try await client().send(HTTPClientRequest(.head, server.url + "/large"))
        #expect(response.header("content-length") == "200000")
        #expect(response.body.isEmpty)
    }

    @Test func aPostWithoutBodySendsNone() async throws {
        let server = try echo()
        defer { server.stop() }
        let echo = try await client().send(HTTPClientRequest(.post, server.url + "/echo")).echo()
        #expect(echo.body.isEmpty)
        #expect(echo.headers["content-length"] == "0")
    }

    @Test func anyStatusIsAnAnswer() async throws {
        let server = try echo()
        defer { server.stop() }
        let response = try await client().send(HTTPClientRequest(.get, server.url + "/missing"))
        #expect(response.status == 404)
        #expect(String(decoding: response.body, as: UTF8.self) == "not here")
    }

    @Test func connectionsAreReused() async throws {
        let server = try echo()
        defer { server.stop() }
        let client = client()
        for turn in 0..<20 {
            let response = try await client.send(HTTPClientRequest(.get, server.url + "/echo"))
            #expect(response.reusedConnection == (turn > 0))
        }
        #expect(server.connectionCount == 1)
    }

    @Test func whatMayNotBeRepeatedGoesOutOnAFreshConnection() async throws {
        let server = try echo()
        defer { server.stop() }
        let client = client()
        for _ in 0..<3 { _ = try await client.send(HTTPClientRequest(.post, server.url + "/echo")) }
        #expect(server.connectionCount == 3)
    }

    @Test func manyRequestsShareFewConnections() async throws {
        let server = try echo()
        defer { server.stop() }
        let client = client { $0.maximumConnectionsPerHost = 4 }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<200 {
                group.addTask { try await client.send(HTTPClientRequest(.get, server.url + "/echo")).status }
            }
            for try await status in group { #expect(status == 200) }
        }
        #expect(server.connectionCount <= 4)
        #expect(server.callCount() == 200)
    }
}

@Suite struct HTTPClientRedirectTests {
    @Test func aRedirectToTheSameHostIsFollowed() async throws {
        let server = try echo()
        defer { server.stop() }
        let echo = try await client().send(HTTPClientRequest(.get, server.url + "/here")).echo()
        #expect(echo.path == "/there")
    }

    @Test(arguments: [("/see", "GET", ""), ("/here", "GET", ""), ("/kept", "POST", "x=1")])
    func aRedirectedPostBecomesWhatTheStatusSays(_ path: String, _ method: String, _ body: String) async throws {
        let server = try echo()
        defer { server.stop() }
        let request = HTTPClientRequest(.post, server.url + path, body: Array("x=1".utf8))
        let echo = try await client().send(request).echo()
        #expect(echo.method == method)
        #expect(echo.body == body)
    }

    @Test func aRedirectToAnotherHostIsRefused() async throws {
        let (server, other) = (try echo(), try echo())
        defer { server.stop() }
        server.setFaults([FaultRule(.redirect(to: other.url + "/echo", status: 302), on: "/out")])
        var request = HTTPClientRequest(.get, server.url + "/out")
        request.headers = [("Authorization", "Bearer secret")]
        await #expect(throws: HTTPClientError.redirectRefused(to: "127.0.0.1")) {
            try await client().send(request)
        }
        #expect(other.callCount() == 0)
    }

    @Test func aRedirectToAFileIsRefused() async throws {
        let server = try echo()
        defer { server.stop() }
        server.setFaults([FaultRule(.redirect(to: "file:///etc/passwd", status: 302))])
        await #expect(throws: HTTPClientError.self) {
            try await client().send(HTTPClientRequest(.get, server.url + "/out"))
        }
    }

    @Test func redirectsAreCounted() async throws {
        let server = try echo()
        defer { server.stop() }
        await #expect(throws: HTTPClientError.tooManyRedirects(limit: 3)) {
            try await client().send(HTTPClientRequest(.get, server.url + "/loop"))
        }
        #expect(server.callCount("/loop") == 4)
    }
}

@Suite struct HTTPClientFaultTests {
    private func send(
        _ fault: Fault, path: String = "/large", _ change: (inout HTTPClientRequest) -> Void = { _ in }
    ) async throws -> HTTPClientResponse {
        let server = try echo()
        defer { server.stop() }
        server.setFaults([FaultRule(fault, on: "/", .every(1))])
        var request = HTTPClientRequest(.get, server.url + path)
        change(&request)
        return try await client().send(request)
    }

    @Test func aTruncatedBodyIsNoAnswer() async throws {
        await #expect(throws: HTTPClientError.truncated) { try await send(.truncated) }
    }

    @Test(arguments: [Fault.cut, .cutInHead]) func aCutConnectionIsNoAnswer(_ fault: Fault) async throws {
        await #expect { try await send(fault) } throws: { if case HTTPClientError.cut = $0 { true } else { false } }
    }

    @Test func anAnnouncedLengthPastTheLimitIsRefused() async throws {
        await #expect(throws: HTTPClientError.tooLarge(limit: 100_000)) {
            try await send(.late(milliseconds: 1)) { $0.maximumBodyBytes = 100_000 }
        }
    }

    @Test func aBodyOfExactlyTheLimitIsTaken() async throws {
        let response = try await send(.late(milliseconds: 1)) { $0.maximumBodyBytes = 200_000 }
        #expect(response.body.count == 200_000)
    }

    @Test func aPackedBodyCountsUnpacked() async throws {
        let bomb = try gzipped(Data(repeating: 97, count: 1 << 20))
        let server = try FakeServer { _ in FakeResponse(headers: ["Content-Encoding": "gzip"], body: bomb) }
        var request = HTTPClientRequest(.get, server.url)
        #expect(try await client().send(request).body.count == 1 << 20)
        request.maximumBodyBytes = 1 << 19
        await #expect(throws: HTTPClientError.tooLarge(limit: 1 << 19)) { try await client().send(request) }
        #expect(bomb.count < 1 << 15)
    }

    @Test func aLateAnswerRunsIntoTheTotalTime() async throws {
        var end = HTTPClientError.timedOut(.connecting)
        // On a machine that is slow the time may be over before the request is sent.
        while end == .timedOut(.connecting) || end == .timedOut(.waiting) {
            do {
                _ = try await send(.late(milliseconds: 600_000)) { $0.timeouts.total = .milliseconds(200) }
                Issue.record("it was waited for")
                return
            } catch let error as HTTPClientError { end = error }
        }
        #expect(end == .timedOut(.total))
    }

    @Test func aStandingTransferIsGivenUpBeforeItsTime() async throws {
        await #expect(throws: HTTPClientError.timedOut(.stalled)) {
            try await send(.slow(pieces: 4, millisecondsBetween: 600_000)) {
                ($0.timeouts.total, $0.timeouts.connect) = (.seconds(600), .seconds(600))
                ($0.timeouts.slow, $0.timeouts.slowBytesPerSecond) = (.seconds(1), 1_000_000)
            }
        }
    }

    @Test func aRefusedConnectionSaysSo() async throws {
        let server = try echo()
        defer { server.stop() }
        let url = server.url
        server.stop()
        await #expect {
            try await client().send(HTTPClientRequest(.get, url))
        } throws: {
            guard let error = $0 as? HTTPClientError, case .connect = error else { return false }
            return error.happenedBeforeSending
        }
    }

    @Test func anUnknownHostSaysSo() async throws {
        await #expect {
            try await client().send(HTTPClientRequest(.get, "http://nowhere.invalid/"))
        } throws: {
            if case HTTPClientError.nameResolution = $0 { true } else { false }
        }
    }

    @Test(arguments: ["ftp://example.org/", "file:///etc/passwd", "example", "", "http://"])
    func onlyURLsOfHTTPAreSent(_ url: String) async throws {
        await #expect(throws: HTTPClientError.invalidRequest("its URL is not one of http or https")) {
            try await client().send(HTTPClientRequest(.get, url))
        }
    }

    @Test func aHeaderCannotSmuggleAnother() async throws {
        let server = try echo()
        defer { server.stop() }
        let request = HTTPClientRequest(.get, server.url, headers: [("X-A", "1\r\nX-B: 2")])
        await #expect(throws: HTTPClientError.self) { try await client().send(request) }
        #expect(server.callCount() == 0)
    }

    private func gzipped(_ data: Data) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/gzip")
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        let writer = input.fileHandleForWriting
        Thread.detachNewThread {
            writer.write(data)
            try? writer.close()
        }
        return output.fileHandleForReading.readDataToEndOfFile()
    }
}

@Suite struct HTTPClientLifeTests {
    private func patient(_ server: FakeServer) -> HTTPClientRequest {
        var request = HTTPClientRequest(.get, server.url + "/echo")
        let long = Duration.seconds(900)
        (request.timeouts.total, request.timeouts.connect, request.timeouts.slow) = (long, long, long)
        return request
    }

    @Test func cancellingTheTaskEndsTheTransfer() async throws {
        let server = try echo()
        defer { server.stop() }
        server.setFaults([FaultRule(.late(milliseconds: 600_000), on: "/", .every(1))])
        let client = client()
        let begun = ContinuousClock.now
        let task = Task { try await client.send(patient(server)) }
        try await eventually { server.callCount() > 0 }
        task.cancel()
        await #expect(throws: HTTPClientError.cancelled) { try await task.value }
        #expect(ContinuousClock.now - begun < .seconds(300), "of ten minutes that the answer would have taken")
    }

    @Test func aTaskCancelledBeforehandSendsNothing() async throws {
        let server = try echo()
        defer { server.stop() }
        let client = client()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            _ = try await client.send(HTTPClientRequest(.get, server.url + "/echo"))
        }
        task.cancel()
        await #expect(throws: HTTPClientError.cancelled) { try await task.value }
        #expect(server.callCount() == 0)
    }

    @Test func whatWaitsTooLongIsRefused() async throws {
        try await withOneUnderWay { client, request in
            await #expect(throws: HTTPClientError.timedOut(.waiting)) { try await client.send(request) }
        }
    }

    @Test func whatComesIntoTooLargeACrowdIsRefused() async throws {
        try await withOneUnderWay { client, request in
            var patient = request
            patient.timeouts.total = .seconds(900)
            let second = Task { [patient] in
                while true {
                    // The one place in the queue may be the other's for a moment.
                    do { return try await client.send(patient).status } catch HTTPClientError.busy {
                        await Task.yield()
                    }
                }
            }
            var refusal: HTTPClientError?
            // Before the second has found its place, this one takes it and waits in vain.
            while refusal == nil || refusal == .timedOut(.waiting) {
                do { _ = try await client.send(request) } catch let error as HTTPClientError { refusal = error }
            }
            #expect(refusal == .busy(waiting: 1))
            second.cancel()
            await #expect(throws: HTTPClientError.cancelled) { try await second.value }
        }
    }

    /// A client with room for one transfer, which is taken, and one that waits; the request has little patience.
    private func withOneUnderWay(_ body: (HTTPClient, HTTPClientRequest) async throws -> Void) async throws {
        let server = try echo()
        defer { server.stop() }
        server.setFaults([FaultRule(.late(milliseconds: 600_000), on: "/", .every(1))])
        let client = client { ($0.maximumConcurrent, $0.maximumWaiting) = (1, 1) }
        var request = patient(server)
        let first = Task { [request] in try await client.send(request).status }
        try await eventually { server.callCount() > 0 }
        request.timeouts.total = .milliseconds(100)
        try await body(client, request)
        client.close()
        await #expect(throws: HTTPClientError.closed) { try await first.value }
    }

    @Test func closingEndsWhatIsUnderWay() async throws {
        let server = try echo()
        defer { server.stop() }
        server.setFaults([FaultRule(.late(milliseconds: 600_000), on: "/", .every(1))])
        let client = client()
        let task = Task { try await client.send(patient(server)) }
        try await eventually { server.callCount() > 0 }
        client.close()
        await #expect(throws: HTTPClientError.closed) { try await task.value }
        await #expect(throws: HTTPClientError.closed) {
            try await client.send(HTTPClientRequest(.get, server.url + "/echo"))
        }
    }

    @Test func waitingTakesNoThreadOfThePool() async throws {
        let meeting = Meeting(of: 32)
        let server = try FakeServer { _ in FakeResponse(status: meeting.isComplete() ? 200 : 503) }
        defer { server.stop() }
        let client = client { ($0.maximumConcurrent, $0.maximumConnectionsPerHost) = (64, 64) }
        // Nobody is answered before all have asked, which they do at the same time or never.
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<32 { group.addTask { try await client.send(patient(server)).status } }
            for try await status in group { #expect(status == 200) }
        }
    }
}

/// Threads that wait for each other.
private final class Meeting: @unchecked Sendable {
    private let everybody: Int
    private let condition = NSCondition()
    private var present = 0

    init(of everybody: Int) { self.everybody = everybody }

    /// Waits until everybody is there; false after two minutes.
    func isComplete() -> Bool {
        condition.lock()
        defer { condition.unlock() }
        present += 1
        condition.broadcast()
        let limit = Date(timeIntervalSinceNow: 120)
        while present < everybody { guard condition.wait(until: limit) else { return false } }
        return true
    }
}
