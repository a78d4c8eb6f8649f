import Synchronization

/// Counts calls to outside services since the process began.
public final class ProviderMetrics: Sendable {
    /// What calls are counted by.
    public struct Label: Hashable, Sendable {
        /// The service.
        public var service: String
        /// The path's template.
        public var endpoint: String
        /// How the call ended.
        public var outcome: String
    }

    /// Durations of one service's calls.
    public struct Durations: Sendable, Hashable {
        /// Upper bounds in seconds.
        public static let bounds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
        /// Calls at or below each bound, cumulative.
        public internal(set) var cumulative = Array(repeating: 0, count: bounds.count)
        /// All calls.
        public internal(set) var count = 0
        /// Their sum in seconds.
        public internal(set) var sum = 0.0
    }

    /// All counts at one moment.
    public struct Counts: Sendable, Hashable {
        /// Calls sent.
        public internal(set) var calls: [Label: Int] = [:]
        /// How long they took, by service.
        public internal(set) var durations: [String: Durations] = [:]
        /// Second and later tries, by service.
        public internal(set) var retries: [String: Int] = [:]
        /// Seconds spent waiting for turns, by service.
        public internal(set) var waited: [String: Double] = [:]
        /// Answers from memory, by service.
        public internal(set) var remembered: [String: Int] = [:]
        /// Calls that the breaker refused, by service.
        public internal(set) var refused: [String: Int] = [:]
        /// What each breaker lets through.
        public internal(set) var breakers: [String: CircuitBreaker.State] = [:]
    }

    private let state = Mutex(Counts())

    /// Nothing counted yet.
    public init() {}

    /// All counts at this moment.
    public var counts: Counts { state.withLock { $0 } }

    func record(_ record: CallRecord) {
        state.withLock { counts in
            let label = Label(service: record.service, endpoint: record.endpoint, outcome: record.outcome.rawValue)
            counts.calls[label, default: 0] += 1
            counts.durations[record.service, default: Durations()].add(record.seconds)
            counts.waited[record.service, default: 0] += record.waited
            if record.attempt > 1 { counts.retries[record.service, default: 0] += 1 }
        }
    }

    func recordRemembered(_ service: String, count: Int = 1) {
        state.withLock { $0.remembered[service, default: 0] += count }
    }

    func recordRefused(_ service: String) { state.withLock { $0.refused[service, default: 0] += 1 } }

    func recordBreaker(_ breaker: CircuitBreaker.State, of service: String) {
        state.withLock { $0.breakers[service] = breaker }
    }
}

extension ProviderMetrics.Durations {
    fileprivate mutating func add(_ seconds: Double) {
        (count, sum) = (count + 1, sum + seconds)
        for (place, bound) in Self.bounds.enumerated() where seconds <= bound { cumulative[place] += 1 }
    }
}
