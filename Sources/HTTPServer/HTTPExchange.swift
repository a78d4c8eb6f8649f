/// A request and what became of it.
public struct HTTPExchange: Sendable {
    /// The request, without its body.
    public let request: HTTPRequest

    /// The status answered.
    public let status: Int

    /// The length of the request's body in bytes, as far as it was read.
    public let receivedBytes: Int

    /// The length of the answer's body in bytes.
    public let sentBytes: Int

    /// From the request line to the last byte handed to the system.
    public let duration: Duration

    /// Whether the answer went out whole; false when the client left before.
    public let isComplete: Bool
}
