import Cache
import Catalog
import FakeServices
import Foundation
import HTTPClient
import Synchronization
import TestSupport
import Testing

@testable import Providers

@Suite struct ServiceClientTests {
    private let bench = Bench()

    private func ask(_ client: ServiceClient, _ call: ServiceCall = .thing()) async -> ServiceError? {
        await serviceError { _ = try await client.value(call, as: Thing.self) }
    }

    @Test func anAnswerIsDecoded() async throws {
        let server = try things()
        defer { server.stop() }
        #expect(try await bench.client(server).value(.thing("a b?c")) == Thing(id: "a b?c"))
        #expect(bench.clock.sleeps.isEmpty)
    }

    @Test(arguments: [Fault.status(500), .status(503), .cut, .cutInHead, .truncated, .status(408)])
    func passingTroubleIsTriedAgain(_ fault: Fault) async throws {
        let server = try things()
        defer { server.stop() }
        server.setFaults([FaultRule(fault, .calls(0..<2))])
        #expect(try await bench.client(server).value(.thing()) == Thing(id: "1"))
        #expect(server.callCount() == 3)
        #expect(bench.clock.sleeps == [.milliseconds(500), .seconds(1)])
        #expect(bench.records.all.map(\.attempt) == [1, 2, 3])
    }

    @Test(arguments: [Fault.wrongContentType, .brokenJSON, .oversized(bytes: 200_000)])
    func nonsenseIsTriedOnceMore(_ fault: Fault) async throws {
        let server = try things()
        defer { server.stop() }
        let client = bench.client(server) { $0.maximumBodyBytes = 100_000 }
        server.setFaults([FaultRule(fault, .calls(0..<1))])
        #expect(try await client.value(.thing()) == Thing(id: "1"))
        server.setFaults([FaultRule(fault, .every(1))])
        let error = await ask(client)
        #expect(error?.kind == .nonsense)
        #expect(error?.resumeAt != nil)
        #expect(server.callCount() == 4)
    }

    @Test func aSlowBodyIsCutOffAndTriedAgain() async throws {
        let server = try things()
        defer { server.stop() }
        server.setFaults([FaultRule(.late(milliseconds: 600_000), .calls(0..<1))])
        let client = bench.client(server) { $0.timeouts.total = .milliseconds(300) }
        var thing: Thing?
        // On a machine that is slow the other answers may be late as well.
        try await eventually {
            thing = try? await client.value(.thing())
            return thing != nil
        }
        #expect(thing == Thing(id: "1"))
        let outcomes = bench.records.all.map(\.outcome)
        #expect(outcomes.first == .failure && outcomes.last == .success)
    }

    @Test func troubleThatLastsEndsWithAMomentToComeBack() async throws {
        let server = try things()
        defer { server.stop() }
        server.setFaults([FaultRule(.status(502), .every(1))])
        let error = await ask(bench.client(server))
        #expect(error?.kind == .unavailable)
        #expect(error?.resumeAt == HandClock.start.addingTimeInterval(300 + 0.5 + 1 + 2))
        #expect(server.callCount() == 4)
    }

    @Test func whatMayNotBeRepeatedIsNot() async throws {
        let server = try things()
        defer { server.stop() }
        server.setFaults([FaultRule(.status(500), .every(1))])
        let call = ServiceCall(.post, endpoint: "/things", path: ["things", "1"])
        let error = await ask(bench.client(server), call)
        #expect(error?.kind == .unavailable)
        #expect(server.callCount() == 1)
    }

    @Test func whatWasRefusedForItsRateMayBeRepeated() async throws {
        let server = try things()
        defer { server.stop() }
        server.setFaults([FaultRule(.tooManyRequests(retryAfter: 3))])
        let call = ServiceCall(.post, endpoint: "/things", path: ["things", "1"])
        #expect(try await bench.client(server).value(call) == Thing(id: "1"))
        #expect(server.callCount() == 2)
    }

