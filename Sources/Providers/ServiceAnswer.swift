public import Foundation

/// A service's answer, from the network or from memory.
public struct ServiceAnswer: Sendable {
    /// The status; 200 for a remembered one.
    public var status: Int
    /// The body.
    public var body: Data
    /// Whether it was remembered and no call was made.
    public var isRemembered: Bool

    /// Decodes the body as JSON.
    /// - Throws: `DecodingError`.
    public func json<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: body)
    }
}

/// An answer that can be read, and is not the one that was asked for; counts as one that cannot be read.
struct UnexpectedAnswer: Error {
    /// What is wrong with it, without its contents.
    var reason: String
}
