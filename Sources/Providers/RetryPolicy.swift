/// How often a call is tried, and how long to wait in between.
public struct RetryPolicy: Sendable, Hashable {
    /// Tries altogether, at least one.
    public var attempts = 4
    /// Tries of a call whose answers cannot be read: more would seldom help.
    public var attemptsAtNonsense = 2
    /// The longest first wait.
    public var base: Duration = .milliseconds(500)
    /// The longest wait that is chosen here.
    public var cap: Duration = .seconds(20)
    /// The longest `Retry-After` that is waited for; past it the call fails with the moment to come back.
    public var longestRetryAfter: Duration = .seconds(60)

    /// The standard policy.
    public init() {}

    /// How long to wait before try number `attempt + 1`, by chance from 0 up to 1.
    ///
    /// Full jitter: uniform between nothing and a bound that doubles with each try, so that clients which failed
    /// together do not come back together (M. Brooker, "Exponential Backoff And Jitter", 2015). What the service asked
    /// for is never cut short.
    public func wait(after attempt: Int, asked: Duration?, chance: Double) -> Duration {
        let doubled = base * pow2(min(attempt - 1, 20))
        let jitter = min(cap, doubled) * chance
        guard let asked else { return jitter }
        return asked + min(jitter, base)
    }

    private func pow2(_ exponent: Int) -> Int { 1 << max(0, exponent) }
}
