/// Names for recommendations, by which feedback refers to them: random UUIDs (RFC 9562, version 4).
///
/// Foundation's opens the system's source of randomness as a file for each, which costs more than writing the answer.
enum RecommendationID {
    private static let digits = Array("0123456789abcdef".utf8)

    /// A name that no other recommendation has.
    static func fresh() -> String {
        var generator = SystemRandomNumberGenerator()
        return text(high: generator.next() & ~0xF000 | 0x4000, low: generator.next() & ~(0b11 << 62) | 0b10 << 62)
    }

    /// The UUID of 128 bits.
    static func text(high: UInt64, low: UInt64) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for place in 0..<32 {
            if place == 8 || place == 12 || place == 16 || place == 20 { text.append(UInt8(ascii: "-")) }
            let word = place < 16 ? high : low
            text.append(digits[Int(word >> UInt64(60 - 4 * (place % 16)) & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
