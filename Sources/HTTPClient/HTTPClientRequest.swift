/// One request, with its limits.
public struct HTTPClientRequest: Sendable {
    /// What is asked of the resource.
    public enum Method: String, Sendable, CaseIterable {
        /// Read it.
        case get = "GET"
        /// Read its headers only.
        case head = "HEAD"
        /// Add to it.
        case post = "POST"
        /// Replace it.
        case put = "PUT"
        /// Change it.
        case patch = "PATCH"
        /// Remove it.
        case delete = "DELETE"
    }

    /// How long a request may take.
    public struct Timeouts: Sendable, Hashable {
        /// To resolve the name, connect and agree on TLS.
        public var connect: Duration = .seconds(10)
        /// Altogether: waiting for its turn, redirects and the body included.
        public var total: Duration = .seconds(60)
        /// How long a transfer may stay below `slowBytesPerSecond`; whole seconds.
        public var slow: Duration = .seconds(20)
        /// The speed, in bytes a second, below which a transfer counts as stalled.
        public var slowBytesPerSecond = 64

        /// The standard limits.
        public init() {}
    }

    /// What is asked.
    public var method: Method
    /// Where: an absolute URL of `http` or `https`, encoded.
    public var url: String
    /// Names and values, in order; neither may hold a line break.
    public var headers: [(name: String, value: String)]
    /// Bytes to send; nil for none.
    public var body: [UInt8]?
    /// How long it may take.
    public var timeouts = Timeouts()
    /// The longest acceptable answer after unpacking, in bytes.
    public var maximumBodyBytes = 16 << 20
    /// Whether the request may reach the server twice; one that may not never goes out on a connection that the
    /// server may be closing at that moment, where the library would send it again.
    public var isRepeatable: Bool

    /// Describes a request; all but `POST` and `PATCH` are repeatable unless told otherwise.
    public init(
        _ method: Method = .get, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil
    ) {
        (self.method, self.url, self.headers, self.body) = (method, url, headers, body)
        isRepeatable = method != .post && method != .patch
    }
}
