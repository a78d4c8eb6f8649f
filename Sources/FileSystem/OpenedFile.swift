internal import Glibc

/// A regular file that is open for reading until nobody refers to it.
public final class OpenedFile: Sendable {
    /// The descriptor, closed in programs that are started.
    public let descriptor: Int32

    /// Opens a file; what would block (a pipe without a writer) is refused, and so is what opens and cannot be read.
    /// - Throws: `FileSystemError` where it cannot be opened or read, or is not a regular file.
    public init(_ path: String) throws(FileSystemError) {
        let opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard opened >= 0 else { throw FileSystemError("open \(path)", errno: errno) }
        var status = stat()
        guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(opened)
            throw FileSystemError("read \(path)", errno: EINVAL)
        }
        var byte: UInt8 = 0
        guard pread(opened, &byte, 1, 0) >= 0 else {
            let code = errno
            close(opened)
            throw FileSystemError("read \(path)", errno: code)
        }
        descriptor = opened
    }

    deinit { close(descriptor) }
}
