internal import HTTPServer
internal import Signing

/// An entry of the route table: what dispatches a request also describes it.
struct Route: Sendable {
    /// Who may call.
    enum Access: Sendable {
        /// Anybody.
        case open
        /// Holders of a service token.
        case token
        /// Holders of a service token that no other changing call used: the call changes something.
        case change
        /// Holders of the token of the nightly chain.
        case nightly
    }

    let method: String
    let path: PathTemplate
    let access: Access
    let operation: Operation
    let answer: @Sendable (Call) throws -> Reply

    init(
        _ method: String, _ path: String, access: Access, _ operation: Operation,
        answer: @escaping @Sendable (Call) throws -> Reply
    ) {
        (self.method, self.path, self.access) = (method, PathTemplate(path), access)
        (self.operation, self.answer) = (operation, answer)
    }
}

/// A request on its way to a route's answer.
struct Call: Sendable {
    let request: HTTPRequest
    /// Values of the path's parameters, decoded.
    let parameters: [String: String]
    /// Who calls, as limits and histories name it.
    var client = ""
}

/// How a route answers: on the spot, or when it is done waiting.
enum Reply: Sendable {
    case now(HTTPResponse)
    case later(@Sendable () async throws -> HTTPResponse)
}

/// A path whose parts may be parameters: `/api/v1/tracks/{id}`.
struct PathTemplate: Sendable, Hashable {
    /// As written, for logs, metrics and the description.
    let text: String
    private let parts: [String]

    init(_ text: String) {
        self.text = text
        parts = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    }

    /// Names of the parameters in order.
    var parameters: [String] { parts.compactMap(Self.parameter) }

    /// The parameters' values where the segments fit, else nil; an empty segment is no value.
    func match(_ segments: [String]) -> [String: String]? {
        guard segments.count == parts.count else { return nil }
        var values: [String: String] = [:]
        for (part, segment) in zip(parts, segments) {
            if let name = Self.parameter(part) {
                guard !segment.isEmpty else { return nil }
                values[name] = segment
            } else if part != segment {
                return nil
            }
        }
        return values
    }

    private static func parameter(_ part: String) -> String? {
        part.hasPrefix("{") && part.hasSuffix("}") ? String(part.dropFirst().dropLast()) : nil
    }
}
