public import Recommendation
public import Rules

/// What the API puts up with; every bound is a setting of the service.
public struct APIConfiguration: Sendable, Hashable {
    /// Bounds on recommendation requests.
    public var limits = RecommendationLimits()
    /// Bounds on rules.
    public var ruleLimits = RuleLimits()
    /// The most tracks by one artist where a request does not say; nil for any number.
    public var usualPerArtist: Int?
    /// The deepest nesting of a JSON body, the outermost value being 1.
    public var maximumDepth = 64
    /// The most faults that an answer lists.
    public var maximumFaults = 32
    /// The largest factor on a block's weight.
    public var maximumWeight: Float = 1_000
    /// Tracks on a page of a listing, unless the caller asks for another number.
    public var pageSize = 20
    /// The most tracks on a page of a listing.
    public var maximumPageSize = 100
    /// The most sources that one request has fetched.
    public var maximumSources = 50
    /// The most tracks between the ends of a path.
    public var maximumSteps = 50
    /// The longest search text and cursor, in bytes.
    public var maximumQueryBytes = 512
    /// How long after its arrival a call that reshuffles several playlists goes on, so that it can still say what became
    /// of each before the request's time is over.
    public var reshufflePatience = Duration.seconds(8)
    /// After how many seconds a caller may try again when the database is out of reach.
    public var retryAfterSeconds = 5
    /// How long a readiness check waits for PostgreSQL and for Redis.
    public var probeTimeout = Duration.seconds(1)
    /// The version that the OpenAPI description carries.
    public var version = "1.0.0"

    /// The defaults.
    public init() {}
}
