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
    /// Looks at what a job of a kind would be asked, before one is made; throws `JobRefused` with the mend.
    public var check: @Sendable (_ kind: String, _ payload: JobDocument) async throws -> Void

    /// Puts the parts together.
    public init(
        store: any JobStore, feed: JobFeed, kinds: [String], nightlyToken: String? = nil, maximumStreams: Int = 64,
        keepAlive: Duration = .seconds(10),
        check: @escaping @Sendable (_ kind: String, _ payload: JobDocument) async throws -> Void = { _, _ in }
    ) {
        (self.store, self.feed, self.kinds, self.check) = (store, feed, kinds, check)
        (self.nightlyToken, self.maximumStreams, self.keepAlive) = (nightlyToken, maximumStreams, keepAlive)
    }

    /// Looks at what a job would be asked; `path` is where the request says it, empty for the request as a whole.
    /// - Throws: `Problem` with a fault there; the store's errors.
    func checked(_ kind: String, _ payload: JobDocument, at path: [String]) async throws {
        do { try await check(kind, payload) } catch let error as JobRefused {
            throw Problem(faults: [Fault(path, .outOfRange, error.reason)], limit: 1)
        }
    }
}
