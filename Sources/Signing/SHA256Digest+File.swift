import Glibc

extension SHA256Digest {
    /// Hashes a file, a mebibyte at a time.
    ///
    /// Blocks on the disk: not for the cooperative pool when the file may be large.
    ///
    /// - Throws: `SigningError.unreadable` with the operating system's reason, `SigningError.library` when OpenSSL
    ///   cannot.
    public init(contentsOfFile path: String) throws(SigningError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
        defer { close(file) }
        var stream = try SHA256Stream()
        var block = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(file, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
            guard count > 0 else { break }
            try stream.update(block, count: count)
        }
        self = try stream.finish()
    }
}