    @Test(arguments: [
        (Fault.forbidden, ServiceError.Kind.forbidden), (.status(401), .unauthorized), (.status(404), .missing),
        (.status(410), .missing), (.status(400), .rejected(status: 400)), (.status(422), .rejected(status: 422)),
    ])
    func refusalsAreFinal(_ fault: Fault, _ kind: ServiceError.Kind) async throws {
        let server = try things()
        defer { server.stop() }
        server.setFaults([FaultRule(fault, .every(1))])
        let error = await ask(bench.client(server))
        #expect(error?.kind == kind)
        #expect(error?.resumeAt == nil)
        #expect(server.callCount() == 1)
    }

    @Test func aRedirectToAnotherHostIsRefusedAtOnce() async throws {
        let (server, other) = (try things(), try things())
        defer { server.stop() }
        server.setFaults([FaultRule(.redirect(to: other.url + "/things/1", status: 301))])
        #expect(await ask(bench.client(server))?.kind == .refusedHere)
        #expect(server.callCount() == 1)
        #expect(other.callCount() == 0)
    }

    @Test func aRefusedConnectionIsTriedAgain() async throws {
        let server = try things()
        defer { server.stop() }
        let client = bench.client(server)
        server.stop()
        #expect(await ask(client)?.kind == .unavailable)
        #expect(bench.records.all.count == 4)
    }

    @Test func cancellingEndsACallAndIsSaidSo() async throws {
        let server = try things()
        defer { server.stop() }
        server.setFaults([FaultRule(.late(milliseconds: 600_000))])
        let client = bench.client(server)
        let task = Task { await ask(client)?.kind }
        try await eventually { server.callCount() > 0 }
        task.cancel()
        #expect(await task.value == .cancelled)
        #expect(bench.records.all.map(\.outcome) == [.cancelled])
    }

    @Test func callsUnderWayAreBounded() async throws {
        let most = Mutex((now: 0, most: 0))
        let server = try FakeServer { _ in
            most.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            Thread.sleep(forTimeInterval: 0.02)
            most.withLock { $0.now -= 1 }
            return .json(["id": "1"])
        }
        let client = bench.client(server) { $0.concurrency = 3 }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<30 { group.addTask { _ = try? await client.value(.thing(), as: Thing.self) } }
        }
        #expect(most.withLock { $0.most } == 3)
        #expect(server.callCount() == 30)
    }
}

@Suite struct ServiceLimitTests {
    private let bench = Bench()

    @Test func aShortRetryAfterIsWaitedForByEverybody() async throws {
        let server = try things()
        defer { server.stop() }
        server.setFaults([FaultRule(.tooManyRequests(retryAfter: 7), on: "/things/1")])
        let client = bench.client(server)
        #expect(try await client.value(.thing()) == Thing(id: "1"))
        // Jitter on top of what was asked, so that nobody comes back too early.
        #expect(bench.clock.sleeps.first == .seconds(7.5))
        #expect(server.callCount() == 2)
    }

    @Test func aLongRetryAfterFailsFastForThatPartOfTheServiceOnly() async throws {
        let server = try things()
        defer { server.stop() }
        server.setFaults([FaultRule(.tooManyRequests(retryAfter: 86_207), on: "/things/1")])
        let client = bench.client(server)
        for _ in 0..<3 {
            let error = await serviceError { _ = try await client.value(.thing(), as: Thing.self) }
            #expect(error?.kind == .rateLimited)
            #expect(error?.resumeAt == HandClock.start.addingTimeInterval(86_207))
        }
        #expect(server.callCount() == 1)
        var other = ServiceCall.thing("2")
        other.bucket = "another"
        #expect(try await client.value(other) == Thing(id: "2"))
        bench.clock.advance(by: .seconds(86_208))
        #expect(try await client.value(.thing()) == Thing(id: "1"))
    }

