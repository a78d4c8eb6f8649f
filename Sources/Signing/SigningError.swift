/// What may fail in this module apart from a refused token: the operating system or the cryptographic library.
public enum SigningError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The random generator could not be seeded.
    case random

    /// The library refused an operation, which means that it is out of memory or built without SHA-256.
    case library(operation: String)

    /// A file could not be read; the reason is the operating system's.
    case unreadable(path: String, reason: String)

    /// One sentence for a person, with the mend.
    public var description: String {
        switch self {
        case .random:
            "the random generator is not seeded; check that /dev/urandom can be read"
        case .library(let operation):
            "OpenSSL refused \(operation); check the memory left and that libcrypto offers SHA-256"
        case .unreadable(let path, let reason):
            "cannot read \(path): \(reason); check the path and its permissions"
        }
    }
}
