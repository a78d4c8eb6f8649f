import Foundation
import Redis
import TestSupport
import Testing

@testable import Cache

@Suite struct PaceTests {
    @Test func aBurstPassesAndTheRestIsSpaced() {
        var pace = Pace(RateLimit(perSecond: 2, burst: 3))
        let waits = (0..<5).map { _ in pace.reserve(at: .seconds(10), patience: .seconds(60)) }
        #expect(waits == [0, 0, 0, 0.5, 1].map { .granted(after: .seconds($0)) })
    }

    @Test func whatWasNotUsedIsSavedUpToTheBurst() {
        var pace = Pace(RateLimit(perSecond: 1, burst: 2))
        for _ in 0..<2 { _ = pace.reserve(at: .zero, patience: .zero) }
        let later = (0..<3).map { _ in pace.reserve(at: .seconds(1_000), patience: .zero) }
        #expect(later == [.granted(after: .zero), .granted(after: .zero), .refused(until: .seconds(1))])
    }

    @Test func aRefusalTakesNothing() {
        var pace = Pace(RateLimit(perSecond: 1, burst: 1))
        _ = pace.reserve(at: .zero, patience: .zero)
        for _ in 0..<5 { #expect(pace.reserve(at: .zero, patience: .milliseconds(10)) == .refused(until: .seconds(1))) }
        #expect(pace.reserve(at: .seconds(1), patience: .zero) == .granted(after: .zero))
    }

    @Test func afterAPauseNobodyBursts() {
        var pace = Pace(RateLimit(perSecond: 1, burst: 10))
        pace.pause(until: .seconds(5))
        let waits = (0..<3).map { _ in pace.reserve(at: .zero, patience: .seconds(60)) }
        #expect(waits == [5, 6, 7].map { .granted(after: .seconds($0)) })
    }
}

@Suite struct PacerTests {
    private let clock = HandClock()
    private let prefix = "test:\(UUID().uuidString):"

    private func pacer(_ limit: RateLimit, _ session: RedisSession?) -> Pacer {
        let clock = clock
        return Pacer(
            name: "s", limit: limit, session: session, keyPrefix: prefix, reachability: Reachability(),
            clock: { clock.now })
    }

    private func wait(_ decision: PaceDecision) -> Double {
        switch decision {
        case .granted(let wait): wait / .seconds(1)
        case .refused(let wait): -(wait / .seconds(1))
        }
    }

    @Test func withoutRedisAProcessKeepsTheRateItself() async {
        let pacer = pacer(RateLimit(perSecond: 2, burst: 1), nil)
        #expect(await pacer.reserve(patience: .seconds(9)) == .granted(after: .zero))
        #expect(await pacer.reserve(patience: .seconds(9)) == .granted(after: .seconds(0.5)))
        clock.advance(by: .seconds(1))
        #expect(await pacer.reserve(patience: .zero) == .granted(after: .zero))
    }

    @Test func withoutRedisAPartIsPausedByItself() async {
        let pacer = pacer(RateLimit(perSecond: 100, burst: 100), nil)
        await pacer.pause(bucket: "a", for: .seconds(50))
        #expect(await pacer.reserve(bucket: "a", patience: .seconds(9)) == .refused(until: .seconds(50)))
        #expect(await pacer.reserve(bucket: "b", patience: .seconds(9)) == .granted(after: .zero))
        clock.advance(by: .seconds(50))
        #expect(await pacer.reserve(bucket: "a", patience: .zero) == .granted(after: .zero))
    }

    @Test(.enabled(if: RedisTestServer.sharedURL != nil, "REDIS_URL is not set"))
    func twoProcessesKeepOneRate() async throws {
        let url = try RedisURL(parsing: try #require(RedisTestServer.sharedURL))
        let limit = RateLimit(perSecond: 1, burst: 2)
        let pacers = [
            pacer(limit, RedisSession(url: url, timeouts: .patient)),
            pacer(limit, RedisSession(url: url, timeouts: .patient)),
        ]
        let begun = ContinuousClock.now
        // When each is allowed, between what it would be had it been told at once and what it is.
        var turns: [(earliest: Duration, latest: Duration)] = []
        for turn in 0..<12 {
            let asked = ContinuousClock.now - begun
            let wait = Duration.seconds(wait(await pacers[turn % 2].reserve(patience: .seconds(600))))
            turns.append((asked + wait, ContinuousClock.now - begun + wait))
        }
        // Two at once and one each second, whoever asks and however long asking takes.
        for first in turns.indices {
            for last in turns.indices.dropFirst(first + 2) {
                #expect(turns[last].latest - turns[first].earliest > .seconds(Double(last - first - 1) - 0.1))
            }
        }
    }

    @Test(.enabled(if: RedisTestServer.sharedURL != nil, "REDIS_URL is not set"))
    func aPauseIsEverybodys() async throws {
        let url = try RedisURL(parsing: try #require(RedisTestServer.sharedURL))
        let limit = RateLimit(perSecond: 1_000, burst: 10)
        let (one, other) = (
            pacer(limit, RedisSession(url: url, timeouts: .patient)),
            pacer(limit, RedisSession(url: url, timeouts: .patient))
        )
        await one.pause(bucket: "a", for: .seconds(1_000))
        let refused = wait(await other.reserve(bucket: "a", patience: .seconds(9)))
        #expect(refused < -500 && refused >= -1_000)
        #expect(wait(await other.reserve(bucket: "b", patience: .seconds(9))) == 0)
        await other.pause(for: .seconds(1_000))
        let waited = wait(await one.reserve(bucket: "b", patience: .seconds(2_000)))
        #expect(waited > 500 && waited <= 1_000)
    }

    @Test func whileRedisIsDownTheRateIsKeptHere() async throws {
        let server = try RedisTestServer()
        try await server.start()
        let session = RedisSession(url: try RedisURL(parsing: server.url), timeouts: .patient)
        let pacer = pacer(RateLimit(perSecond: 1, burst: 1), session)
        #expect(wait(await pacer.reserve(patience: .seconds(9))) == 0)
        try await server.kill()
        // What was granted through Redis counts here too.
        #expect(await pacer.reserve(patience: .seconds(9)) == .granted(after: .seconds(1)))
        try await server.start()
    }
}
