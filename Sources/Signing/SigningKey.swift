/// A secret that signs and verifies service tokens, with the name that tokens call it by.
///
/// It never prints its secret: neither interpolation nor `dump` nor a debugger's summary shows more than the name.
public struct SigningKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The least length of a secret, in bytes: that of the digest, as RFC 7518, section 3.2 demands for HS256.
    public static let minimumSecretBytes = 32

    /// The name, which travels in the token's `kid`: 1 to 64 of `A-Z a-z 0-9 . _ -`.
    public let id: String

    let secret: [UInt8]

    /// A key out of its parts.
    ///
    /// - Throws: `SigningKeyError` when the name or the secret's length will not do.
    public init(id: String, secret: [UInt8]) throws(SigningKeyError) {
        guard Self.isValid(id: id) else { throw .invalidName }
        guard secret.count >= Self.minimumSecretBytes else {
            throw .secretTooShort(key: id, bytes: secret.count)
        }
        (self.id, self.secret) = (id, secret)
    }

    /// A new key with 32 random bytes.
    ///
    /// - Throws: `SigningKeyError.invalidName` for the name, `SigningKeyError.random` when the generator fails.
    public static func random(id: String) throws(SigningKeyError) -> SigningKey {
        do {
            return try SigningKey(id: id, secret: SecureRandom.bytes(minimumSecretBytes))
        } catch let error as SigningKeyError {
            throw error
        } catch {
            throw .random
        }
    }

    static func isValid(id: String) -> Bool {
        (1...64).contains(id.utf8.count)
            && id.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
                default: false
                }
            }
    }

    /// The name alone.
    public var description: String { "SigningKey(\(id))" }

    /// The name alone.
    public var debugDescription: String { description }

    /// The name alone, so that `dump` keeps the secret too.
    public var customMirror: Mirror { Mirror(self, children: ["id": id]) }
}
