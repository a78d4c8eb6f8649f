internal import Glibc

/// Bytes as a file without a name, for programs that read files: gone with the last reference to it, however that ends.
public final class ScratchFile: Sendable {
    /// The descriptor, at the first byte, closed in programs that are started.
    public let descriptor: Int32

    /// Writes bytes into a file in the system's directory for temporary ones.
    /// - Throws: `FileSystemError` where it cannot be written: a full disk, no such directory.
    public init(_ bytes: [UInt8]) throws(FileSystemError) {
        let directory = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(directory)/segue-XXXXXX".utf8CString)
        let opened = mkstemp(&template)
        guard opened >= 0 else { throw FileSystemError("create a file in \(directory)", errno: errno) }
        unlink(template)
        _ = fcntl(opened, F_SETFD, FD_CLOEXEC)
        do throws(FileSystemError) {
            try Self.fill(opened, bytes, directory)
        } catch {
            close(opened)
            throw error
        }
        descriptor = opened
    }

    deinit { close(descriptor) }

    private static func fill(_ file: Int32, _ bytes: [UInt8], _ directory: String) throws(FileSystemError) {
        var written = 0
        while written < bytes.count {
            let step = bytes.withUnsafeBytes {
                write(file, $0.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if step < 0 && errno == EINTR { continue }
            guard step > 0 else {
                throw FileSystemError("write a file in \(directory)", errno: step < 0 ? errno : ENOSPC)
            }
            written += step
        }
        guard lseek(file, 0, SEEK_SET) == 0 else { throw FileSystemError("read a file in \(directory)", errno: errno) }
    }
}
