internal import Glibc

/// A file operation that the operating system refused.
public struct FileSystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was tried and what the system said.
    public let description: String
    /// What the system said.
    public let reason: String
    /// The system's error number.
    public let errno: Int32

    init(_ action: String, errno code: Int32) {
        reason = String(cString: strerror(code))
        description = "cannot \(action): \(reason)"
        errno = code
    }
}

/// File operations that hold once they return, whatever happens to the machine afterwards.
public enum Durable {
    /// Writes a whole file and waits until it is on disk.
    /// - Throws: `FileSystemError`; the file may then be there in part.
    public static func write(_ bytes: [UInt8], to path: String) throws(FileSystemError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileSystemError("create \(path)", errno: errno) }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let step = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if step < 0 && errno == EINTR { continue }
            guard step > 0 else { throw FileSystemError("write \(path)", errno: step < 0 ? errno : ENOSPC) }
            written += step
        }
        guard fsync(descriptor) == 0 else { throw FileSystemError("write \(path) to disk", errno: errno) }
    }

    /// Waits until a file that was written by other means is on disk.
    /// - Throws: `FileSystemError`.
    public static func synchronizeFile(_ path: String) throws(FileSystemError) {
        try synchronize(path, flags: O_RDONLY)
    }

    /// Waits until the names in a directory are on disk.
    /// - Throws: `FileSystemError`.
    public static func synchronizeDirectory(_ path: String) throws(FileSystemError) {
        try synchronize(path, flags: O_RDONLY | O_DIRECTORY)
    }

    private static func synchronize(_ path: String, flags: Int32) throws(FileSystemError) {
        let descriptor = open(path, flags | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileSystemError("open \(path)", errno: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileSystemError("write \(path) to disk", errno: errno) }
    }

    /// Gives a file or directory another name, replacing a file of that name in one step.
    /// - Throws: `FileSystemError`.
    public static func rename(_ path: String, to newPath: String) throws(FileSystemError) {
        guard Glibc.rename(path, newPath) == 0 else {
            throw FileSystemError("rename \(path) to \(newPath)", errno: errno)
        }
    }

    /// Replaces a file's content in one step: readers see the old content or the new, never a mixture.
    /// - Throws: `FileSystemError`; the file is then as it was.
    public static func replace(_ path: String, with bytes: [UInt8], in directory: String) throws(FileSystemError) {
        let temporary = "\(path).\(getpid()).new"
        try write(bytes, to: temporary)
        try rename(temporary, to: path)
        try synchronizeDirectory(directory)
    }
}

/// A lock between processes, held while this object lives and let go by the system when the process dies.
public final class FileLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock of a file, made where it is missing; nil where another process holds it.
    /// - Throws: `FileSystemError` where the file cannot be made.
    public static func take(_ path: String) throws(FileSystemError) -> FileLock? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileSystemError("create \(path)", errno: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            guard code == EWOULDBLOCK else { throw FileSystemError("lock \(path)", errno: code) }
            return nil
        }
        return FileLock(descriptor: descriptor)
    }

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }
}
