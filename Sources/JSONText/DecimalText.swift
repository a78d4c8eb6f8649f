/// Reads decimal numbers from bytes without making strings of them.
public enum DecimalText {
    /// The number that `bytes[range]` spells, correctly rounded, or nil when it is not exactly a decimal number:
    /// optional sign, digits with an optional point, optional exponent. No `nan`, `inf`, hexadecimal, or blanks.
    ///
    /// Up to 19 digits with a small exponent are exact in one multiplication or division (Clinger, "How to Read
    /// Floating Point Numbers Accurately", 1990); the rest go through the standard library.
    public static func parse(_ bytes: [UInt8], _ range: Range<Int>) -> Double? {
        guard let number = scan(bytes, range) else { return nil }
        if number.mantissa <= 1 << 53, number.digits <= 19, abs(number.exponent) <= 22 {
            let magnitude = Double(number.mantissa)
            let scale = powers[abs(number.exponent)]
            let value = number.exponent < 0 ? magnitude / scale : magnitude * scale
            return number.isNegative ? -value : value
        }
        let value = Double(String(decoding: bytes[range], as: UTF8.self))
        return value.flatMap { $0.isFinite ? $0 : nil }
    }

    private struct Parts {
        var isNegative = false
        var mantissa: UInt64 = 0
        /// Significant digits, which overflow `mantissa` past 19.
        var digits = 0
        var exponent = 0
    }

    private static let powers: [Double] = (0...22).map { power in (0..<power).reduce(1.0) { value, _ in value * 10 } }

    private static func scan(_ bytes: [UInt8], _ range: Range<Int>) -> Parts? {
        var parts = Parts()
        var index = range.lowerBound
        if index < range.upperBound, bytes[index] == Ascii.minus || bytes[index] == Ascii.plus {
            parts.isNegative = bytes[index] == Ascii.minus
            index += 1
        }
        let first = index
        scanDigits(bytes, &index, range.upperBound, &parts)
        var count = index - first
        if index < range.upperBound, bytes[index] == Ascii.point {
            index += 1
            let point = index
            scanDigits(bytes, &index, range.upperBound, &parts)
            count += index - point
            parts.exponent = point - index
        }
        guard count > 0, scanExponent(bytes, &index, range.upperBound, &parts) else { return nil }
        return index == range.upperBound ? parts : nil
    }

    private static func scanDigits(_ bytes: [UInt8], _ index: inout Int, _ end: Int, _ parts: inout Parts) {
        while index < end, Ascii.isDigit(bytes[index]) {
            parts.mantissa = parts.mantissa &* 10 &+ UInt64(bytes[index] &- 48)
            if parts.digits > 0 || bytes[index] != Ascii.zero { parts.digits += 1 }
            index += 1
        }
    }

    private static func scanExponent(
        _ bytes: [UInt8], _ index: inout Int, _ end: Int, _ parts: inout Parts
    ) -> Bool {
        guard index < end, bytes[index] | 32 == UInt8(ascii: "e") else { return true }
        index += 1
        var isNegative = false
        if index < end, bytes[index] == Ascii.minus || bytes[index] == Ascii.plus {
            isNegative = bytes[index] == Ascii.minus
            index += 1
        }
        let first = index
        var value = 0
        while index < end, Ascii.isDigit(bytes[index]) {
            value = min(value * 10 + Int(bytes[index] &- 48), 100_000)
            index += 1
        }
        parts.exponent += isNegative ? -value : value
        return index > first
    }
}
