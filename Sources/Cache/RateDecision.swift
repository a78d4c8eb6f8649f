/// Whether a request may go on.
public enum RateDecision: Sendable, Equatable {
    /// It may, and so many whole requests may follow at once.
    case allowed(remaining: Int)

    /// It may not; after this time it may.
    case denied(retryAfter: Duration)
}
