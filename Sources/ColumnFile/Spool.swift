internal import Glibc

/// A column's bytes on their way into a file: a buffer that overflows into an unlinked temporary file.
final class Spool {
    static let limit = 1 << 20

    let elementSize: Int
    var buffer: [UInt8] = []
    private let descriptor: Int32?
    private var spooled = 0

    init(elementSize: Int, directory: String?) throws(ColumnFileError) {
        self.elementSize = elementSize
        guard let directory else {
            descriptor = nil
            return
        }
        var template = Array("\(directory)/.spool-XXXXXX".utf8CString)
        let opened = mkstemp(&template)
        guard opened >= 0 else { throw .system("make a temporary file in \(directory)", errno: errno) }
        unlink(template)
        descriptor = opened
    }

    deinit { if let descriptor { close(descriptor) } }

    /// All bytes appended so far.
    var byteCount: Int { spooled + buffer.count }

    func flushIfLarge() throws(ColumnFileError) {
        guard let descriptor, buffer.count >= Self.limit else { return }
        try OutputFile.writeAll(buffer, to: descriptor)
        spooled += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }

    /// Hands all bytes to `body` in order, in pieces.
    func drain(_ body: ([UInt8]) throws(ColumnFileError) -> Void) throws(ColumnFileError) {
        var position = 0
        while let descriptor, position < spooled {
            let start = position
            let piece = [UInt8](unsafeUninitializedCapacity: min(Self.limit, spooled - position)) { memory, count in
                count = max(
                    0,
                    pread(
                        descriptor, memory.baseAddress, memory.count == 0 ? 0 : min(Self.limit, memory.count),
                        off_t(start)))
            }
            guard !piece.isEmpty else { throw .system("read a temporary file back", errno: errno) }
            position += piece.count
            try body(piece)
        }
        try body(buffer)
    }
}

/// A file under construction.
struct OutputFile: ~Copyable {
    private let path: String
    private let descriptor: Int32
    private(set) var byteCount = 0

    init(path: String) throws(ColumnFileError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .system("create \(path)", errno: errno) }
    }

    deinit { close(descriptor) }

    mutating func write(_ bytes: [UInt8]) throws(ColumnFileError) {
        try Self.writeAll(bytes, to: descriptor)
        byteCount += bytes.count
    }

    func synchronize() throws(ColumnFileError) {
        guard fsync(descriptor) == 0 else { throw .system("write \(path) to disk", errno: errno) }
    }

    static func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws(ColumnFileError) {
        var written = 0
        while written < bytes.count {
            let step = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if step < 0 && errno == EINTR { continue }
            guard step > 0 else { throw .system("write", errno: step < 0 ? errno : ENOSPC) }
            written += step
        }
    }
}
