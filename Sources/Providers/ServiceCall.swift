import Foundation
public import HTTPClient

/// One call to a service.
public struct ServiceCall: Sendable {
    /// How long an answer is remembered.
    public struct Memory: Sendable, Hashable {
        /// Under which key, unique within the service; never with a secret in it.
        public var key: String
        /// An answer.
        public var lifetime: Duration
        /// That there is no such thing.
        public var lifetimeOfMisses: Duration

        /// Remembers under a key.
        public init(key: String, lifetime: Duration, lifetimeOfMisses: Duration) {
            (self.key, self.lifetime, self.lifetimeOfMisses) = (key, lifetime, lifetimeOfMisses)
        }
    }

    /// What is asked of the resource.
    public var method: HTTPClientRequest.Method
    /// The path's template, such as `/isrc/{isrc}`: what metrics and logs call this call.
    public var endpoint: String
    /// The path below the service's base, each segment yet to be encoded.
    public var path: [String]
    /// The whole address, where the service itself gave it; then base, path and query do not count.
    public var address: String?
    /// Query parameters in order.
    public var query: [(name: String, value: String)]
    /// Query parameters that nobody may see, such as a key of the application.
    public var secretQuery: [(name: String, value: String)] = []
    /// Headers besides those of the service.
    public var headers: [(name: String, value: String)] = []
    /// The body and its type.
    public var body: (bytes: [UInt8], type: String)?
    /// Whether the call may reach the service twice; standard for all but `POST` and `PATCH`.
    public var isRepeatable: Bool
    /// Whether a body of JSON must come back; not where an empty answer is the rule.
    public var expectsJSON = true
    /// The part of the service that a quota closes by itself.
    public var bucket: String
    /// Whether and for how long the answer is remembered.
    public var memory: Memory?

    /// Describes a call.
    public init(
        _ method: HTTPClientRequest.Method = .get, endpoint: String, path: [String],
        query: [(name: String, value: String)] = []
    ) {
        (self.method, self.endpoint, self.path, self.query) = (method, endpoint, path, query)
        isRepeatable = method != .post && method != .patch
        bucket = endpoint
    }

    /// The address below a base without a slash at its end.
    func url(below base: String) -> String {
        if let address { return address }
        let path = path.map { "/" + Self.encoded($0) }.joined()
        let pairs = (query + secretQuery).map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }
        return base + path + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }

    /// What nobody may see of the call: credentials and keys, wherever they stand in it.
    var secrets: [String] {
        var secrets = secretQuery.map(\.value)
        for header in headers where header.name.lowercased() != "user-agent" {
            // A scheme such as Bearer is no secret.
            secrets.append(header.value.split(separator: " ", maxSplits: 1).last.map(String.init) ?? "")
        }
        if let body, body.type == Self.formType {
            let fields = URLComponents(string: "?" + String(decoding: body.bytes, as: UTF8.self))?.queryItems ?? []
            secrets += fields.filter { Self.secretFields.contains($0.name) }.compactMap(\.value)
        }
        // The longest first, for one may be a part of another; what is as short as a word hides nothing.
        return secrets.filter { $0.count >= 8 }.sorted { $0.count > $1.count }
    }

    /// The type of a body that forms are sent in.
    static let formType = "application/x-www-form-urlencoded"
    /// What is secret in the forms of OAuth 2 (RFC 6749, RFC 7636).
    private static let secretFields: Set = ["code", "code_verifier", "refresh_token", "client_secret"]

    /// RFC 3986's unreserved characters, and the separators that lists of ids are written with, stay as they are.
    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~,:;")
}
