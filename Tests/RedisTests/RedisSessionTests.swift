import Foundation
import TestSupport
import Testing

@testable import Redis

@Suite(.enabled(if: RedisTestServer.sharedURL != nil, "REDIS_URL names no server")) struct RedisSessionTests {
    private let session: RedisSession
    private let prefix = "test:\(UUID().uuidString):"

    init() throws {
        session = RedisSession(url: try RedisURL(parsing: RedisTestServer.sharedURL ?? ""), timeouts: .patient)
    }

    private func key(_ name: String) -> RedisArgument { "\(prefix)\(name)" }

    @Test func whatIsSetIsGot() async throws {
        #expect(try await session.send("SET", key("a"), "value", "EX", 60) == .status("OK"))
        #expect(try await session.send("GET", key("a")) == .bytes(Array("value".utf8)))
        #expect(try await session.send("DEL", key("a")) == .integer(1))
        #expect(try await session.send("GET", key("a")).isNull)
    }

    @Test func argumentsCarryAnyBytes() async throws {
        let bytes = (0...255).map { UInt8($0) } + Array("\r\nFLUSHALL\r\n".utf8)
        _ = try await session.send("SET", key("binary"), RedisArgument(bytes), "EX", 60)
        #expect(try await session.send("GET", key("binary")) == .bytes(bytes))
        _ = try await session.send("SET", key("empty"), "", "EX", 60)
        #expect(try await session.send("GET", key("empty")) == .bytes([]))
        _ = try await session.send("DEL", key("binary"), key("empty"))
    }

    @Test func valuesOfEveryKindArrive() async throws {
        let script = "return {1, 'text', false, {2, {3}}, redis.status_reply('FINE'), redis.error_reply('ODD thing')}"
        let value = try await session.evaluate(script)
        let expected: [RedisValue] = [
            .integer(1), .bytes(Array("text".utf8)), .null, .array([.integer(2), .array([.integer(3)])]),
            .status("FINE"), .error(code: "ODD", message: "ODD thing"),
        ]
        #expect(value == .array(expected))
        #expect(RedisValue.bytes(Array("12".utf8)).integer == 12)
        #expect(RedisValue.bytes([0xff]).text == nil)
        #expect(RedisValue.status("FINE").text == "FINE")
    }

    @Test func refusalsCarryTheirCode() async throws {
        await #expect(throws: RedisError.self) { try await session.send("NOSUCHCOMMAND") }
        _ = try await session.send("SET", key("string"), "x", "EX", 60)
        do {
            _ = try await session.send("LPUSH", key("string"), "y")
            Issue.record("a list in a string")
        } catch .refused(let code, _) {
            #expect(code == "WRONGTYPE")
        }
        #expect(try await session.send("PING") == .status("PONG"))
        _ = try await session.send("DEL", key("string"))
    }

    @Test func aPipelineAnswersInOrderAndGoesOnAfterARefusal() async throws {
        let commands: [[RedisArgument]] = [
            ["SET", key("n"), "1", "EX", 60], ["LPUSH", key("n"), "x"], ["INCRBY", key("n"), 41], ["DEL", key("n")],
        ]
        let values = try await session.sendAll(commands)
        #expect(values.count == 4)
        #expect(values[0] == .status("OK"))
        if case .error(let code, _) = values[1] { #expect(code == "WRONGTYPE") } else { Issue.record("no refusal") }
        #expect(values[2] == .integer(42))
        #expect(try await session.sendAll([]).isEmpty)
    }

    @Test func scriptsSeeKeysAndArguments() async throws {
        let script = "redis.call('SET', KEYS[1], ARGV[1], 'EX', 60) return {KEYS[1], ARGV[1], ARGV[2]}"
        for _ in 0..<2 {
            let value = try await session.evaluate(script, keys: [key("s")], arguments: ["\0", 7])
            #expect(value == .array([.bytes(key("s").bytes), .bytes([0]), .bytes(Array("7".utf8))]))
        }
        _ = try await session.send("DEL", key("s"))
    }

    @Test func commandsOfManyTasksKeepTheirAnswers() async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask { try await self.session.send("ECHO", RedisArgument(number)).integer == number }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }

    @Test func aKilledConnectionIsReplaced() async throws {
        let id = try #require(try await session.send("CLIENT", "ID").integer)
        let other = RedisSession(url: try RedisURL(parsing: RedisTestServer.sharedURL ?? ""), timeouts: .patient)
        #expect(try await other.send("CLIENT", "KILL", "ID", RedisArgument(id)) == .integer(1))
        let newID = try #require(try await session.send("CLIENT", "ID").integer)
        #expect(newID != id)
        await other.close()
    }

    @Test func aClosedSessionStaysClosed() async throws {
        _ = try await session.send("PING")
        await session.close()
        await #expect(throws: RedisError.closed) { try await session.send("PING") }
        await session.close()
    }
}
