/// Appends JSON to bytes without an intermediate tree: an answer of twenty tracks is written in microseconds.
///
/// Inlinable, because an answer is made of a thousand short pieces.
public enum JSONBytes {
    /// Appends a quoted string with the escapes of RFC 8259.
    @inlinable
    public static func append(_ text: String, to bytes: inout [UInt8]) {
        let utf8 = text.utf8
        append(utf8, escaped: needsEscapes(utf8.span), to: &bytes)
    }

    /// Appends text that is UTF-8 already as a quoted string.
    @inlinable
    public static func append(utf8 text: [UInt8], to bytes: inout [UInt8]) {
        append(text, escaped: needsEscapes(text.span), to: &bytes)
    }

    @inlinable
    static func append(_ utf8: some Collection<UInt8>, escaped: Bool, to bytes: inout [UInt8]) {
        bytes.append(34)
        defer { bytes.append(34) }
        guard escaped else { return bytes.append(contentsOf: utf8) }
        for byte in utf8 {
            switch byte {
            case 34, 92: bytes.append(contentsOf: [92, byte])
            case 10: bytes.append(contentsOf: [92, 110])
            case 13: bytes.append(contentsOf: [92, 114])
            case 9: bytes.append(contentsOf: [92, 116])
            case 0..<32: bytes.append(contentsOf: [92, 117, 48, 48, hex(byte >> 4), hex(byte & 15)])
            default: bytes.append(byte)
            }
        }
    }

    /// Looks at every byte, which is quicker than to stop at one: the compiler looks at sixteen at a time.
    @inlinable
    static func needsEscapes(_ bytes: Span<UInt8>) -> Bool {
        var found: UInt8 = 0
        for place in bytes.indices {
            let byte = bytes[place]
            found |= byte < 32 || byte == 34 || byte == 92 ? 1 : 0
        }
        return found != 0
    }

    /// Appends a quoted string, or `null`.
    @inlinable
    public static func append(_ text: String?, to bytes: inout [UInt8]) {
        if let text { append(text, to: &bytes) } else { append(raw: "null", to: &bytes) }
    }

    /// Appends a whole number, or `null`.
    @inlinable
    public static func append(_ number: Int?, to bytes: inout [UInt8]) {
        guard let number else { return append(raw: "null", to: &bytes) }
        if number < 0 { bytes.append(45) }
        append(digits: UInt64(number.magnitude), to: &bytes)
    }

    /// Appends decimal digits without leading zeros; divisions by constants cost a multiplication each.
    @inlinable
    static func append(digits number: UInt64, to bytes: inout [UInt8]) {
        guard number >= 10 else { return bytes.append(48 + UInt8(truncatingIfNeeded: number)) }
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var (rest, place) = (number, 20)
        while rest > 0 {
            place -= 1
            digits[place] = 48 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        while place < 20 {
            bytes.append(digits[place])
            place += 1
        }
    }

    /// Appends a number rounded to six decimals, or `null` where it is not finite.
    @inlinable
    public static func append(rounded number: Double, to bytes: inout [UInt8]) {
        guard number.isFinite, abs(number) < 1e12 else { return append(raw: "null", to: &bytes) }
        append(millionths: Int64((number * 1_000_000).rounded()), to: &bytes)
    }

    @inlinable
    static func append(millionths scaled: Int64, to bytes: inout [UInt8]) {
        if scaled < 0 { bytes.append(45) }
        let (whole, millionths) = scaled.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        append(digits: whole, to: &bytes)
        guard millionths > 0 else { return }
        var rest = UInt32(truncatingIfNeeded: millionths)
        var digits = InlineArray<6, UInt8>(repeating: 48)
        var end = 0
        for place in (0..<6).reversed() {
            let digit = rest % 10
            rest /= 10
            digits[place] = 48 + UInt8(truncatingIfNeeded: digit)
            if end == 0, digit > 0 { end = place + 1 }
        }
        bytes.append(46)
        for place in 0..<end { bytes.append(digits[place]) }
    }

    /// Appends the shortest form that reads back as the same number, or `null` where it is missing or not finite.
    @inlinable
    public static func append(exact number: Float?, to bytes: inout [UInt8]) {
        guard let number, number.isFinite else { return append(raw: "null", to: &bytes) }
        guard abs(number) < 1e7 else { return append(raw: number.description, to: &bytes) }
        // Most numbers have few decimals, for which the general way is five times as long.
        let millionths = (Double(number) * 1_000_000).rounded()
        if Float(millionths / 1_000_000) == number, millionths != 0 || number == 0 {
            append(millionths: Int64(millionths), to: &bytes)
        } else {
            append(raw: number.description, to: &bytes)
        }
    }

    /// Appends text as it is.
    @inlinable
    public static func append(raw text: String, to bytes: inout [UInt8]) { bytes.append(contentsOf: text.utf8) }

    /// Appends `[…]` with a comma between elements.
    @inlinable
    public static func appendArray<Elements: Sequence>(
        _ elements: Elements, to bytes: inout [UInt8], _ append: (Elements.Element, inout [UInt8]) -> Void
    ) {
        bytes.append(91)
        var isFirst = true
        for element in elements {
            if !isFirst { bytes.append(44) }
            isFirst = false
            append(element, &bytes)
        }
        bytes.append(93)
    }

    @inlinable
    static func hex(_ digit: UInt8) -> UInt8 { digit < 10 ? 48 + digit : 87 + digit }
}
