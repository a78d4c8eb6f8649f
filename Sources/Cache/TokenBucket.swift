/// One client's account: what it has left here, and what it spent here and on other replicas in this window.
struct TokenBucket: Sendable {
    private(set) var tokens: Double
    private(set) var updated: ContinuousClock.Instant

    /// Spent here since Redis was last told.
    private(set) var unreported = 0

    private var window = 0
    private var reportedHere = 0
    private var seenElsewhere = 0

    init(full limit: RateLimit, at now: ContinuousClock.Instant) { (tokens, updated) = (limit.burst, now) }

    mutating func refill(_ limit: RateLimit, at now: ContinuousClock.Instant) {
        guard now > updated else { return }
        tokens = min(limit.burst, tokens + limit.perSecond * ((now - updated) / .seconds(1)))
        updated = now
    }

    mutating func spend(_ limit: RateLimit, at now: ContinuousClock.Instant) -> RateDecision {
        refill(limit, at: now)
        guard tokens >= 1 else { return .denied(retryAfter: .seconds((1 - tokens) / limit.perSecond)) }
        tokens -= 1
        unreported += 1
        return .allowed(remaining: Int(tokens))
    }

    /// Marks what is unreported as on its way to Redis, and gives its amount.
    mutating func beginReport() -> Int {
        defer { unreported = 0 }
        return unreported
    }

    /// Takes back a report that did not arrive.
    mutating func cancelReport(of amount: Int) { unreported += amount }

    /// Charges what other replicas let through since the last report.
    ///
    /// The debt is limited to one burst, so that a client that many replicas served at once is slowed, not shut out.
    mutating func finishReport(of amount: Int, total: Int, window: Int, limit: RateLimit) {
        if window != self.window { (self.window, reportedHere, seenElsewhere) = (window, 0, 0) }
        reportedHere += amount
        let elsewhere = max(0, total - reportedHere)
        tokens = max(-limit.burst, tokens - Double(max(0, elsewhere - seenElsewhere)))
        seenElsewhere = elsewhere
    }
}
