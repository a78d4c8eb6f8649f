/// Why a file's bytes cannot be had.
public enum GzipError: Error, Sendable, Hashable {
    /// There is no such file.
    case notFound
    /// A directory stands where a file is wanted.
    case isDirectory
    /// A pipe, socket or device: only regular files can be read, because their size and end are known.
    case notRegular
    /// The user that runs this program may not read the file.
    case notReadable
    /// The operating system failed; its error number and words.
    case failed(code: Int32, message: String)
    /// Compressed data ends early, after this many bytes of the file.
    case truncated(offset: Int)
    /// Compressed data is damaged near this byte of the file.
    case corrupt(offset: Int, reason: String)
    /// Compressed data unpacks to more bytes than allowed.
    case tooLarge(limit: Int)
}
