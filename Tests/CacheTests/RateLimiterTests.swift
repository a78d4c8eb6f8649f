import Foundation
import Redis
import Synchronization
import TestSupport
import Testing

@testable import Cache

/// A clock that moves when told to.
final class HandClock: Sendable {
    private let start = ContinuousClock.now
    private let elapsed = Mutex(Duration.zero)

    var now: ContinuousClock.Instant { start + elapsed.withLock { $0 } }
    var seconds: Int { 1_700_000_000 + Int(elapsed.withLock { $0 }.components.seconds) }

    func advance(by duration: Duration) { elapsed.withLock { $0 += duration } }
}

@Suite struct RateLimiterTests {
    private let clock = HandClock()
    private let prefix = "test:\(UUID().uuidString):"

    private func limiter(
        _ perSecond: Double = 1, burst: Double = 3, session: RedisSession? = nil,
        reachability: Reachability = Reachability(), maximumClients: Int = 1_000
    ) -> RateLimiter {
        let clock = clock
        return RateLimiter(
            limit: RateLimit(perSecond: perSecond, burst: burst), session: session, keyPrefix: prefix,
            reachability: reachability, maximumClients: maximumClients, clock: { clock.now },
            wallClock: { clock.seconds })
    }

    private func admitted(_ limiter: RateLimiter, _ client: String, of attempts: Int) -> Int {
        (0..<attempts).count { _ in if case .allowed = limiter.admit(client) { true } else { false } }
    }

    @Test func aChangedLimitCountsFromTheNextRequestOn() {
        let limiter = limiter(1, burst: 3)
        #expect(admitted(limiter, "a", of: 5) == 3)
        limiter.limit = RateLimit(perSecond: 10, burst: 20)
        clock.advance(by: .seconds(1))
        #expect(admitted(limiter, "a", of: 50) == 10)
        limiter.limit = RateLimit(perSecond: 1, burst: 2)
        clock.advance(by: .seconds(100))
        #expect(admitted(limiter, "a", of: 50) == 2)
    }

    @Test func aBurstPassesAndTheNextWaits() {
        let limiter = limiter(2, burst: 3)
        #expect(limiter.admit("a") == .allowed(remaining: 2))
        #expect(limiter.admit("a") == .allowed(remaining: 1))
        #expect(limiter.admit("a") == .allowed(remaining: 0))
        #expect(limiter.admit("a") == .denied(retryAfter: .seconds(0.5)))
    }

    @Test func whoWaitsAsToldIsAllowed() {
        let limiter = limiter(2, burst: 1)
        _ = limiter.admit("a")
        guard case .denied(let wait) = limiter.admit("a") else {
            Issue.record("not denied")
            return
        }
        clock.advance(by: wait)
        #expect(limiter.admit("a") == .allowed(remaining: 0))
    }

    @Test func theLongRunRateHolds() {
        let limiter = limiter(10, burst: 5)
        var count = 0
        for _ in 0..<1_000 {
            clock.advance(by: .milliseconds(10))
            count += admitted(limiter, "a", of: 3)
        }
        #expect((100...106).contains(count))
    }

    @Test func clientsDoNotPayForEachOther() {
        let limiter = limiter(1, burst: 2)
        #expect(admitted(limiter, "a", of: 10) == 2)
        #expect(admitted(limiter, "b", of: 10) == 2)
    }

    @Test func memoryStaysBounded() {
        let limiter = limiter(maximumClients: 160)
        for number in 0..<10_000 { _ = limiter.admit("client \(number)") }
        #expect(limiter.clientCount <= 160)
    }

    @Test func idleClientsAreForgotten() async {
        let limiter = limiter(1, burst: 3)
        _ = limiter.admit("a")
        clock.advance(by: .seconds(5))
        _ = limiter.admit("b")
        await limiter.reconcile()
        // Without Redis nothing is ever reported, so only what is full and has nothing to say goes.
        #expect(limiter.clientCount <= 2)
    }

    @Test func manyThreadsShareOneAccount() async {
        let limiter = limiter(1, burst: 500)
        let total = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 { group.addTask { self.admitted(limiter, "a", of: 200) } }
            return await group.reduce(0, +)
        }
        #expect(total == 500)
    }
}

