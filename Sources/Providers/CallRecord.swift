/// What there is to say about one call that was sent: a line of the log. Holds no address, query or header.
public struct CallRecord: Sendable, Hashable {
    /// How a call ended.
    public enum Outcome: String, Sendable, CaseIterable {
        /// With what was asked for.
        case success
        /// There is no such thing.
        case missing
        /// Too many calls.
        case rateLimited = "rate_limited"
        /// The quota is used up.
        case quotaExceeded = "quota_exceeded"
        /// The service failed, or the way to it.
        case failure
        /// It could not be read.
        case nonsense
        /// Refused: token, permission or request.
        case refused
        /// The caller gave up.
        case cancelled
    }

    /// Which service.
    public var service: String
    /// The path's template.
    public var endpoint: String
    /// The method.
    public var method: String
    /// The status; nil where no answer came.
    public var status: Int?
    /// How it ended.
    public var outcome: Outcome
    /// What went wrong; nil where nothing did.
    public var reason: String?
    /// Which try, from 1.
    public var attempt: Int
    /// Seconds on the network.
    public var seconds: Double
    /// Seconds spent waiting for a turn.
    public var waited: Double
    /// Bytes of the answer.
    public var bytes: Int

    /// Names and values for a structured line; texts as they are, numbers in decimal.
    public var fields: [(name: String, value: String)] {
        var fields = [("service", service), ("endpoint", endpoint), ("method", method), ("outcome", outcome.rawValue)]
        if let status { fields.append(("status", String(status))) }
        if let reason { fields.append(("reason", reason)) }
        let rounded = { (seconds: Double) in String((seconds * 1_000).rounded() / 1_000) }
        return fields + [
            ("attempt", String(attempt)), ("seconds", rounded(seconds)), ("waited", rounded(waited)),
            ("bytes", String(bytes)),
        ]
    }
}
