internal import Glibc

/// An open regular file, closed when its owner ends.
struct FileInput: ~Copyable {
    private let descriptor: Int32
    /// Size in bytes when it was opened.
    let size: Int

    /// Opens a regular file for reading.
    /// - Throws: `GzipError` for anything that is not a readable regular file.
    init(path: String) throws(GzipError) {
        guard !path.utf8.contains(0) else { throw .notFound }
        // Non-blocking, so that opening a pipe without a writer returns; regular files do not care.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.error(errno) }
        let size: Int
        do throws(GzipError) {
            size = try Self.regularSize(of: descriptor)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        self.size = size
    }

    deinit { close(descriptor) }

    /// Reads at most as many bytes as `buffer` has; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(GzipError) -> Int {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            if errno != EINTR { throw Self.error(errno) }
        }
    }

    private static func regularSize(of descriptor: Int32) throws(GzipError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw error(errno) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return Int(status.st_size)
        case S_IFDIR: throw .isDirectory
        default: throw .notRegular
        }
    }

    private static func error(_ code: Int32) -> GzipError {
        switch code {
        case ENOENT, ENOTDIR, ENAMETOOLONG: .notFound
        case EACCES, EPERM: .notReadable
        case EISDIR: .isDirectory
        case ENXIO: .notRegular
        default: .failed(code: code, message: String(cString: strerror(code)))
        }
    }
}
