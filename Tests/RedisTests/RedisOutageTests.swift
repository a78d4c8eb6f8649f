import Foundation
import TestSupport
import Testing

@testable import Redis

@Suite struct RedisOutageTests {
    @Test func aServerThatComesBackIsUsedAgain() async throws {
        let server = try RedisTestServer()
        try await server.start()
        let session = RedisSession(url: try RedisURL(parsing: server.url), timeouts: .patient)
        #expect(try await session.send("PING") == .status("PONG"))
        try await server.kill()
        let failure = await #expect(throws: RedisError.self) { try await session.send("PING") }
        #expect(failure?.isUnreachable == true)
        try await server.start()
        try await eventually { try await answer(of: session, "PING") == .status("PONG") }
        await session.close()
    }

    @Test func scriptsSurviveTheServersMemory() async throws {
        let server = try RedisTestServer()
        try await server.start()
        let session = RedisSession(url: try RedisURL(parsing: server.url), timeouts: .patient)
        #expect(try await session.evaluate("return 5") == .integer(5))
        _ = try await session.send("SCRIPT", "FLUSH")
        #expect(try await session.evaluate("return 5") == .integer(5))
        await session.close()
    }

    @Test func aDeadServerIsAskedOnceAndThenLeftAlone() async throws {
        let timeouts = RedisTimeouts(firstBackOff: .seconds(3_600))
        let session = RedisSession(url: try RedisURL(parsing: "unix:///nonexistent/redis.sock"), timeouts: timeouts)
        let first = await #expect(throws: RedisError.self) { try await session.send("PING") }
        guard case .cannotConnect(_, let reason) = first else {
            Issue.record("\(String(describing: first))")
            return
        }
        #expect(reason.contains("No such file"))
        let second = await #expect(throws: RedisError.self) { try await session.send("PING") }
        guard case .backingOff(_, let seconds) = second else {
            Issue.record("\(String(describing: second))")
            return
        }
        #expect(seconds > 1_800)
    }

    @Test func aSilentServerTimesOut() async throws {
        var timeouts = RedisTimeouts.patient
        timeouts.command = .milliseconds(300)
        let server = try RedisTestServer()
        try await server.start()
        let session = RedisSession(url: try RedisURL(parsing: server.url), timeouts: timeouts)
        try await eventually { try await answer(of: session, "PING") == .status("PONG") }
        server.pause()
        await #expect(throws: RedisError.timedOut(address: "\(server.url)?db=0")) { try await session.send("PING") }
        server.resume()
        var fresh: RedisValue?
        try await eventually {
            fresh = try await answer(of: session, "ECHO", "fresh")
            return fresh != nil
        }
        #expect(fresh?.text == "fresh", "and not the answer that came too late")
        await session.close()
    }

    @Test func passwordAndDatabaseAreUsed() async throws {
        let server = try RedisTestServer()
        try await server.start(["--requirepass", "hunter2"])
        let session = RedisSession(
            url: try RedisURL(parsing: "\(server.url)?password=hunter2&db=3"), timeouts: .patient)
        #expect(try await session.send("CLIENT", "INFO").text?.contains("db=3") == true)
        await session.close()

        let locked = RedisSession(url: try RedisURL(parsing: "\(server.url)?password=wrong"), timeouts: .patient)
        let failure = await #expect(throws: RedisError.self) { try await locked.send("PING") }
        #expect(failure.map { "\($0)" }?.contains("WRONGPASS") == true)
        #expect(failure.map { "\($0)" }?.contains("hunter2") == false)
    }

    @Test func aSessionThatGoesOutOfUseHangsUp() async throws {
        let server = try RedisTestServer()
        try await server.start()
        let observer = RedisSession(url: try RedisURL(parsing: server.url), timeouts: .patient)
        do {
            let session = RedisSession(url: try RedisURL(parsing: server.url), timeouts: .patient)
            _ = try await session.send("PING")
            #expect(try await clientCount(observer) == 2)
        }
        try await eventually { try await clientCount(observer) == 1 }
    }

    /// Nil while the server cannot be reached, or takes too long.
    private func answer(of session: RedisSession, _ command: RedisArgument...) async throws -> RedisValue? {
        do { return try await session.send(command) } catch let error where error.isUnreachable { return nil }
    }

    private func clientCount(_ observer: RedisSession) async throws -> Int {
        let list = try await observer.send("CLIENT", "LIST").text ?? ""
        return list.split(separator: "\n").count
    }
}