    /// Who took it at its word would come back at once, for ever.
    @Test(arguments: [
        (Fault.tooManyRequests(retryAfter: 0), 20.0, 4), (.tooManyRequests(retryAfter: -5), 20, 4),
        (.tooManyRequests(retryAfter: 1), 15, 4), (.quotaExceeded(retryAfter: 0), 6 * 3_600, 1),
        (.quotaExceeded(retryAfter: -1), 6 * 3_600, 1), (.quotaExceeded(retryAfter: 1), 15, 1),
    ])
    func aRefusalForNoTimeIsNoReasonToComeBackAtOnce(_ fault: Fault, _ seconds: Double, _ calls: Int) async throws {
        let server = try things()
        defer { server.stop() }
        server.setFaults([FaultRule(fault, .every(1))])
        let client = bench.client(server)
        let error = await serviceError { _ = try await client.value(.thing(), as: Thing.self) }
        let wait = try #require(error?.resumeAt).timeIntervalSince(bench.support.clock.now())
        #expect(abs(wait - seconds) < 0.001)
        #expect(error?.description.contains("429") == true)
        #expect(server.callCount() == calls)
    }

    /// Within a call the usual waits are kept.
    @Test func aRetryAfterOfNothingIsTriedAgainAfterTheUsualWaits() async throws {
        let server = try things()
        defer { server.stop() }
        server.setFaults([FaultRule(.tooManyRequests(retryAfter: 0), .calls(0..<2))])
        #expect(try await bench.client(server).value(.thing()) == Thing(id: "1"))
        #expect(bench.clock.sleeps == [.milliseconds(500), .seconds(1)])
    }

    /// What the service answered says more than that it is left alone for it.
    @Test func aCallThatOpensTheBreakerTellsOfItsOwnFailure() async throws {
        let server = try things()
        defer { server.stop() }
        server.setFaults([FaultRule(.status(503), .every(1))])
        let client = bench.client(server) { $0.breaker.failures = 2 }
        #expect(await kind(client) == .unavailable)
        #expect(server.callCount() == 2)
        #expect(await kind(client) == .circuitOpen)
    }

