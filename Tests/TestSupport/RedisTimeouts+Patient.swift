public import Redis

extension RedisTimeouts {
    /// For tests in which Redis is there: it answers some time, on a machine that is slow as well. After an outage it is
    /// asked again at once.
    public static let patient = RedisTimeouts(
        connect: .seconds(120), command: .seconds(120), firstBackOff: .milliseconds(10),
        longestBackOff: .milliseconds(10))
}
