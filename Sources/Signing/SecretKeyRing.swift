import Foundation

/// The keys that stored secrets are sealed with: the first seals, all of them open.
///
/// To rotate, put a new key first, run `segue accounts rotate`, and drop the old one.
public struct SecretKeyRing: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let sealing: SigningKey
    private let byID: [String: SigningKey]

    /// The names, the sealing key's first.
    public let names: [String]

    /// Reads `NAME:base64[,NAME2:base64…]`, each of 32 bytes, either base 64 alphabet, padded or not.
    ///
    /// - Throws: `SecretKeyError`, which names the entry at fault and never shows it.
    public init(parsing text: String) throws(SecretKeyError) {
        var keys: [SigningKey] = []
        let entries = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
        for (index, entry) in entries.enumerated() where !entry.isEmpty {
            keys.append(try Self.key(entry, position: index + 1))
        }
        guard let first = keys.first else { throw SecretKeyError("there is no key in it") }
        var byID: [String: SigningKey] = [:]
        for key in keys where byID.updateValue(key, forKey: key.id) != nil {
            throw SecretKeyError("two keys are named \(key.id)")
        }
        (sealing, names, self.byID) = (first, keys.map(\.id), byID)
    }

    private static func key(_ entry: String, position: Int) throws(SecretKeyError) -> SigningKey {
        do throws(SigningKeyError) {
            let (id, secret) = try NamedSecret.parse(entry, position: position)
            guard secret.count == AuthenticatedEncryption.keyBytes else {
                throw SigningKeyError.secretTooShort(key: id, bytes: secret.count)
            }
            return try SigningKey(id: id, secret: secret)
        } catch {
            switch error {
            case .missingColon(let position): throw SecretKeyError("key \(position) has no colon")
            case .invalidSecret(let key): throw SecretKeyError("what follows \(key): is not base 64")
            case .secretTooShort(let key, let bytes):
                throw SecretKeyError("the key \(key) has \(bytes) bytes, not \(AuthenticatedEncryption.keyBytes)")
            default: throw SecretKeyError("the name of key \(position) has other characters than A-Z a-z 0-9 . _ -")
            }
        }
    }

    subscript(id: String) -> SigningKey? { byID[id] }

    /// The names alone.
    public var description: String { "SecretKeyRing(\(names.joined(separator: ", ")))" }

    /// The names alone.
    public var debugDescription: String { description }

    /// The names alone, so that `dump` keeps the secrets too.
    public var customMirror: Mirror { Mirror(self, children: ["names": names]) }
}

/// Why a setting that holds the keys of stored secrets was refused; never holds the setting's text.
public struct SecretKeyError: Error, Hashable, Sendable, CustomStringConvertible {
    private let reason: String

    init(_ reason: String) { self.reason = reason }

    /// One sentence for a person, with the mend.
    public var description: String {
        "SEGUE_SECRET_KEYS: \(reason); write NAME:BASE64 with 32 bytes, for instance k1:$(openssl rand -base64 32)"
    }
}
