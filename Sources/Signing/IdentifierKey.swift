/// Makes identifiers that prove where they come from, so that nobody has to keep them.
///
/// An identifier is a UUID of version 8 (RFC 9562, section 5.8): 74 random bits, and 48 bits of an HMAC-SHA256 over them
/// and over the subject that the identifier was given to. Whoever holds the key tells it from one that was never given,
/// or that was given to another subject. 48 bits are few for a signature and enough here: a guess must be asked of
/// somebody with the key, 2^47 times on average, and what it gains is a name that refers to nothing.
///
/// It holds no time: identifiers do not expire, since what people say of a thing may come long after the thing.
public struct IdentifierKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The bytes of a key.
    public static let byteCount = 32

    private static let randomBytes = 10
    private static let codeBytes = 6

    private let secret: [UInt8]

    /// A new key, out of the system's generator.
    public init() {
        var system = SystemRandomNumberGenerator()
        secret = (0..<Self.byteCount).map { _ in UInt8.random(in: 0...255, using: &system) }
    }

    /// The key in its text form, 64 hexadecimal digits; nil where it is not in that form.
    public init?(textWithSecret text: String) {
        guard let bytes = Self.bytes(text.utf8), bytes.count == Self.byteCount else { return nil }
        secret = bytes
    }

    /// The key as `init(textWithSecret:)` reads it: for keeping it, never for a log.
    public var textWithSecret: String {
        String(decoding: secret.flatMap { [Self.digit($0 >> 4), Self.digit($0 & 15)] }, as: UTF8.self)
    }

    /// A new identifier in lower case.
    ///
    /// - Parameters:
    ///   - subject: to whom it is given.
    ///   - generator: where randomness comes from; identifiers need to differ, not to be unforeseeable.
    /// - Throws: `SigningError.library` when OpenSSL cannot.
    public func identifier(
        for subject: String, using generator: inout some RandomNumberGenerator
    ) throws(SigningError) -> String {
        let (high, low): (UInt64, UInt64) = (generator.next(), generator.next())
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.randomBytes + subject.utf8.count)
        for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: high >> shift)) }
        bytes += [UInt8(truncatingIfNeeded: low), UInt8(truncatingIfNeeded: low >> 8)]
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let code = try code(of: bytes, subject)
        return Self.text(bytes + code)
    }

    /// Whether an identifier was made under this key for this subject; compared in constant time.
    ///
    /// - Throws: `SigningError.library` when OpenSSL cannot.
    public func made(_ identifier: String, for subject: String) throws(SigningError) -> Bool {
        guard let bytes = Self.bytes(ofIdentifier: identifier) else { return false }
        let code = try code(of: Array(bytes.prefix(Self.randomBytes)), subject)
        return equalInConstantTime(code, bytes.suffix(Self.codeBytes))
    }

    private func code(of random: [UInt8], _ subject: String) throws(SigningError) -> ArraySlice<UInt8> {
        try MessageAuthentication.code(for: random + subject.utf8, key: secret).prefix(Self.codeBytes)
    }

    // MARK: Text

    private static let hyphens: Set<Int> = [8, 13, 18, 23]

    private static func text(_ bytes: [UInt8]) -> String {
        String(unsafeUninitializedCapacity: 36) { text in
            var length = 0
            for (place, byte) in bytes.enumerated() {
                if place == 4 || place == 6 || place == 8 || place == 10 {
                    text[length] = UInt8(ascii: "-")
                    length += 1
                }
                text[length] = digit(byte >> 4)
                text[length + 1] = digit(byte & 15)
                length += 2
            }
            return length
        }
    }

    /// The 16 bytes of a UUID of version 8 in lower case; nil for anything else, so that one has one spelling.
    private static func bytes(ofIdentifier text: String) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard characters.count == 36, hyphens.allSatisfy({ characters[$0] == UInt8(ascii: "-") }) else { return nil }
        let digits = characters.indices.filter { !hyphens.contains($0) }.map { characters[$0] }
        guard let bytes = bytes(digits), bytes[6] >> 4 == 8, bytes[8] >> 6 == 0b10 else { return nil }
        return bytes
    }

    private static func bytes(_ digits: some Collection<UInt8>) -> [UInt8]? {
        let values = digits.compactMap(value)
        guard values.count == digits.count, values.count % 2 == 0 else { return nil }
        return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    // MARK: What is shown of it

    /// Says what it is, and nothing of the secret.
    public var description: String { "IdentifierKey" }

    /// Says what it is, and nothing of the secret.
    public var debugDescription: String { description }

    /// Empty, so that `dump` keeps the secret too.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
