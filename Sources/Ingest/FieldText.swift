internal import JSONText

/// Reads the text of fields.
enum FieldText {
    /// The range without blanks at its ends.
    static func trimmed(_ bytes: [UInt8], _ field: FieldRange) -> Range<Int> {
        var (start, end) = (field.start, field.end)
        while start < end, Ascii.isSpace(bytes[start]) { start += 1 }
        while start < end, Ascii.isSpace(bytes[end - 1]) { end -= 1 }
        return start..<end
    }

    /// The field's text without blanks at its ends, or nil when it is not UTF-8 or has a zero byte, which is no text.
    static func string(_ bytes: [UInt8], _ field: FieldRange) -> String? {
        let range = trimmed(bytes, field)
        guard let text = text(bytes, range) else { return nil }
        return field.hasDoubledQuotes ? unquoted(text) : text
    }

    private static func text(_ bytes: [UInt8], _ range: Range<Int>) -> String? {
        let bytes = bytes.span.extracting(range)
        var hasZero = false
        for index in bytes.indices where bytes[index] == 0 { hasZero = true }
        guard !hasZero, let text = try? UTF8Span(validating: bytes) else { return nil }
        return String(copying: text)
    }

    /// Whether the bytes are what tables write for "no value".
    static func isMissing(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        guard let first = range.first, bytes[first] | 32 == UInt8(ascii: "n") else { return range.isEmpty }
        return switch range.count {
        case 2: isAny(bytes, range, ["NA"])
        case 3: isAny(bytes, range, ["NaN", "nan", "N/A"])
        case 4: isAny(bytes, range, ["null", "NULL"])
        default: false
        }
    }

    private static func isAny(_ bytes: [UInt8], _ range: Range<Int>, _ words: [String]) -> Bool {
        words.contains { word in bytes[range].elementsEqual(word.utf8) }
    }

    private static func unquoted(_ text: String) -> String {
        var kept: [UInt8] = []
        var isSecond = false
        for byte in text.utf8 {
            isSecond = byte == Ascii.quote && !isSecond
            if !isSecond { kept.append(byte) }
        }
        return String(decoding: kept, as: UTF8.self)
    }
}
