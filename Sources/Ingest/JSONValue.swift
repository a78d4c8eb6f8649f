/// A JSON document in memory.
enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// The member of an object, or nil where there is none or it is null.
    subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self, let member = members[key], member != .null else { return nil }
        return member
    }

    /// The text of a string.
    var string: String? { if case .string(let text) = self { text } else { nil } }
    /// The value of a number.
    var number: Double? { if case .number(let value) = self { value } else { nil } }
    /// The value of a whole number.
    var integer: Int? { number.flatMap(Int.init(exactly:)) }
    /// The value of a truth value.
    var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    /// The elements of an array.
    var array: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }
    /// Whether this is an object.
    var isObject: Bool { if case .object = self { true } else { false } }
    /// The names of an object's members, sorted.
    var keys: [String] { if case .object(let members) = self { members.keys.sorted() } else { [] } }
}
