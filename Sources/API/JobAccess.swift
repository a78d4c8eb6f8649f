public import Jobs

/// What the routes of jobs and schedules need.
public struct JobAccess: Sendable {
    /// The queue.
    public var store: any JobStore
    /// What happens in it; must be running for events to be live.
    public var feed: JobFeed
    /// The kinds of jobs that workers do, which schedules may name.
    public var kinds: [String]
    /// The token by which the nightly chain is begun; nil where nobody may.
    public var nightlyToken: String?
    /// The most streams of events that are open at a time.
    public var maximumStreams: Int
    /// From one sign of life on a stream to the next, where nothing happens.
    public var keepAlive: Duration

    /// Puts the parts together.
    public init(
        store: any JobStore, feed: JobFeed, kinds: [String], nightlyToken: String? = nil, maximumStreams: Int = 64,
        keepAlive: Duration = .seconds(10)
    ) {
        (self.store, self.feed, self.kinds) = (store, feed, kinds)
        (self.nightlyToken, self.maximumStreams, self.keepAlive) = (nightlyToken, maximumStreams, keepAlive)
    }
}
