import Cache
import Foundation
import HTTPClient
import Testing

@testable import Providers

@Suite struct RetryPolicyTests {
    @Test func theBoundDoublesUpToItsCap() {
        let policy = RetryPolicy()
        let waits = (1...8).map { policy.wait(after: $0, asked: nil, chance: 1) / .seconds(1) }
        #expect(waits == [0.5, 1, 2, 4, 8, 16, 20, 20])
    }

    @Test(arguments: [0, 0.25, 0.5, 0.999]) func chanceChoosesBetweenNothingAndTheBound(_ chance: Double) {
        #expect(RetryPolicy().wait(after: 3, asked: nil, chance: chance) == .seconds(2) * chance)
    }

    @Test func whatWasAskedForIsNeverCutShort() {
        for chance in stride(from: 0, to: 1, by: 0.1) {
            let wait = RetryPolicy().wait(after: 9, asked: .seconds(45), chance: chance)
            #expect(wait >= .seconds(45) && wait <= .seconds(45.5))
        }
    }

    @Test func aThousandTriesDoNotOverflow() {
        #expect(RetryPolicy().wait(after: 1_000, asked: nil, chance: 1) == .seconds(20))
    }
}

@Suite struct RetryAfterTests {
    private func duration(_ headers: [(name: String, value: String)]) -> Duration? {
        RetryAfter.duration(in: HTTPClientResponse(status: 429, headers: headers))
    }

    @Test func secondsAreRead() {
        #expect(duration([("retry-after", "17")]) == .seconds(17))
        #expect(duration([("retry-after", " 0.5 ")]) == .seconds(0.5))
        #expect(duration([("retry-after", "86207")]) == .seconds(86_207))
    }

    @Test func aDateIsReadByTheServersOwnClock() {
        let headers = [("date", "Sun, 06 Nov 1994 08:49:37 GMT"), ("retry-after", "Sun, 06 Nov 1994 08:51:37 GMT")]
        #expect(duration(headers.map { (name: $0.0, value: $0.1) }) == .seconds(120))
    }

    @Test(arguments: ["0", "-5", "0.0", "Sun, 06 Nov 1994 08:49:37 GMT"])
    func aTimeThatHasComeSaysNothing(_ text: String) {
        #expect(duration([("retry-after", text)]) == nil)
        let rest = [("retry-after", text), ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset-in", "9")]
        #expect(duration(rest.map { (name: $0.0, value: $0.1) }) == .seconds(9))
    }

    @Test(arguments: ["", "soon", "nan", "inf", "1e999"]) func nonsenseIsNothing(_ text: String) {
        #expect(duration([("retry-after", text)]) == nil)
    }

    @Test func absurdValuesAreBounded() {
        #expect(duration([("retry-after", "99999999999")]) == .seconds(31 * 86_400))
    }

    @Test func theRateHeadersCountWhereNothingIsLeft() {
        #expect(duration([("x-ratelimit-remaining", "0"), ("x-ratelimit-reset-in", "9")]) == .seconds(9))
        #expect(duration([("x-ratelimit-remaining", "3"), ("x-ratelimit-reset-in", "9")]) == nil)
    }
}

@Suite struct CircuitBreakerTests {
    private let start = ContinuousClock.now

