/// Appends JSON to bytes without an intermediate tree: an answer of twenty tracks is written in microseconds.
///
/// Inlinable, because an answer is made of a thousand short pieces.
public enum JSONBytes {
    /// Appends a quoted string with the escapes of RFC 8259.
    @inlinable
    public static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(34)
        defer { bytes.append(34) }
        guard text.utf8.contains(where: { $0 < 32 || $0 == 34 || $0 == 92 }) else {
            return bytes.append(contentsOf: text.utf8)
        }
        for byte in text.utf8 {
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

    @inlinable
    static func append(digits number: UInt64, to bytes: inout [UInt8]) {
        var unit: UInt64 = 1
        while number / unit >= 10 { unit *= 10 }
        while unit > 0 {
            bytes.append(48 + UInt8(truncatingIfNeeded: number / unit % 10))
            unit /= 10
        }
    }

    /// Appends a number rounded to six decimals, or `null` where it is not finite.
    @inlinable
    public static func append(rounded number: Double, to bytes: inout [UInt8]) {
        guard number.isFinite, abs(number) < 1e12 else { return append(raw: "null", to: &bytes) }
        let scaled = Int64((number * 1_000_000).rounded())
        if scaled < 0 { bytes.append(45) }
        let magnitude = scaled.magnitude
        append(digits: magnitude / 1_000_000, to: &bytes)
        var fraction = magnitude % 1_000_000
        guard fraction > 0 else { return }
        bytes.append(46)
        var unit: UInt64 = 100_000
        while fraction > 0 {
            bytes.append(48 + UInt8(fraction / unit))
            fraction %= unit
            unit /= 10
        }
    }

    /// Appends the shortest form that reads back as the same number, or `null` where it is missing or not finite.
    @inlinable
    public static func append(exact number: Float?, to bytes: inout [UInt8]) {
        guard let number, number.isFinite else { return append(raw: "null", to: &bytes) }
        if number == number.rounded(), abs(number) < 1e7 {
            append(Int(number), to: &bytes)
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
