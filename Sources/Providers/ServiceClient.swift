import Cache
import Foundation
import HTTPClient
import Synchronization

/// One service's calls: in turn, tried again where that helps, remembered, counted, and kept from a service that is down.
///
/// Every service is a small value over one of these.
public final class ServiceClient: Sendable {
    /// How the service is called.
    public let configuration: ServiceConfiguration
    let support: ServiceSupport
    let pacer: Pacer
    let breaker: Mutex<CircuitBreaker>
    private let gate: ConcurrencyGate

    /// A client of one service; make one for each service and process.
    public init(_ configuration: ServiceConfiguration, _ support: ServiceSupport) {
        (self.configuration, self.support) = (configuration, support)
        pacer = Pacer(
            name: configuration.name, limit: configuration.rate, session: support.redis, keyPrefix: support.keyPrefix,
            reachability: support.reachability, clock: support.clock.instant)
        breaker = Mutex(CircuitBreaker(configuration.breaker))
        gate = ConcurrencyGate(width: configuration.concurrency)
    }

    /// The service's name.
    public var name: String { configuration.name }

    /// Makes a call and decodes its answer as JSON, from memory where it is remembered.
    /// - Throws: `ServiceError`.
    public func value<Value: Decodable & Sendable>(
        _ call: ServiceCall, as type: Value.Type = Value.self
    ) async throws(ServiceError) -> Value {
        try await answer(call) { try $0.json(type) }
    }

    /// Makes a call and reads its answer by `decode`; an answer that it throws at counts as one that cannot be read.
    /// - Throws: `ServiceError`.
    public func answer<Value: Sendable>(
        _ call: ServiceCall, _ decode: @Sendable (ServiceAnswer) throws -> Value
    ) async throws(ServiceError) -> Value {
        if let remembered = try await recalled(call, decode) { return remembered }
        guard await gate.enter() else { throw error(.cancelled, call, "") }
        defer { gate.leave() }
        var failure: ServiceError?
        for attempt in 1... {
            do {
                return try await attempted(call, attempt, decode)
            } catch {
                // The call's own failures are why the service is left alone now: they say more of the call.
                if error.error.kind == .circuitOpen, let failure { throw failure }
                failure = error.error
                guard let wait = try retryWait(call, error, attempt) else { continue }
                do { try await support.clock.sleep(wait) } catch { throw self.error(.cancelled, call, "") }
            }
        }
        throw error(.unavailable, call, "")
    }

    /// How long to wait before the next try.
    /// - Throws: the error that ends the call.
    private func retryWait(
        _ call: ServiceCall, _ failure: AttemptFailure, _ attempt: Int
    ) throws(ServiceError) -> Duration? {
        let retry = configuration.retry
        guard let limit = failure.attempts(retry), attempt < limit else { throw failure.error }
        let wait = retry.wait(after: attempt, asked: failure.asked, chance: support.clock.chance())
        return wait > .zero ? wait : nil
    }

    func error(_ kind: ServiceError.Kind, _ call: ServiceCall, _ reason: String, after pause: Duration? = nil)
        -> ServiceError
    {
        let resumeAt = pause.map {
            support.clock.now().addingTimeInterval(max($0, configuration.shortestPause) / .seconds(1))
        }
        return ServiceError(kind, service: name, endpoint: call.endpoint, reason: reason, resumeAt: resumeAt)
    }
}

/// Why one try gave nothing, and whether another may.
struct AttemptFailure: Error {
    /// What would help.
    enum Remedy {
        /// Nothing.
        case none
        /// Trying again.
        case retry
        /// Trying again, but not often.
        case retryOnce
    }

    /// What the caller is told if this was the last try.
    var error: ServiceError
    var remedy: Remedy
    /// How long the service asked to wait.
    var asked: Duration?

    func attempts(_ policy: RetryPolicy) -> Int? {
        switch remedy {
        case .none: nil
        case .retry: policy.attempts
        case .retryOnce: policy.attemptsAtNonsense
        }
    }
}
