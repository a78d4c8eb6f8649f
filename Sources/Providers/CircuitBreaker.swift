/// Keeps calls away from a service that is down: closed, open, and half open while one call tries whether it is back.
///
/// A pure state machine: moments go in, decisions come out.
public struct CircuitBreaker: Sendable, Hashable {
    /// When to open and for how long.
    public struct Policy: Sendable, Hashable {
        /// Failures in a row that open it.
        public var failures = 6
        /// How long it stays open at first.
        public var pause: Duration = .seconds(15)
        /// The longest pause; it doubles with each trial that fails.
        public var longestPause: Duration = .seconds(600)

        /// The standard policy.
        public init() {}
    }

    /// What a breaker lets through.
    public enum State: String, Sendable, CaseIterable {
        /// Everything.
        case closed
        /// Nothing.
        case open
        /// One call at a time.
        case halfOpen = "half_open"
    }

    /// A permission to call, to be returned with the call's result.
    public struct Permit: Sendable, Hashable {
        fileprivate let era: Int
        fileprivate let isTrial: Bool
    }

    /// Whether a call may be made.
    public enum Admission: Sendable, Hashable {
        /// It may.
        case admitted(Permit)
        /// It may not before this moment.
        case refused(until: ContinuousClock.Instant)
    }

    /// What a call said of the service's health.
    public enum Result: Sendable {
        /// The service works, whatever it answered.
        case working
        /// It does not.
        case failing
        /// Nothing: cancelled, or never sent.
        case unknown
    }

    private enum Phase: Sendable, Hashable {
        case closed(failures: Int, last: Int?)
        case open(until: ContinuousClock.Instant, pause: Duration)
        case trying(pause: Duration)

        /// Closed, and nothing failed.
        static let untroubled = closed(failures: 0, last: nil)
    }

    private let policy: Policy
    private var phase = Phase.untroubled
    /// Goes up with every change of phase, so that late results of an earlier phase change nothing.
    private var era = 0

    /// A closed breaker.
    public init(_ policy: Policy = Policy()) { self.policy = policy }

    /// What it lets through at a moment.
    public func state(at now: ContinuousClock.Instant) -> State {
        switch phase {
        case .closed: .closed
        case .open(let end, _): now < end ? .open : .halfOpen
        case .trying: .halfOpen
        }
    }

    /// Asks for a permit.
    public mutating func admit(at now: ContinuousClock.Instant) -> Admission {
        switch phase {
        case .closed: return .admitted(Permit(era: era, isTrial: false))
        case .open(let end, let pause):
            guard now >= end else { return .refused(until: end) }
            enter(.trying(pause: pause))
            return .admitted(Permit(era: era, isTrial: true))
        case .trying: return .refused(until: now + .seconds(1))
        }
    }

    /// Takes a permit back with what the call said.
    ///
    /// - Parameter resource: what the call was for, where a failure may be that one's alone: again and again in a row it
    ///   counts once. Nil where a failure is the service's.
    public mutating func record(
        _ result: Result, of resource: Int? = nil, _ permit: Permit, at now: ContinuousClock.Instant
    ) {
        guard permit.era == era else { return }
        switch (phase, result) {
        case (.closed, .working): phase = .untroubled
        case (.closed(_, let last?), .failing) where last == resource: break
        case (.closed(let failures, _), .failing):
            if failures + 1 < policy.failures {
                phase = .closed(failures: failures + 1, last: resource)
                return
            }
            enter(.open(until: now + policy.pause, pause: policy.pause))
        case (.trying, .working): enter(.untroubled)
        case (.trying(let pause), .failing):
            let longer = min(pause * 2, policy.longestPause)
            enter(.open(until: now + longer, pause: longer))
        case (.trying(let pause), .unknown): enter(.open(until: now, pause: pause))
        case (.closed, .unknown), (.open, _): break
        }
    }

    private mutating func enter(_ next: Phase) {
        phase = next
        era += 1
    }
}
