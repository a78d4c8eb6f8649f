import Cache
import FakeServices
import Foundation
import Redis
import TestSupport
import Testing

@testable import Providers

@Suite struct SharedLimitTests {
    private func session(_ server: RedisTestServer) throws -> RedisSession {
        RedisSession(url: try RedisURL(parsing: server.url), timeouts: .patient)
    }

    @Test func whatOneProcessIsToldTheOthersKnow() async throws {
        let redis = try RedisTestServer()
        try await redis.start()
        let server = try things()
        defer { server.stop() }
        server.setFaults([FaultRule(.tooManyRequests(retryAfter: 90_000), on: "/things/1")])
        let benches = [
            Bench(redis: try session(redis), keyPrefix: "t:"), Bench(redis: try session(redis), keyPrefix: "t:"),
        ]
        for bench in benches {
            let client = bench.client(server)
            let error = await serviceError { _ = try await client.value(.thing(), as: Thing.self) }
            #expect(error?.kind == .rateLimited)
            let wait = try #require(error?.resumeAt).timeIntervalSince(HandClock.start)
            #expect(wait > 89_000 && wait <= 90_000)
        }
        #expect(server.callCount() == 1)
    }

    @Test func callsGoOnWhileRedisIsDown() async throws {
        let redis = try RedisTestServer()
        try await redis.start()
        let server = try things()
        defer { server.stop() }
        let reachability = Reachability()
        let bench = Bench(redis: try session(redis), reachability: reachability)
        let client = bench.client(server, rate: RateLimit(perSecond: 100, burst: 1))
        #expect(try await client.value(.thing()) == Thing(id: "1"))
        try await redis.kill()
        for _ in 0..<5 { #expect(try await client.value(.thing()) == Thing(id: "1")) }
        #expect(!reachability.isReachable)
        // The rate is kept in the process: each of the five waited for its turn.
        #expect(bench.clock.elapsed >= .milliseconds(40))
    }
}
