/// Why a setting that holds signing keys was refused; never holds the setting's text.
public enum SigningKeyError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no key at all.
    case none

    /// The entry at this position (from 1) has no colon between name and secret.
    case missingColon(position: Int)

    /// A key's name is empty, longer than 64 characters or holds other characters than `A-Z a-z 0-9 . _ -`.
    case invalidName

    /// The secret of this key is not base 64.
    case invalidSecret(key: String)

    /// The secret of this key is shorter than 32 bytes.
    case secretTooShort(key: String, bytes: Int)

    /// Two keys have this name.
    case duplicateName(String)

    /// The random generator could not be seeded, hence no new key.
    case random

    /// One sentence for a person, with the mend.
    public var description: String {
        switch self {
        case .none:
            "no signing key is given; write one as kid:base64, for instance k1:$(openssl rand -base64 32)"
        case .missingColon(let position):
            "signing key \(position) has no colon; write keys as kid:base64, separated by commas"
        case .invalidName:
            "a signing key's name must be 1 to 64 letters, digits, dots, underscores or hyphens"
        case .invalidSecret(let key):
            "the secret of signing key \(key) is not base 64; make one with openssl rand -base64 32"
        case .secretTooShort(let key, let bytes):
            "the secret of signing key \(key) has \(bytes) bytes, fewer than 32; make one with openssl rand -base64 32"
        case .duplicateName(let name):
            "two signing keys are named \(name); give each its own name"
        case .random:
            "the random generator is not seeded; check that /dev/urandom can be read"
        }
    }
}
