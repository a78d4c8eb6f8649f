/// How long a session waits for what.
public struct RedisTimeouts: Sendable, Equatable {
    /// For a connection, 1 s by default.
    public var connect: Duration

    /// For the answer to a command, 1 s by default.
    public var command: Duration

    /// From a failed attempt to connect to the next, at first; doubled by each further failure.
    public var firstBackOff: Duration

    /// The most that back-off grows to.
    public var longestBackOff: Duration

    /// Timeouts for a cache beside the service: short, since everything goes on without it.
    public init(
        connect: Duration = .seconds(1), command: Duration = .seconds(1), firstBackOff: Duration = .milliseconds(100),
        longestBackOff: Duration = .seconds(10)
    ) {
        (self.connect, self.command) = (connect, command)
        (self.firstBackOff, self.longestBackOff) = (firstBackOff, longestBackOff)
    }
}
