import CCrypto

/// The 32 bytes of a SHA-256 digest.
///
/// A plain value: hashable, so that it can key a cache, and comparable with `==`, which is not constant in time; where
/// a digest stands for a secret, compare with `equalInConstantTime`.
public struct SHA256Digest: Hashable, Sendable {
    /// The number of bytes in a digest.
    public static let byteCount = 32

    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// Wraps the 32 bytes of a digest that was computed elsewhere, or nil when there are not 32.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.init(exactly: Array(bytes))
    }

    /// Hashes `bytes` in one go.
    ///
    /// - Throws: `SigningError.library` when OpenSSL cannot.
    public init(hashing bytes: some Collection<UInt8>) throws(SigningError) {
        var digest = [UInt8](repeating: 0, count: Self.byteCount)
        let whole: Int32? = bytes.withContiguousStorageIfAvailable {
            EVP_Digest($0.baseAddress, $0.count, &digest, nil, EVP_sha256(), nil)
        }
        let status = whole ?? EVP_Digest(Array(bytes), bytes.count, &digest, nil, EVP_sha256(), nil)
        guard status == 1 else { throw .library(operation: "SHA-256") }
        self.init(exactly: digest)
    }

    init(exactly bytes: [UInt8]) {
        precondition(bytes.count == Self.byteCount, "a SHA-256 digest has 32 bytes")
        words = bytes.withUnsafeBytes {
            (
                $0.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
                $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                $0.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
                $0.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
            )
        }
    }

    /// The digest's bytes in order, length 32.
    public var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }

    /// 64 lower-case hexadecimal digits, as `sha256sum` prints them.
    public var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// 43 characters of URL-safe base 64, as the `bsh` claim carries them.
    public var base64URL: String { Base64URL.encode(bytes) }

    /// Byte for byte the same.
    public static func == (left: Self, right: Self) -> Bool { left.words == right.words }

    /// Feeds one word: every bit of a digest is as good as any other.
    public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
