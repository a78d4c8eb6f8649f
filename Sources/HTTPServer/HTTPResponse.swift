/// An answer: status, header fields, body.
///
/// `Content-Length`, `Date` and `Connection` are the server's business. Header fields that HTTP cannot carry (control
/// characters in name or value) are left out, so that no input can break the answer in two.
public struct HTTPResponse: Sendable, Equatable {
    /// The status, 200 to 599.
    public var status: Int

    /// The header fields.
    public var headers: HTTPHeaders

    /// The body; not sent to HEAD, nor with a status that has none (204, 304).
    public var body: [UInt8]

    /// A body that is made while it is sent, instead of `body`; its length is not known beforehand.
    public var stream: HTTPBodyStream?

    /// An answer out of its parts.
    public init(status: Int = 200, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        precondition((200...599).contains(status), "a final status lies between 200 and 599")
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    /// An answer with a body of the type given.
    public init(status: Int = 200, contentType: String, body: [UInt8]) {
        self.init(status: status, headers: ["Content-Type": contentType], body: body)
    }

    /// An answer whose body is made while it is sent.
    public init(status: Int = 200, contentType: String, stream: HTTPBodyStream) {
        self.init(status: status, headers: ["Content-Type": contentType])
        self.stream = stream
    }

    /// An answer of plain text in UTF-8.
    public static func text(_ text: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
    }

    /// An answer of JSON that is already encoded.
    public static func json(_ body: [UInt8], status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, contentType: "application/json", body: body)
    }
}
