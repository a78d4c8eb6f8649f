/// What is wrong with a Redis URL; never holds its text, which may carry a password.
public enum RedisURLError: Error, Equatable, Sendable, CustomStringConvertible {
    /// It is no URL at all.
    case malformed

    /// The scheme is neither `redis` nor `unix`.
    case scheme

    /// There is no host.
    case host

    /// The port is not between 1 and 65535.
    case port

    /// The socket's path is not absolute.
    case socketPath

    /// The database is not a number from 0 to 9999.
    case database

    /// One sentence for a person, with the mend.
    public var description: String {
        let mend = "write redis://[user:password@]host[:port][/database] or unix:///path/to.sock[?db=number]"
        return switch self {
        case .malformed: "the Redis address is not a URL; \(mend)"
        case .scheme: "the Redis address begins with neither redis:// nor unix://; \(mend)"
        case .host: "the Redis address names no host; \(mend)"
        case .port: "the Redis port must be between 1 and 65535; \(mend)"
        case .socketPath: "the Redis socket's path must be absolute, with three slashes after unix:; \(mend)"
        case .database: "the Redis database must be a number from 0 to 9999; \(mend)"
        }
    }
}
