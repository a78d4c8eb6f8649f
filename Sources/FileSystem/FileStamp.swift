import Glibc

/// By what one sees that a file is still the one that it was: the system changes at least one of these with every write
/// and every replacement.
public struct FileStamp: Hashable, Sendable, Codable {
    private let device: UInt64
    private let inode: UInt64
    private let size: Int
    /// Seconds and nanoseconds since 1970.
    private let modified: [Int]
    /// The same of the last change of content or of anything about the file, which programs cannot set back.
    private let changed: [Int]

    /// The stamp of a file as it is now.
    /// - Throws: `FileSystemError` where it cannot be examined.
    public init(of path: String) throws(FileSystemError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw FileSystemError("examine \(path)", errno: errno) }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int(status.st_size)
        modified = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
        changed = [status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
    }
}
