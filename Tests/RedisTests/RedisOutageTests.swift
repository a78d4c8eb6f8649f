import Foundation
import TestSupport
import Testing

@testable import Redis

@Suite struct RedisOutageTests {
    private static let quick = RedisTimeouts(
        connect: .milliseconds(300), command: .milliseconds(300), firstBackOff: .milliseconds(50),
        longestBackOff: .milliseconds(100))

    @Test func aServerThatComesBackIsUsedAgain() async throws {
        let server = try RedisTestServer()
        try await server.start()
        let session = RedisSession(url: try RedisURL(parsing: server.url), timeouts: Self.quick)
        #expect(try await session.send("PING") == .status("PONG"))
        try await server.kill()
        let failure = await #expect(throws: RedisError.self) { try await session.send("PING") }
        #expect(failure?.isUnreachable == true)
        try await server.start()
        try await Task.sleep(for: .milliseconds(120))
        #expect(try await session.send("PING") == .status("PONG"))
        await session.close()
    }

    @Test func scriptsSurviveTheServersMemory() async throws {
        let server = try RedisTestServer()
        try await server.start()
        let session = RedisSession(url: try RedisURL(parsing: server.url), timeouts: Self.quick)
        #expect(try await session.evaluate("return 5") == .integer(5))
        _ = try await session.send("SCRIPT", "FLUSH")
        #expect(try await session.evaluate("return 5") == .integer(5))
        await session.close()
    }

    @Test func aDeadServerIsAskedOnceAndThenLeftAlone() async throws {
        let timeouts = RedisTimeouts(firstBackOff: .seconds(30))
        let session = RedisSession(url: try RedisURL(parsing: "unix:///nonexistent/redis.sock"), timeouts: timeouts)
        let first = await #expect(throws: RedisError.self) { try await session.send("PING") }
        guard case .cannotConnect(_, let reason) = first else {
            Issue.record("\(String(describing: first))")
            return
        }
        #expect(reason.contains("No such file"))
        let start = ContinuousClock.now
        let second = await #expect(throws: RedisError.self) { try await session.send("PING") }
        guard case .backingOff(_, let seconds) = second else {
            Issue.record("\(String(describing: second))")
            return
        }
        #expect(seconds > 25)
        #expect(ContinuousClock.now - start < .milliseconds(200))
    }

    @Test func aSilentServerTimesOut() async throws {
        let server = try RedisTestServer()
        try await server.start()
        let session = RedisSession(url: try RedisURL(parsing: server.url), timeouts: Self.quick)
        _ = try await session.send("PING")
        server.pause()
        let start = ContinuousClock.now
        await #expect(throws: RedisError.timedOut(address: "\(server.url)?db=0")) { try await session.send("PING") }
        #expect(ContinuousClock.now - start < .seconds(2))
        server.resume()
        try await Task.sleep(for: .milliseconds(150))
        #expect(try await session.send("ECHO", "fresh").text == "fresh")
        await session.close()
    }

    @Test func passwordAndDatabaseAreUsed() async throws {
        let server = try RedisTestServer()
        try await server.start(["--requirepass", "hunter2"])
        let session = RedisSession(url: try RedisURL(parsing: "\(server.url)?password=hunter2&db=3"))
        #expect(try await session.send("CLIENT", "INFO").text?.contains("db=3") == true)
        await session.close()

        let locked = RedisSession(url: try RedisURL(parsing: "\(server.url)?password=wrong"))
        let failure = await #expect(throws: RedisError.self) { try await locked.send("PING") }
        #expect(failure.map { "\($0)" }?.contains("WRONGPASS") == true)
        #expect(failure.map { "\($0)" }?.contains("hunter2") == false)
    }

    @Test func aSessionThatGoesOutOfUseHangsUp() async throws {
        let server = try RedisTestServer()
        try await server.start()
        let observer = RedisSession(url: try RedisURL(parsing: server.url))
        do {
            let session = RedisSession(url: try RedisURL(parsing: server.url))
            _ = try await session.send("PING")
            #expect(try await clientCount(observer) == 2)
        }
        for _ in 0..<100 where try await clientCount(observer) > 1 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(try await clientCount(observer) == 1)
    }

    private func clientCount(_ observer: RedisSession) async throws -> Int {
        let list = try await observer.send("CLIENT", "LIST").text ?? ""
        return list.split(separator: "\n").count
    }
}