extension RateLimiterTests {
    private func sharedSession() throws -> RedisSession {
        RedisSession(url: try RedisURL(parsing: RedisTestServer.sharedURL ?? ""), timeouts: .patient)
    }

    @Test(.enabled(if: RedisTestServer.sharedURL != nil, "REDIS_URL names no server"))
    func replicasPayForEachOther() async throws {
        let session = try sharedSession()
        let (one, other) = (limiter(1, burst: 10, session: session), limiter(1, burst: 10, session: session))
        #expect(admitted(one, "a", of: 6) == 6)
        #expect(admitted(other, "a", of: 2) == 2)
        await one.reconcile()
        await other.reconcile()
        #expect(admitted(other, "a", of: 10) == 2, "10 less 2 of its own and 6 elsewhere")
        await one.reconcile()
        #expect(admitted(one, "a", of: 10) == 2, "10 less 6 of its own and 2 elsewhere")
        await other.reconcile()
        await one.reconcile()
        #expect(admitted(one, "a", of: 10) == 0)
        try await removeKeys(session)
    }

    @Test(.enabled(if: RedisTestServer.sharedURL != nil, "REDIS_URL names no server"))
    func reportingTwiceChargesOnce() async throws {
        let session = try sharedSession()
        let (one, other) = (limiter(1, burst: 10, session: session), limiter(1, burst: 10, session: session))
        _ = admitted(one, "a", of: 4)
        _ = other.admit("a")
        for _ in 0..<3 {
            await one.reconcile()
            await other.reconcile()
        }
        #expect(admitted(other, "a", of: 20) == 5)
        try await removeKeys(session)
    }

    @Test(.enabled(if: RedisTestServer.sharedURL != nil, "REDIS_URL names no server"))
    func keysExpire() async throws {
        let session = try sharedSession()
        let limiter = limiter(session: session)
        _ = limiter.admit("a")
        await limiter.reconcile()
        let window = clock.seconds / RateLimiter.windowSeconds
        let seconds = try await session.send("TTL", "\(prefix)rate:\(window):a").integer ?? 0
        #expect((1...2 * RateLimiter.windowSeconds).contains(seconds))
        try await removeKeys(session)
    }

    @Test func withoutRedisItGoesOnAndSaysSoOnce() async throws {
        let server = try RedisTestServer()
        let log = Log()
        let reachability = Reachability { log.add($0) }
        let session = RedisSession(url: try RedisURL(parsing: server.url), timeouts: .patient)
        let limiter = limiter(1, burst: 10, session: session, reachability: reachability)
        for _ in 0..<3 {
            #expect(admitted(limiter, "a", of: 2) == 2)
            await limiter.reconcile()
        }
        #expect(!reachability.isReachable)
        #expect(log.changes.count == 1)
        try await server.start()
        try await Task.sleep(for: .milliseconds(50))
        await limiter.reconcile()
        #expect(reachability.isReachable)
        #expect(log.changes.last == .restored)
        let window = clock.seconds / RateLimiter.windowSeconds
        #expect(try await session.send("GET", "\(prefix)rate:\(window):a").integer == 6, "nothing spent was lost")
        await session.close()
    }

    @Test func runReconcilesUntilCancelled() async throws {
        let server = try RedisTestServer()
        try await server.start()
        let session = RedisSession(url: try RedisURL(parsing: server.url), timeouts: .patient)
        let limiter = limiter(session: session)
        _ = limiter.admit("a")
        let task = Task { await limiter.run() }
        let key: RedisArgument = "\(prefix)rate:\(clock.seconds / RateLimiter.windowSeconds):a"
        try await eventually { try await !session.send("GET", key).isNull }
        #expect(try await session.send("GET", key).integer == 1)
        task.cancel()
        await task.value
        await session.close()
    }

    private func removeKeys(_ session: RedisSession) async throws {
        let window = clock.seconds / RateLimiter.windowSeconds
        _ = try await session.send("DEL", "\(prefix)rate:\(window):a")
        await session.close()
    }
}

/// Collects what is reported, in order.
final class Log: Sendable {
    private let entries = Mutex<[Reachability.Change]>([])

    var changes: [Reachability.Change] { entries.withLock { $0 } }

    func add(_ change: Reachability.Change) { entries.withLock { $0.append(change) } }
}
