import Cache
import Catalog
import FakeServices
import Foundation
import HTTPClient
import Redis
import Synchronization
import Testing

@testable import Providers

/// A clock that moves when somebody sleeps on it, or when told to.
final class HandClock: Sendable {
    private struct State {
        var elapsed = Duration.zero
        var sleeps: [Duration] = []
    }

    static let start = Date(timeIntervalSince1970: 1_800_000_000)
    private let origin = ContinuousClock.now
    private let state = Mutex(State())

    var elapsed: Duration { state.withLock { $0.elapsed } }
    var sleeps: [Duration] { state.withLock { $0.sleeps } }
    func advance(by duration: Duration) { state.withLock { $0.elapsed += duration } }

    /// The service's view of it; `chance` is the same each time.
    func service(chance: Double = 1) -> ServiceClock {
        ServiceClock(
            now: { Self.start.addingTimeInterval(self.elapsed / .seconds(1)) }, instant: { self.origin + self.elapsed },
            sleep: { duration in
                try Task.checkCancellation()
                self.state.withLock { state in
                    state.elapsed += duration
                    state.sleeps.append(duration)
                }
                await Task.yield()
            }, chance: { chance })
    }
}

/// A client of a fake service with everything at hand that a test may want to look at.
struct Bench: Sendable {
    let clock = HandClock()
    let records = Recorder()
    let support: ServiceSupport

    init(
        memory: (any ResponseStore)? = nil, redis: RedisSession? = nil, reachability: Reachability = Reachability(),
        keyPrefix: String = "test:\(UUID().uuidString):", chance: Double = 1
    ) {
        var configuration = HTTPClientConfiguration(userAgent: "SegueTests/1.0 (+https://example.org)")
        configuration.usesEnvironmentProxy = false
        let records = records
        support = ServiceSupport(
            http: HTTPClient(configuration: configuration), responses: memory, redis: redis,
            reachability: reachability, keyPrefix: keyPrefix, clock: clock.service(chance: chance),
            log: { records.add($0) })
    }

    func client(
        _ server: FakeServer, rate: RateLimit = RateLimit(perSecond: 1_000, burst: 1_000),
        _ change: (inout ServiceConfiguration) -> Void = { _ in }
    ) -> ServiceClient {
        var configuration = ServiceConfiguration(name: "trial", baseURL: server.url, rate: rate)
        change(&configuration)
        return ServiceClient(configuration, support)
    }

    final class Recorder: Sendable {
        private let records = Mutex<[CallRecord]>([])
        var all: [CallRecord] { records.withLock { $0 } }
        func add(_ record: CallRecord) { records.withLock { $0.append(record) } }
    }
}

/// What the trial service answers.
struct Thing: Codable, Sendable, Equatable {
    var id: String
}

func things() throws -> FakeServer {
    try FakeServer { request in
        guard request.segments.count == 2, request.segments[0] == "things" else {
            return .json(["error": "unknown"], status: 404)
        }
        return .json(["id": request.segments[1]])
    }
}

extension ServiceCall {
    static func thing(_ id: String = "1") -> ServiceCall {
        ServiceCall(endpoint: "/things/{id}", path: ["things", id])
    }
}

/// The error that `body` throws.
func serviceError(_ body: () async throws -> Void) async -> ServiceError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? ServiceError
    }
}
