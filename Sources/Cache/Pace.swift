/// Spaces calls out in time: the generic cell rate algorithm, which is a token bucket that hands out turns ahead.
///
/// A value without a clock: times are durations since any fixed moment.
struct Pace: Sendable, Hashable {
    /// Time between two calls in the long run.
    let interval: Duration
    /// How far calls may run ahead of that: `burst - 1` intervals.
    let tolerance: Duration
    /// When the next call would be due if calls came evenly.
    private(set) var due: Duration

    init(_ limit: RateLimit) {
        interval = .seconds(1 / limit.perSecond)
        tolerance = interval * (limit.burst - 1)
        due = .zero
    }

    /// Takes the next turn, unless it is further away than `patience`.
    mutating func reserve(at now: Duration, patience: Duration) -> PaceDecision {
        let start = max(due, now)
        let wait = max(.zero, start - tolerance - now)
        guard wait <= patience else { return .refused(until: wait) }
        due = start + interval
        return .granted(after: wait)
    }

    /// Takes note of a turn that somebody else gave, `wait` from now.
    mutating func note(at now: Duration, wait: Duration) { due = max(due, now + wait) + interval }

    /// Lets nothing through before a moment, and nothing in a burst right after it.
    mutating func pause(until moment: Duration) { due = max(due, moment + tolerance) }
}

/// Whether a call may be made, and when.
public enum PaceDecision: Sendable, Hashable {
    /// After this time; the turn is taken.
    case granted(after: Duration)
    /// The next turn is further away than the caller would wait; nothing is taken.
    case refused(until: Duration)
}
