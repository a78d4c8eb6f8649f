/// Why bytes are no JSON, and where.
public struct JSONFailure: Error, Hashable {
    /// Index of the byte at fault.
    public var index: Int
    /// What is wrong, in words.
    public var reason: String
    /// Whether the bytes are no UTF-8, rather than no JSON.
    public var isEncoding = false
}

/// Reads JSON (RFC 8259) with a limit on nesting, so that no document can exhaust the stack, and with the place of the
/// first error, which Foundation's parser gives only as prose.
public struct JSONParser {
    private let bytes: [UInt8]
    private let end: Int
    private let maximumNesting: Int
    private let ignored: Set<String>
    private let refusesDuplicates: Bool
    private var index: Int

    /// Parses exactly one value, with blanks around it.
    /// - Parameters:
    ///   - ignored: Names of members that are checked but not kept: bulky ones that nobody asks for.
    ///   - refusingDuplicates: Whether an object that names a member twice is an error; else the last one counts.
    /// - Throws: `JSONFailure`.
    public static func parse(
        _ bytes: [UInt8], _ range: Range<Int>, maximumNesting: Int = 64, ignoring ignored: Set<String> = [],
        refusingDuplicates: Bool = false
    ) throws(JSONFailure) -> JSONValue {
        var parser = JSONParser(
            bytes: bytes, end: range.upperBound, maximumNesting: maximumNesting, ignored: ignored,
            refusesDuplicates: refusingDuplicates, index: range.lowerBound)
        let value = try parser.value(depth: 0)
        parser.skipBlanks()
        if parser.index < parser.end { throw parser.failure("something follows the end of the document") }
        return value
    }

    private func failure(_ reason: String) -> JSONFailure { JSONFailure(index: index, reason: reason) }

    private var current: UInt8? { index < end ? bytes[index] : nil }

    private mutating func skipBlanks() {
        while index < end, Ascii.isSpace(bytes[index]) { index += 1 }
    }

