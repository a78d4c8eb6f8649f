/// Keeps short secrets, such as another service's tokens, unreadable where they are stored.
///
/// AES-256-GCM with a random nonce for each secret; a secret is bound to its place, so that nobody who can write to the
/// store can pass one account's secret off as another's.
public struct SecretBox: Sendable {
    /// The keys that it knows.
    public let keys: SecretKeyRing

    /// Seals with the ring's first key, opens with any.
    public init(keys: SecretKeyRing) { self.keys = keys }

    /// Seals a text with a fresh nonce.
    ///
    /// - Parameters:
    ///   - text: what nobody may read.
    ///   - place: where it will lie, for example `accounts/spotify/ID/refresh_token`.
    /// - Throws: `SecretBoxError.library`.
    public func seal(_ text: String, for place: String) throws(SecretBoxError) -> SealedSecret {
        do throws(SigningError) {
            let nonce = try SecureRandom.bytes(AuthenticatedEncryption.nonceBytes)
            let key = keys.sealing
            let sealed = try AuthenticatedEncryption.seal(
                Array(text.utf8), key: key.secret, nonce: nonce, associated: Self.associated(key.id, place))
            return SealedSecret(keyID: key.id, bytes: nonce + sealed)
        } catch {
            throw .library(error)
        }
    }

    /// The text that was sealed for this place.
    ///
    /// - Throws: `SecretBoxError.unknownKey` where the ring lacks the key, `SecretBoxError.damaged` where the secret was
    ///   changed, sealed for another place, or sealed under another key of the same name.
    public func open(_ secret: SealedSecret, for place: String) throws(SecretBoxError) -> String {
        guard let key = keys[secret.keyID] else { throw .unknownKey(secret.keyID) }
        let (nonce, sealed) = (secret.bytes.prefix(Self.nonceBytes), secret.bytes.dropFirst(Self.nonceBytes))
        let text: [UInt8]?
        do throws(SigningError) {
            text = try AuthenticatedEncryption.open(
                Array(sealed), key: key.secret, nonce: Array(nonce), associated: Self.associated(key.id, place))
        } catch {
            throw .library(error)
        }
        guard let text, let string = String(validating: text, as: UTF8.self) else { throw .damaged(place: place) }
        return string
    }

    private static let nonceBytes = AuthenticatedEncryption.nonceBytes

    private static func associated(_ key: String, _ place: String) -> [UInt8] { Array("\(key)\u{0}\(place)".utf8) }
}

/// A secret as it may be stored: useless without its key.
public struct SealedSecret: Sendable, Hashable {
    /// The name of the key that opens it.
    public let keyID: String
    /// Nonce (12 bytes), ciphertext, tag (16 bytes).
    let bytes: [UInt8]

    init(keyID: String, bytes: [UInt8]) { (self.keyID, self.bytes) = (keyID, bytes) }

    /// Reads the text form, or nil where it is none.
    public init?(text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let least = AuthenticatedEncryption.nonceBytes + AuthenticatedEncryption.tagBytes
        guard parts.count == 2, SigningKey.isValid(id: String(parts[0])), let bytes = Base64URL.decode(parts[1]),
            bytes.count >= least
        else { return nil }
        self.init(keyID: String(parts[0]), bytes: bytes)
    }

    /// `KEY:base64url`, for a column of a table.
    public var text: String { "\(keyID):\(Base64URL.encode(bytes))" }
}

/// Why a secret could not be sealed or opened; never holds any of it.
public enum SecretBoxError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no key of this name.
    case unknownKey(String)
    /// What lies at this place is not what was put there, or the key is not the one that its name promises.
    case damaged(place: String)
    /// The cryptographic library or the random generator failed.
    case library(SigningError)

    /// One sentence for a person, with the mend.
    public var description: String {
        switch self {
        case .unknownKey(let name):
            "a stored secret needs the key \(name), which SEGUE_SECRET_KEYS lacks; add it, or connect the account again"
        case .damaged(let place):
            "the secret at \(place) does not open: it was changed, or the key is another one; connect the account again"
        case .library(let error): error.description
        }
    }
}
