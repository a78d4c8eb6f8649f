/// What Redis answered.
public enum RedisValue: Sendable, Equatable {
    /// Nothing: a key that does not exist, a condition not met.
    case null

    /// A whole number.
    case integer(Int)

    /// Any bytes.
    case bytes([UInt8])

    /// A status line, such as `OK`.
    case status(String)

    /// Several answers, nested as the command has it.
    case array([RedisValue])

    /// A refusal inside an array or a pipeline; outside of them it is thrown.
    case error(code: String, message: String)

    /// The number, also when it came as text.
    public var integer: Int? {
        switch self {
        case .integer(let number): number
        case .bytes, .status: text.flatMap { Int($0) }
        case .null, .array, .error: nil
        }
    }

    /// The text, when the bytes are UTF-8.
    public var text: String? {
        switch self {
        case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
        case .status(let status): status
        case .null, .integer, .array, .error: nil
        }
    }

    /// Whether there is nothing.
    public var isNull: Bool { self == .null }
}
