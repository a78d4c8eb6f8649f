/// Why a text is no value of the kind asked for: what would be accepted, to follow "must be".
public struct ValueMismatch: Error, Hashable, Sendable {
    /// For example `a whole number from 1 to 65535`.
    public let expected: String

    /// Says what would be accepted.
    public init(expected: String) { self.expected = expected }
}

/// Turns a text, from a command line or an environment variable, into a value or says what would be accepted.
public struct ValueParser<Value: Sendable>: Sendable {
    /// What is accepted, to follow "must be".
    public let expected: String
    private let read: @Sendable (String) -> Value?

    /// Names what `read` accepts; `read` gives nil for anything else.
    public init(expected: String, read: @escaping @Sendable (String) -> Value?) {
        self.expected = expected
        self.read = read
    }

    /// The value of a text.
    /// - Throws: `ValueMismatch` with what would be accepted.
    public func value(of text: String) throws(ValueMismatch) -> Value {
        guard let value = read(text) else { throw ValueMismatch(expected: expected) }
        return value
    }

    /// The same parser for a value that may also be absent.
    public var optional: ValueParser<Value?> {
        ValueParser<Value?>(expected: expected) { text in read(text).map { .some($0) } }
    }
}
