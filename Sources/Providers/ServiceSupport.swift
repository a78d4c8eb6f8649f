public import Cache
public import Catalog
public import HTTPClient
public import Redis

/// What all services share: the network, memory, time, and who is told of calls.
public struct ServiceSupport: Sendable {
    /// Sends requests.
    public var http: HTTPClient
    /// Remembers answers; nil for no memory.
    public var responses: (any ResponseStore)?
    /// Where processes agree on rates; nil when there is one only.
    public var redis: RedisSession?
    /// Told whether Redis answers.
    public var reachability: Reachability
    /// Begins every key in Redis.
    public var keyPrefix: String
    /// Counts calls.
    public var metrics: ProviderMetrics
    /// Time and chance.
    public var clock: ServiceClock
    /// Told of every call once it has ended.
    public var log: @Sendable (CallRecord) -> Void

    /// Takes the network and, where there are, the rest.
    public init(
        http: HTTPClient, responses: (any ResponseStore)? = nil, redis: RedisSession? = nil,
        reachability: Reachability = Reachability(), keyPrefix: String = "segue:",
        metrics: ProviderMetrics = ProviderMetrics(), clock: ServiceClock = .system,
        log: @escaping @Sendable (CallRecord) -> Void = { _ in }
    ) {
        (self.http, self.responses, self.redis, self.reachability) = (http, responses, redis, reachability)
        (self.keyPrefix, self.metrics, self.clock, self.log) = (keyPrefix, metrics, clock, log)
    }
}
