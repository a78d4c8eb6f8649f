/// A statement whose interpolated values are bound, never pasted: `"SELECT 1 FROM tracks WHERE id = \(id)"`.
///
/// Bound values travel beside the text, so no value can change what the statement means. Text that must be pasted
/// (a list of columns that the program itself wrote) takes the ugly label `unsafeRaw:`; a part that is SQL itself takes
/// `fragment:`, and its bindings come along.
public struct SQL: Sendable, ExpressibleByStringInterpolation {
    /// The text with `$1`, `$2`, … in place of the values.
    public private(set) var text: String
    /// The values, in order.
    private(set) var parameters: [SQLParameter]

    /// Takes text without values.
    public init(stringLiteral value: String) {
        text = value
        parameters = []
    }

    /// Takes what the compiler collected from an interpolated literal.
    public init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
        parameters = stringInterpolation.parameters
    }

    /// Takes text that the program wrote, such as an embedded migration.
    public init(unsafeRaw text: String) {
        self.text = text
        parameters = []
    }

    /// Collects the parts of an interpolated literal.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""
        fileprivate var parameters: [SQLParameter] = []

        /// Makes room.
        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + 3 * interpolationCount)
        }

        /// Takes literal text.
        public mutating func appendLiteral(_ literal: String) { text += literal }

        /// Binds a value.
        public mutating func appendInterpolation(_ value: some PostgresEncodable) {
            parameters.append(SQLParameter(value))
            text += "$\(parameters.count)"
        }

        /// Binds a value or null.
        public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
            parameters.append(value.map { SQLParameter($0) } ?? SQLParameter(nullOf: Value.postgresType))
            text += "$\(parameters.count)"
        }

        /// Pastes text that the program itself wrote; never anything that came from outside.
        public mutating func appendInterpolation(unsafeRaw literal: String) { text += literal }

        /// Inserts another statement's text with its bindings.
        public mutating func appendInterpolation(fragment: SQL) {
            text += fragment.renumbered(by: parameters.count)
            parameters += fragment.parameters
        }
    }

    /// The text with every placeholder moved up, outside quotes as well as inside: fragments must not quote dollars.
    private func renumbered(by offset: Int) -> String {
        guard offset > 0, !parameters.isEmpty else { return text }
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        return parts.dropFirst().reduce(into: String(parts[0])) { result, part in
            let digits = part.prefix { $0.isASCII && $0.isNumber }
            result += "$" + (Int(digits).map { String($0 + offset) } ?? "") + part.dropFirst(digits.count)
        }
    }
}

/// One bound value in PostgreSQL's binary form.
struct SQLParameter: Sendable {
    let type: UInt32
    let bytes: [UInt8]?

    init(_ value: some PostgresEncodable) {
        type = Swift.type(of: value).postgresType
        var bytes: [UInt8] = []
        value.encode(into: &bytes)
        self.bytes = bytes
    }

    init(nullOf type: UInt32) {
        self.type = type
        bytes = nil
    }
}
