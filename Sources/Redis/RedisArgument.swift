/// One argument of a command: any bytes, zeros included.
///
/// Arguments go to the server counted, never parsed, so nothing in them can turn into another command.
public struct RedisArgument: Sendable, Hashable, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral {
    let bytes: [UInt8]

    /// These bytes as they are.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The text's UTF-8.
    public init(_ text: String) { bytes = Array(text.utf8) }

    /// The number in decimal digits.
    public init(_ number: Int) { self.init(String(number)) }

    /// The text's UTF-8.
    public init(stringLiteral text: String) { self.init(text) }

    /// The number in decimal digits.
    public init(integerLiteral number: Int) { self.init(number) }
}
