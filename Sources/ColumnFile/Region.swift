internal import Glibc

/// Read-only bytes that live as long as this object: a memory-mapped file or a copy on the heap.
final class Region: Sendable {
    /// The bytes; aligned to at least 64.
    nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
    private let isMapped: Bool

    /// Maps a file, shared and read-only, so that several processes hold it once and a restart finds it warm.
    init(mapping path: String) throws(ColumnFileError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("open \(path)", errno: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system("examine \(path)", errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
            throw ColumnFileError(.foreign, "\(path) is empty or no regular file")
        }
        let size = Int(status.st_size)
        guard let start = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0), start != MAP_FAILED else {
            throw .system("map \(path)", errno: errno)
        }
        bytes = UnsafeRawBufferPointer(start: start, count: size)
        isMapped = true
    }

    /// Copies bytes into an aligned allocation.
    init(copying source: [UInt8]) {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(source.count, 1), alignment: 64)
        copy.copyBytes(from: source)
        bytes = UnsafeRawBufferPointer(rebasing: copy[..<source.count])
        isMapped = false
    }

    deinit {
        guard let start = bytes.baseAddress else { return }
        let memory = UnsafeMutableRawPointer(mutating: start)
        if isMapped { munmap(memory, bytes.count) } else { memory.deallocate() }
    }
}