    /// Six resources that fail are the service; one that fails six times is not.
    @Test(arguments: [Fault.status(500), .brokenJSON]) func theBreakerCountsAResourceOnce(_ fault: Fault) async throws {
        let server = try things()
        defer { server.stop() }
        server.setFaults([FaultRule(fault, .every(1))])
        let client = bench.client(server)
        for _ in 0..<6 { #expect(await kind(client) != .circuitOpen) }
        for id in 2...6 { #expect(await kind(client, .thing("\(id)")) != .circuitOpen) }
        #expect(await kind(client) == .circuitOpen)
    }

    @Test func callsKeepTheRate() async throws {
        let server = try things()
        defer { server.stop() }
        let client = bench.client(server, rate: RateLimit(perSecond: 4, burst: 2))
        for _ in 0..<10 { _ = try await client.value(.thing(), as: Thing.self) }
        #expect(bench.clock.elapsed == .seconds(2))
        #expect(bench.records.all.last?.waited == 0.25)
    }

    @Test func aTurnThatIsTooFarAwayFailsFast() async throws {
        let server = try things()
        defer { server.stop() }
        let client = bench.client(server, rate: RateLimit(perSecond: 0.01, burst: 1)) { $0.patience = .seconds(60) }
        _ = try await client.value(.thing(), as: Thing.self)
        let error = await serviceError { _ = try await client.value(.thing(), as: Thing.self) }
        #expect(error?.kind == .rateLimited)
        #expect(error?.resumeAt == HandClock.start.addingTimeInterval(100))
    }

    @Test func theBreakerKeepsCallsAwayAndLetsThemBack() async throws {
        let server = try things()
        defer { server.stop() }
        server.setFaults([FaultRule(.status(503), .every(1))])
        let client = bench.client(server) {
            $0.retry.attempts = 1
            $0.breaker.failures = 3
        }
        for _ in 0..<3 { #expect(await kind(client) == .unavailable) }
        #expect(await kind(client) == .circuitOpen)
        #expect(server.callCount() == 3)
        bench.clock.advance(by: .seconds(15))
        #expect(await kind(client) == .unavailable)
        #expect(await kind(client) == .circuitOpen)
        #expect(server.callCount() == 4)
        server.setFaults([])
        bench.clock.advance(by: .seconds(30))
        #expect(await kind(client) == nil)
        #expect(await kind(client) == nil)
        #expect(bench.support.metrics.counts.breakers == ["trial": .closed])
        #expect(bench.support.metrics.counts.refused == ["trial": 2])
    }

    private func kind(_ client: ServiceClient, _ call: ServiceCall = .thing()) async -> ServiceError.Kind? {
        await serviceError { _ = try await client.value(call, as: Thing.self) }?.kind
    }

    @Test func missingThingsDoNotOpenTheBreaker() async throws {
        let server = try things()
        defer { server.stop() }
        server.setFaults([FaultRule(.status(404), .every(1))])
        let client = bench.client(server)
        for _ in 0..<20 { #expect(await kind(client) == .missing) }
    }
}

@Suite struct ServiceMemoryTests {
    private func remembered(_ id: String) -> ServiceCall {
        var call = ServiceCall.thing(id)
        call.memory = .init(key: id, lifetime: .seconds(100), lifetimeOfMisses: .seconds(10))
        return call
    }

    @Test func anAnswerIsRememberedForItsLifetime() async throws {
        let (bench, server) = (Bench(memory: MemoryResponseStore()), try things())
        defer { server.stop() }
        let client = bench.client(server)
        for _ in 0..<3 { #expect(try await client.value(remembered("1")) == Thing(id: "1")) }
        #expect(server.callCount() == 1)
        #expect(bench.support.metrics.counts.remembered == ["trial": 2])
        bench.clock.advance(by: .seconds(101))
        #expect(try await client.value(remembered("1")) == Thing(id: "1"))
        #expect(server.callCount() == 2)
    }

    @Test func thatThereIsNothingIsRememberedForItsOwnLifetime() async throws {
        let (bench, server) = (Bench(memory: MemoryResponseStore()), try things())
        defer { server.stop() }
        server.setFaults([FaultRule(.status(404), .every(1))])
        let client = bench.client(server)
        for _ in 0..<3 {
            let error = await serviceError { _ = try await client.value(remembered("1"), as: Thing.self) }
            #expect(error?.kind == .missing)
        }
        #expect(server.callCount() == 1)
        bench.clock.advance(by: .seconds(11))
        server.setFaults([])
        #expect(try await client.value(remembered("1")) == Thing(id: "1"))
    }

    @Test func troubleAndNonsenseAreNotRemembered() async throws {
        let (bench, server) = (Bench(memory: MemoryResponseStore()), try things())
        defer { server.stop() }
        let client = bench.client(server) { $0.retry.attempts = 1 }
        server.setFaults([FaultRule(.status(500), .every(1))])
        _ = await serviceError { _ = try await client.value(remembered("1"), as: Thing.self) }
        server.setFaults([FaultRule(.brokenJSON, .every(1))])
        _ = await serviceError { _ = try await client.value(remembered("1"), as: Thing.self) }
        server.setFaults([])
        #expect(try await client.value(remembered("1")) == Thing(id: "1"))
    }

    @Test func aRememberedAnswerThatCannotBeReadIsAskedForAgain() async throws {
        let memory = MemoryResponseStore()
        memory.remember(["1": .init(body: "[]", expiresAt: .distantFuture)], of: "trial")
        let (bench, server) = (Bench(memory: memory), try things())
        defer { server.stop() }
        #expect(try await bench.client(server).value(remembered("1")) == Thing(id: "1"))
        #expect(server.callCount() == 1)
    }

    @Test func aMemoryThatFailsCostsCallsAndNothingElse() async throws {
        let (bench, server) = (Bench(memory: FailingMemory()), try things())
        defer { server.stop() }
        for _ in 0..<2 { #expect(try await bench.client(server).value(remembered("1")) == Thing(id: "1")) }
        #expect(server.callCount() == 2)
    }

    @Test func theOldestGoWhenTheMemoryIsFull() async throws {
        let memory = MemoryResponseStore(capacity: 2)
        for number in 1...3 {
            let end = HandClock.start.addingTimeInterval(Double(number))
            memory.remember(["\(number)": .init(body: "{}", expiresAt: end)], of: "s")
        }
        let found = memory.responses(of: "s", keys: ["1", "2", "3"], at: HandClock.start)
        #expect(found.keys.sorted() == ["2", "3"])
        #expect(memory.forgetResponses(expiredBefore: HandClock.start.addingTimeInterval(2.5)) == 1)
    }
}