    private func at(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    private func permit(_ breaker: inout CircuitBreaker, _ seconds: Int) -> CircuitBreaker.Permit? {
        if case .admitted(let permit) = breaker.admit(at: at(seconds)) { permit } else { nil }
    }

    private func failed(_ breaker: inout CircuitBreaker, _ times: Int, at seconds: Int) {
        for _ in 0..<times {
            guard let permit = permit(&breaker, seconds) else { return }
            breaker.record(.failing, permit, at: at(seconds))
        }
    }

    @Test func itOpensAfterSoManyFailuresInARow() {
        var breaker = CircuitBreaker()
        failed(&breaker, 5, at: 0)
        #expect(breaker.state(at: at(0)) == .closed)
        failed(&breaker, 1, at: 0)
        #expect(breaker.state(at: at(0)) == .open)
        #expect(breaker.admit(at: at(14)) == .refused(until: at(15)))
    }

    @Test func aSuccessInBetweenBeginsTheCountAnew() throws {
        var breaker = CircuitBreaker()
        failed(&breaker, 5, at: 0)
        let granted = try #require(permit(&breaker, 0))
        breaker.record(.working, granted, at: at(0))
        failed(&breaker, 5, at: 0)
        #expect(breaker.state(at: at(0)) == .closed)
    }

    @Test func oneResourceInARowCountsOnce() throws {
        var breaker = CircuitBreaker()
        for resource in [1, 1, 1, 2, 2, 1, 3, 3, 3, 4] {
            #expect(breaker.state(at: at(0)) == .closed)
            breaker.record(.failing, of: resource, try #require(permit(&breaker, 0)), at: at(0))
        }
        #expect(breaker.state(at: at(0)) == .closed)
        failed(&breaker, 1, at: 0)
        #expect(breaker.state(at: at(0)) == .open)
    }

    @Test func halfOpenLetsOneCallThroughAtATime() throws {
        var breaker = CircuitBreaker()
        failed(&breaker, 6, at: 0)
        let trial = try #require(permit(&breaker, 15))
        #expect(permit(&breaker, 15) == nil)
        #expect(breaker.state(at: at(15)) == .halfOpen)
        breaker.record(.working, trial, at: at(16))
        #expect(breaker.state(at: at(16)) == .closed)
    }

    @Test func thePauseDoublesWithEachFailedTrialUpToItsLimit() {
        var (breaker, moment, pauses) = (CircuitBreaker(), 0, [Int]())
        failed(&breaker, 6, at: 0)
        for pause in [15, 30, 60, 120, 240, 480, 600, 600] {
            #expect(breaker.admit(at: at(moment + pause - 1)) == .refused(until: at(moment + pause)))
            moment += pause
            failed(&breaker, 1, at: moment)
            pauses.append(pause)
        }
        #expect(pauses.count == 8)
    }

    @Test func aTrialThatSaidNothingMayBeRepeatedAtOnce() throws {
        var breaker = CircuitBreaker()
        failed(&breaker, 6, at: 0)
        let trial = try #require(permit(&breaker, 15))
        breaker.record(.unknown, trial, at: at(15))
        #expect(permit(&breaker, 15) != nil)
    }

    @Test func resultsOfAnEarlierPhaseChangeNothing() throws {
        var breaker = CircuitBreaker()
        let early = try #require(permit(&breaker, 0))
        failed(&breaker, 6, at: 0)
        breaker.record(.working, early, at: at(1))
        #expect(breaker.state(at: at(1)) == .open)
        let trial = try #require(permit(&breaker, 15))
        breaker.record(.failing, early, at: at(15))
        breaker.record(.working, trial, at: at(15))
        #expect(breaker.state(at: at(15)) == .closed)
    }
}

@Suite struct ServiceCallTests {
    @Test func pathAndQueryAreEncoded() {
        var call = ServiceCall(endpoint: "/a/{b}", path: ["a", "b/c?d"], query: [("q", "x y&z=1"), ("ids", "1,2;3")])
        call.secretQuery = [("key", "ü")]
        #expect(call.url(below: "https://h/v1") == "https://h/v1/a/b%2Fc%3Fd?q=x%20y%26z%3D1&ids=1,2;3&key=%C3%BC")
    }

    @Test func aBaseMayEndWithASlash() {
        let configuration = ServiceConfiguration(
            name: "s", baseURL: "https://h/v1/", rate: .init(perSecond: 1, burst: 1))
        #expect(ServiceCall(endpoint: "/a", path: ["a"]).url(below: configuration.baseURL) == "https://h/v1/a")
    }
}

@Suite struct ConcurrencyGateTests {
    @Test func aCancelledWaiterLeavesTheQueue() async {
        let gate = ConcurrencyGate(width: 1)
        #expect(await gate.enter())
        let second = Task { await gate.enter() }
        let third = Task { await gate.enter() }
        try? await Task.sleep(for: .milliseconds(20))
        second.cancel()
        #expect(await second.value == false)
        gate.leave()
        #expect(await third.value)
        gate.leave()
        #expect(await gate.enter())
    }

    @Test func aCancelledTaskDoesNotEnter() async {
        let gate = ConcurrencyGate(width: 1)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await gate.enter()
        }
        task.cancel()
        #expect(await task.value == false)
        #expect(await gate.enter())
    }
}

@Suite struct ProviderMetricsTests {
    @Test func theExpositionCountsByServiceEndpointAndOutcome() {
        let metrics = ProviderMetrics()
        #expect(metrics.exposition.isEmpty)
        var record = CallRecord(
            service: "s", endpoint: "/e", method: "GET", status: 200, outcome: .success, reason: nil, attempt: 1,
            seconds: 0.03, waited: 0.5, bytes: 10)
        metrics.record(record)
        (record.attempt, record.outcome, record.seconds) = (2, .failure, 100)
        metrics.record(record)
        metrics.recordBreaker(.open, of: "s")
        let lines = metrics.exposition.split(separator: "\n").map(String.init)
        for line in [
            #"segue_provider_calls_total{service="s",endpoint="/e",outcome="success"} 1"#,
            #"segue_provider_calls_total{service="s",endpoint="/e",outcome="failure"} 1"#,
            #"segue_provider_call_duration_seconds_bucket{service="s",le="0.025"} 0"#,
            #"segue_provider_call_duration_seconds_bucket{service="s",le="0.05"} 1"#,
            #"segue_provider_call_duration_seconds_bucket{service="s",le="+Inf"} 2"#,
            #"segue_provider_retries_total{service="s"} 1"#, #"segue_provider_wait_seconds_total{service="s"} 1.0"#,
            #"segue_provider_circuit_open{service="s"} 1"#,
        ] { #expect(lines.contains(line)) }
    }
}
