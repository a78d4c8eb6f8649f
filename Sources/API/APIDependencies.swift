public import Cache
public import Catalog
public import Recommendation
public import Rules
public import Signing

/// What the API is made from; the executable puts it together, and so do tests.
public struct APIDependencies: Sendable {
    /// Says whether something answers. Must return soon after its task is cancelled.
    public typealias Probe = @Sendable () async -> Bool

    /// The catalog that serves at this moment; nil when no index has been published yet.
    public var serving: @Sendable () -> ServingCatalog?
    /// The catalog in the database, for what the index does not hold.
    public var store: any CatalogReading
    /// Names answers; by itself in a way that no feedback can refer to.
    public var recommendationIDs = RecommendationIDs()
    /// Checks callers' tokens.
    public var tokens: ServiceTokenVerifier
    /// Limits how often each client calls.
    public var limiter: RateLimiter
    /// Remembers the tokens of changing calls.
    public var replay: ReplayGuard
    /// Whether PostgreSQL answers.
    public var postgres: Probe
    /// Whether Redis answers; nil where none is configured.
    public var redis: Probe?
    /// Where a line for each request goes.
    public var log: Log
    /// The queue of jobs; nil where the interface has no routes for them.
    public var jobs: JobAccess?
    /// What outside sources say of tracks; nil where the interface has no route for it.
    public var enrichments: (any EnrichmentStore)?
    /// Everything that is known of single tracks; nil where the interface has no routes for it.
    public var knowledge: (any TrackKnowledge)?
    /// Sources to fetch from; nil where the interface has no routes for them, and fetches no seeds.
    public var sources: SourceAccess?
    /// Playlists, listeners and feedback; nil where the interface has no routes for them.
    public var playlists: PlaylistAccess?
    /// Rule sets, and which tracks rules match; nil where the interface has no routes for them.
    public var rules: (any RuleStore)?
    /// The playlists that rule sets keep up; nil where previews are to compare with nothing.
    public var targets: (any PlaylistTargets)?
    /// Settings that may be changed; nil where the interface has no routes for them.
    public var settings: SettingsAccess?
    /// More text for `/metrics`, in Prometheus's format; nil for none.
    public var furtherMetrics: (@Sendable () -> String)?
    /// Called once on each of the server's threads, for what libraries keep per thread.
    public var prepareThread: @Sendable () -> Void

    /// Puts the parts together.
    public init(
        serving: @escaping @Sendable () -> ServingCatalog?, store: any CatalogReading, tokens: ServiceTokenVerifier,
        limiter: RateLimiter, replay: ReplayGuard, postgres: @escaping Probe, redis: Probe?, log: Log,
        prepareThread: @escaping @Sendable () -> Void = {}
    ) {
        (self.serving, self.store, self.tokens) = (serving, store, tokens)
        (self.limiter, self.replay) = (limiter, replay)
        (self.postgres, self.redis) = (postgres, redis)
        (self.log, self.prepareThread) = (log, prepareThread)
    }
}
