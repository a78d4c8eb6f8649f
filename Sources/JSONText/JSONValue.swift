/// A JSON document in memory.
public enum JSONValue: Sendable, Hashable {
    /// Nothing.
    case null
    /// True or false.
    case bool(Bool)
    /// Any number.
    case number(Double)
    /// A text.
    case string(String)
    /// Values in order.
    case array([JSONValue])
    /// Values by name.
    case object([String: JSONValue])

    /// The member of an object, or nil where there is none or it is null.
    public subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self, let member = members[key], member != .null else { return nil }
        return member
    }

    /// The text of a string.
    public var string: String? { if case .string(let text) = self { text } else { nil } }
    /// The value of a number.
    public var number: Double? { if case .number(let value) = self { value } else { nil } }
    /// The value of a whole number.
    public var integer: Int? { number.flatMap(Int.init(exactly:)) }
    /// The value of a truth value.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    /// The elements of an array.
    public var array: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }
    /// Whether this is an object.
    public var isObject: Bool { if case .object = self { true } else { false } }
    /// The names of an object's members, sorted.
    public var keys: [String] { if case .object(let members) = self { members.keys.sorted() } else { [] } }
}

extension JSONValue {
    /// The value as a JSON text in UTF-8, members by name.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    private func append(to bytes: inout [UInt8]) {
        switch self {
        case .null: JSONBytes.append(raw: "null", to: &bytes)
        case .bool(let flag): JSONBytes.append(raw: flag ? "true" : "false", to: &bytes)
        case .number(let number): Self.append(number, to: &bytes)
        case .string(let text): JSONBytes.append(text, to: &bytes)
        case .array(let elements): JSONBytes.appendArray(elements, to: &bytes) { $0.append(to: &$1) }
        case .object(let members):
            var separator = UInt8(ascii: "{")
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                bytes.append(separator)
                separator = UInt8(ascii: ",")
                JSONBytes.append(name, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.append(to: &bytes)
            }
            JSONBytes.append(raw: members.isEmpty ? "{}" : "}", to: &bytes)
        }
    }

    /// Whole numbers as such, as far as a double tells one from the next: readers that know integers take no `1.0`.
    private static func append(_ number: Double, to bytes: inout [UInt8]) {
        if abs(number) <= 0x1p53, let whole = Int(exactly: number) { return JSONBytes.append(whole, to: &bytes) }
        JSONBytes.append(raw: number.isFinite ? number.description : "null", to: &bytes)
    }
}
