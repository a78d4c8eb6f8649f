/// How much one client may ask for: a token bucket.
public struct RateLimit: Sendable, Equatable {
    /// Tokens that come back each second; a request costs one.
    public let perSecond: Double

    /// The most tokens that a client can save up.
    public let burst: Double

    /// A limit of `perSecond` requests in the long run and `burst` at once, both above zero.
    public init(perSecond: Double, burst: Double) {
        precondition(perSecond > 0 && burst >= 1, "a limit lets something through")
        (self.perSecond, self.burst) = (perSecond, burst)
    }
}
