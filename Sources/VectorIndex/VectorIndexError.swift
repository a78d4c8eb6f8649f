internal import CFaiss

/// Why a vector index could not do what it was asked.
///
/// The message of each case names the mend where the caller has one.
public enum VectorIndexError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The call cannot be right: a dimension that differs, a value that is not a number, nothing asked for.
    case invalidArgument(String)
    /// The operating system refused to open, read, write or rename a file.
    case fileSystem(String)
    /// The file is not an index written by this module, or was damaged since. Use another generation or rebuild it.
    case unusableFile(String)
    /// The memory for the operation could not be had; the index is as it was before.
    case outOfMemory(String)
    /// The library below failed in a way that it is not known to.
    case libraryFailure(String)

    /// The message alone, as it is meant for an operator.
    public var description: String {
        switch self {
        case .invalidArgument(let message), .fileSystem(let message), .unusableFile(let message),
            .outOfMemory(let message), .libraryFailure(let message):
            message
        }
    }
}

extension VectorIndexError {
    /// Throws what a status reports; the only place where statuses become errors.
    static func check(_ status: cfaiss_status) throws(VectorIndexError) {
        switch status.code {
        case CFAISS_OK: return
        case CFAISS_INVALID_ARGUMENT: throw .invalidArgument(message(of: status))
        case CFAISS_IO: throw .fileSystem(message(of: status))
        case CFAISS_BAD_FILE: throw .unusableFile(message(of: status))
        case CFAISS_OUT_OF_MEMORY: throw .outOfMemory(message(of: status))
        default: throw .libraryFailure(message(of: status))
        }
    }

    private static func message(of status: cfaiss_status) -> String {
        withUnsafeBytes(of: status.message) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
