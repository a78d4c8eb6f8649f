public import Cache
public import HTTPClient

/// How one service is called.
public struct ServiceConfiguration: Sendable {
    /// The service's name in metrics, logs, keys and provenance.
    public var name: String
    /// Scheme, host and path before the calls' paths, without a slash at its end.
    public var baseURL: String
    /// Calls a second in the long run, and at once.
    public var rate: RateLimit
    /// Calls under way at once, in this process.
    public var concurrency = 2
    /// When to try again.
    public var retry = RetryPolicy()
    /// When to leave it alone.
    public var breaker = CircuitBreaker.Policy()
    /// How long a call may take.
    public var timeouts = HTTPClientRequest.Timeouts()
    /// The longest acceptable answer in bytes.
    public var maximumBodyBytes = 8 << 20
    /// The longest wait for a turn; past it the call fails with the moment to come back.
    public var patience: Duration = .seconds(120)
    /// How long an exhausted quota stays so where the service does not say.
    public var quotaPause: Duration = .seconds(6 * 3_600)
    /// How long a service that does not answer is left before a job goes on.
    public var unavailablePause: Duration = .seconds(300)
    /// The shortest time until a job goes on that this service has stopped, whatever it says: calls are tried again soon
    /// enough by themselves, and a job that comes back sooner than a service recovers only starts in vain.
    public var shortestPause: Duration = .seconds(15)
    /// Headers of every call; values may be secret.
    public var headers: [(name: String, value: String)] = []
    /// What an answer means.
    public var judge: @Sendable (HTTPClientResponse, ServiceCall) -> Verdict = Verdict.standard

    /// Names a service, where it is and how often it may be called.
    public init(name: String, baseURL: String, rate: RateLimit) {
        self.name = name
        self.baseURL = baseURL.last == "/" ? String(baseURL.dropLast()) : baseURL
        self.rate = rate
    }
}