    private mutating func value(depth: Int) throws(JSONFailure) -> JSONValue {
        skipBlanks()
        switch current {
        case nil: throw failure("the document ends early")
        case Ascii.openBrace: return try object(depth: depth)
        case Ascii.openBracket: return try array(depth: depth)
        case Ascii.quote: return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(JSONFailure) -> JSONValue {
        try descend(depth)
        var members: [String: JSONValue] = [:]
        var isFirst = true
        while try more(until: Ascii.closeBrace, &isFirst) {
            skipBlanks()
            guard current == Ascii.quote else { throw failure("a member's name in quotes is missing") }
            let name = try string()
            skipBlanks()
            guard current == Ascii.colon else { throw failure("a colon is missing") }
            index += 1
            let member = try value(depth: depth + 1)
            if ignored.isEmpty || !ignored.contains(name), members.updateValue(member, forKey: name) != nil,
                refusesDuplicates
            {
                throw failure("\"\(name)\" is given twice")
            }
        }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(JSONFailure) -> JSONValue {
        try descend(depth)
        var elements: [JSONValue] = []
        var isFirst = true
        while try more(until: Ascii.closeBracket, &isFirst) { elements.append(try value(depth: depth + 1)) }
        return .array(elements)
    }

    private mutating func descend(_ depth: Int) throws(JSONFailure) {
        guard depth < maximumNesting else { throw failure("nested deeper than \(maximumNesting) levels") }
        index += 1
    }

    /// Moves past a comma, or past the closing bracket and says no.
    private mutating func more(until closing: UInt8, _ isFirst: inout Bool) throws(JSONFailure) -> Bool {
        skipBlanks()
        defer { isFirst = false }
        if current == closing {
            index += 1
            return false
        }
        if isFirst { return true }
        guard current == Ascii.comma else {
            throw failure(current == nil ? "the document ends early" : "a comma or a closing bracket is missing")
        }
        index += 1
        return true
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(JSONFailure) -> JSONValue {
        guard bytes[index..<end].starts(with: word.utf8) else { throw failure("neither a value nor a bracket") }
        index += word.utf8.count
        return value
    }

    private mutating func number() throws(JSONFailure) -> JSONValue {
        let start = index
        while index < end, Self.isNumeric(bytes[index]) { index += 1 }
        guard Self.isSpelledAsJSON(bytes[start..<index]), let value = DecimalText.parse(bytes, start..<index) else {
            index = start
            throw failure("neither a value nor a bracket")
        }
        return .number(value)
    }

    /// JSON asks for more than decimal numbers do: digits on both sides of a point, no leading zero and no plus.
    private static func isSpelledAsJSON(_ number: ArraySlice<UInt8>) -> Bool {
        let unsigned = number.first == Ascii.minus ? number.dropFirst() : number
        guard let first = unsigned.first, Ascii.isDigit(first) else { return false }
        if first == Ascii.zero, let second = unsigned.dropFirst().first, Ascii.isDigit(second) { return false }
        guard let point = unsigned.firstIndex(of: Ascii.point) else { return true }
        return point + 1 < unsigned.endIndex && Ascii.isDigit(unsigned[point + 1])
    }

    private static func isNumeric(_ byte: UInt8) -> Bool {
        Ascii.isDigit(byte) || byte == Ascii.minus || byte == Ascii.plus || byte == Ascii.point
            || byte | 32 == UInt8(ascii: "e")
    }
}

extension JSONParser {
    private mutating func string() throws(JSONFailure) -> String {
        let start = index + 1
        var hasEscapes = false
        index = start
        while index < end, bytes[index] != Ascii.quote {
            if bytes[index] < 32 { throw failure("a control character inside a string") }
            if bytes[index] == Ascii.backslash {
                hasEscapes = true
                index += 1
            }
            index += 1
        }
        guard index < end else {
            index = end
            throw failure("a string is never closed")
        }
        let text = hasEscapes ? try unescaped(start..<index) : bytes[start..<index]
        guard let string = String(validating: text, as: UTF8.self) else {
            index = start
            throw JSONFailure(index: start, reason: "a string is not UTF-8", isEncoding: true)
        }
        index += 1
        return string
    }

    private func unescaped(_ range: Range<Int>) throws(JSONFailure) -> ArraySlice<UInt8> {
        var text: [UInt8] = []
        text.reserveCapacity(range.count)
        var place = range.lowerBound
        while place < range.upperBound {
            let byte = bytes[place]
            place += 1
            guard byte == Ascii.backslash else {
                text.append(byte)
                continue
            }
            let kind = bytes[place]
            place += 1
            if kind == UInt8(ascii: "u") {
                text.append(
                    contentsOf: UTF8.encode(try escapedScalar(&place, range.upperBound))
                        ?? UTF8.encodedReplacementCharacter)
            } else if let plain = Self.escapes[kind] {
                text.append(plain)
            } else {
                throw JSONFailure(index: place - 2, reason: "an unknown escape in a string")
            }
        }
        return text[...]
    }

    private static let escapes: [UInt8: UInt8] = Dictionary(
        uniqueKeysWithValues: zip("\"\\/bfnrt".utf8, [34, 92, 47, 8, 12, 10, 13, 9]))

    /// The character of `\uXXXX` or of a pair of them. Half a pair becomes the replacement character, and so does
    /// zero, which no database stores in text.
    private func escapedScalar(_ place: inout Int, _ end: Int) throws(JSONFailure) -> Unicode.Scalar {
        let replacement: Unicode.Scalar = "\u{fffd}"
        let high = try fourDigits(&place, end)
        guard high & 0xf800 == 0xd800 else { return high == 0 ? replacement : Unicode.Scalar(high) ?? replacement }
        guard high < 0xdc00, place + 6 <= end, bytes[place] == Ascii.backslash,
            bytes[place + 1] == UInt8(ascii: "u")
        else { return replacement }
        var next = place + 2
        let low = try fourDigits(&next, end)
        guard low & 0xfc00 == 0xdc00 else { return replacement }
        place = next
        return Unicode.Scalar(0x10000 + (high & 0x3ff) << 10 + low & 0x3ff) ?? replacement
    }

    private func fourDigits(_ place: inout Int, _ end: Int) throws(JSONFailure) -> UInt32 {
        let range = place..<min(place + 4, end)
        let digits = bytes[range].map { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == 4, !digits.contains(nil) else {
            throw JSONFailure(index: place, reason: "four hexadecimal digits are missing after \\u")
        }
        place = range.upperBound
        return digits.reduce(0) { $0 << 4 + UInt32($1 ?? 0) }
    }
}
