internal import JSONText
internal import Recommendation

/// A small JSON document, members in order: for descriptions, problems and log lines.
///
/// Answers of many tracks are written as bytes at once, without this tree.
indirect enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case array([JSON])
    case object([Member])
    /// JSON that is written already.
    case raw([UInt8])

    /// A name with its value.
    struct Member: Sendable, Equatable {
        var name: String
        var value: JSON
    }

    /// The document as UTF-8.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    func append(to bytes: inout [UInt8]) {
        switch self {
        case .null: JSONBytes.append(raw: "null", to: &bytes)
        case .bool(let flag): JSONBytes.append(raw: flag ? "true" : "false", to: &bytes)
        case .integer(let number): JSONBytes.append(raw: String(number), to: &bytes)
        case .number(let number): JSONBytes.append(rounded: number, to: &bytes)
        case .text(let text): JSONBytes.append(text, to: &bytes)
        case .array(let elements): JSONBytes.appendArray(elements, to: &bytes) { $0.append(to: &$1) }
        case .object(let members): Self.append(members, to: &bytes)
        case .raw(let written): bytes.append(contentsOf: written)
        }
    }

    private static func append(_ members: [Member], to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        var isFirst = true
        for member in members {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            JSONBytes.append(member.name, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            member.value.append(to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// The members given that are not nil, in order.
    static func object(of members: KeyValuePairs<String, JSON?>) -> JSON {
        .object(members.compactMap { name, value in value.map { Member(name: name, value: $0) } })
    }

    /// A list of texts.
    static func texts(_ texts: some Sequence<String>) -> JSON { .array(texts.map { .text($0) }) }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int) { self = .integer(value) }
    init(floatLiteral value: Double) { self = .number(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(arrayLiteral elements: JSON...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(elements.map { Member(name: $0, value: $1) })
    }
}
