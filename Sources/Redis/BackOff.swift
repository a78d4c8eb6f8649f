/// When the next attempt is due: each failure in a row doubles the wait, up to a limit; success forgets them.
struct BackOff {
    private let first: Duration
    private let longest: Duration
    private var wait: Duration
    private var nextAttempt: ContinuousClock.Instant?

    init(first: Duration, longest: Duration) {
        (self.first, self.longest, wait) = (first, longest, first)
    }

    func remaining(at now: ContinuousClock.Instant) -> Duration {
        nextAttempt.map { max(.zero, $0 - now) } ?? .zero
    }

    mutating func failed(at now: ContinuousClock.Instant) {
        nextAttempt = now + wait
        wait = min(wait * 2, longest)
    }

    mutating func succeeded() { (nextAttempt, wait) = (nil, first) }
}
