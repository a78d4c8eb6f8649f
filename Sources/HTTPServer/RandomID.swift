/// Names for requests and traces: unlikely to repeat, of no secrecy.
enum RandomID {
    private static let pool = RandomPool.shared

    /// `bytes` random bytes, at most 32, as lower-case hexadecimal digits; never all zero.
    static func hexadecimal(bytes: Int) -> String {
        precondition((1...32).contains(bytes), "an identifier has 1 to 32 bytes")
        return String(unsafeUninitializedCapacity: 2 * bytes) { text in
            var word: UInt64 = 0
            for index in 0..<bytes {
                if index % 8 == 0 { word = pool.next() }
                // A zeroed name would be refused as a trace's, hence the last byte is made odd.
                let byte = UInt8(truncatingIfNeeded: word) | (index == bytes - 1 ? 1 : 0)
                word >>= 8
                text[2 * index] = digit(byte >> 4)
                text[2 * index + 1] = digit(byte & 15)
            }
            return 2 * bytes
        }
    }

    /// Whether a caller's own name for its request can go into logs and headers as it is: 1 to 128 of
    /// `A-Z a-z 0-9 . _ : -`.
    static func isAcceptable(_ name: String) -> Bool {
        (1...128).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "-"): true
                default: false
                }
            }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
