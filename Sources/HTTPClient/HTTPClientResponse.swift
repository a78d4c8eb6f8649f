/// What a server answered.
public struct HTTPClientResponse: Sendable {
    /// The status, 200 to 599.
    public var status: Int
    /// Names in lower case and values, in order.
    public var headers: [(name: String, value: String)]
    /// The body, unpacked.
    public var body: [UInt8]
    /// From the request's turn to the last byte; of the last request where redirects were followed.
    public var duration: Duration
    /// Whether an existing connection served the request.
    public var reusedConnection: Bool

    /// An answer, as a test double or a cache gives it.
    public init(
        status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = [], duration: Duration = .zero,
        reusedConnection: Bool = false
    ) {
        (self.status, self.headers, self.body) = (status, headers, body)
        (self.duration, self.reusedConnection) = (duration, reusedConnection)
    }

    /// The first value of a header, its name in any case.
    public func header(_ name: String) -> String? {
        let name = name.lowercased()
        return headers.first { $0.name == name }?.value
    }
}
