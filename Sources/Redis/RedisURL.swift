import Foundation

/// Where a Redis server is and how to enter it.
///
/// Two spellings: `redis://[user:password@]host[:port][/database]` and `unix:///path/to.sock[?db=number]`, which takes
/// `user` and `password` as parameters too. Printing it never shows the password.
public struct RedisURL: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The two ways to reach a server.
    public enum Endpoint: Sendable, Hashable {
        /// Over TCP.
        case tcp(host: String, port: Int)

        /// Over a Unix domain socket at this path.
        case unix(path: String)
    }

    /// Where the server listens.
    public let endpoint: Endpoint

    /// The database number to select, 0 unless given.
    public let database: Int

    let user: String?
    let password: String?

    /// Reads a URL.
    ///
    /// - Throws: `RedisURLError`, which says what is wrong without repeating the text.
    public init(parsing text: String) throws(RedisURLError) {
        guard let parts = URLComponents(string: text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw .malformed
        }
        let parameters = (parts.queryItems ?? []).reduce(into: [:]) { $0[$1.name] = $1.value }
        let path = parts.percentEncodedPath.removingPercentEncoding ?? ""
        let number: String
        switch parts.scheme?.lowercased() {
        case "redis":
            endpoint = try Self.tcpEndpoint(of: parts)
            number = parameters["db"] ?? String(path.drop { $0 == "/" })
        case "unix":
            guard path.hasPrefix("/"), (parts.host ?? "").isEmpty else { throw .socketPath }
            endpoint = .unix(path: path)
            number = parameters["db"] ?? ""
        default:
            throw .scheme
        }
        database = try Self.database(number)
        user = (parts.user ?? parameters["user"]).flatMap { $0.isEmpty ? nil : $0 }
        password = parts.password ?? parameters["password"]
    }

    private static func tcpEndpoint(of parts: URLComponents) throws(RedisURLError) -> Endpoint {
        guard let host = parts.host, !host.isEmpty else { throw .host }
        let port = parts.port ?? 6379
        guard (1...65_535).contains(port) else { throw .port }
        return .tcp(host: host.trimmingCharacters(in: ["[", "]"]), port: port)
    }

    private static func database(_ text: String) throws(RedisURLError) -> Int {
        guard !text.isEmpty else { return 0 }
        guard let number = Int(text), (0...9_999).contains(number) else { throw .database }
        return number
    }

    /// The address and database, without user and password.
    public var description: String {
        switch endpoint {
        case .tcp(let host, let port): "redis://\(host):\(port)/\(database)"
        case .unix(let path): "unix://\(path)?db=\(database)"
        }
    }

    /// As `description`, so that a debugger keeps the password too.
    public var debugDescription: String { description }
}

extension RedisURL: CustomReflectable {
    /// The address alone, so that `dump` keeps the password too.
    public var customMirror: Mirror { Mirror(self, children: ["address": description]) }
}
