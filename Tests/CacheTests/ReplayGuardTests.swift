import Foundation
import Redis
import TestSupport
import Testing

@testable import Cache

@Suite struct ReplayGuardTests {
    private let clock = HandClock()
    private let prefix = "test:\(UUID().uuidString):"

    private func replayGuard(
        session: RedisSession? = nil, reachability: Reachability = Reachability(), capacity: Int = 1_000
    ) -> ReplayGuard {
        let clock = clock
        return ReplayGuard(
            session: session, keyPrefix: prefix, reachability: reachability, capacity: capacity,
            clock: { clock.seconds })
    }

    private var soon: Int { clock.seconds + 60 }

    @Test func theSecondUseIsAReplay() async {
        let replays = replayGuard()
        #expect(await replays.isFirstUse(of: "j", issuer: "a", expiresAt: soon))
        #expect(await !replays.isFirstUse(of: "j", issuer: "a", expiresAt: soon))
        #expect(await replays.isFirstUse(of: "k", issuer: "a", expiresAt: soon))
    }

    @Test func issuersHaveIDsOfTheirOwn() async {
        let replays = replayGuard()
        #expect(await replays.isFirstUse(of: "b:c", issuer: "a", expiresAt: soon))
        #expect(await replays.isFirstUse(of: "c", issuer: "a:b", expiresAt: soon))
        #expect(await replays.isFirstUse(of: "b:c", issuer: "z", expiresAt: soon))
    }

    @Test func anExpiredUseIsForgotten() async {
        let replays = replayGuard()
        #expect(await replays.isFirstUse(of: "j", issuer: "a", expiresAt: clock.seconds + 10))
        clock.advance(by: .seconds(11))
        #expect(await replays.isFirstUse(of: "j", issuer: "a", expiresAt: soon))
    }

    @Test func oneOfManyAtOnceIsTheFirst() async {
        let replays = replayGuard()
        let (end, firsts) = (soon, 50)
        let count = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<firsts {
                group.addTask { await replays.isFirstUse(of: "j", issuer: "a", expiresAt: end) }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(count == 1)
    }

    @Test func aFullMemoryForgetsWhatEndsFirst() async {
        let replays = replayGuard(capacity: 8)
        for number in 0..<20 {
            #expect(await replays.isFirstUse(of: "\(number)", issuer: "a", expiresAt: soon + number))
        }
        #expect(await !replays.isFirstUse(of: "19", issuer: "a", expiresAt: soon))
        #expect(await replays.isFirstUse(of: "0", issuer: "a", expiresAt: soon))
    }

    @Test(.enabled(if: RedisTestServer.sharedURL != nil, "REDIS_URL names no server"))
    func replicasRememberForEachOther() async throws {
        let session = RedisSession(url: try RedisURL(parsing: RedisTestServer.sharedURL ?? ""), timeouts: .patient)
        let (one, other) = (replayGuard(session: session), replayGuard(session: session))
        #expect(await one.isFirstUse(of: "j", issuer: "a", expiresAt: soon))
        #expect(await !other.isFirstUse(of: "j", issuer: "a", expiresAt: soon))
        let key: RedisArgument = "\(prefix)jti:1:a:j"
        #expect((1...60).contains(try await session.send("TTL", key).integer ?? 0))
        _ = try await session.send("DEL", key)
        await session.close()
    }

    @Test func anOutageLeavesTheProcessOnItsOwn() async throws {
        let server = try RedisTestServer()
        try await server.start()
        let log = Log()
        let reachability = Reachability { log.add($0) }
        let session = RedisSession(url: try RedisURL(parsing: server.url), timeouts: .patient)
        let replays = replayGuard(session: session, reachability: reachability)
        #expect(await replays.isFirstUse(of: "before", issuer: "a", expiresAt: soon))
        try await server.kill()
        #expect(await replays.isFirstUse(of: "during", issuer: "a", expiresAt: soon))
        #expect(await !replays.isFirstUse(of: "during", issuer: "a", expiresAt: soon))
        #expect(await !replays.isFirstUse(of: "before", issuer: "a", expiresAt: soon))
        #expect(!reachability.isReachable)
        try await server.start()
        try await Task.sleep(for: .milliseconds(50))
        #expect(await replays.isFirstUse(of: "after", issuer: "a", expiresAt: soon))
        #expect(reachability.isReachable)
        #expect(log.changes.count == 2)
        await session.close()
    }
}
