internal import CFFmpeg
internal import Foundation

/// The bytes behind a descriptor, as FFmpeg reads them: through two calls, and nothing is ever opened by a name.
///
/// A container that refers to other files or to the network therefore finds nothing, whatever the protocols that the
/// library was built with.
struct FileBytes: ~Copyable {
    let context: UnsafeMutablePointer<AVIOContext>
    private let descriptor: UnsafeMutablePointer<Int32>

    /// Reads from `descriptor`, which stays the caller's.
    init(_ descriptor: Int32) throws(DecodingError) {
        let place = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
        place.initialize(to: descriptor)
        let size: Int32 = 65_536
        let buffer = av_malloc(Int(size))?.assumingMemoryBound(to: UInt8.self)
        guard let context = avio_alloc_context(buffer, size, 0, place, readBytes, nil, seekBytes) else {
            place.deallocate()
            av_free(buffer)
            throw .unreadable("no memory is left")
        }
        self.descriptor = place
        self.context = context
    }

    deinit {
        var context: UnsafeMutablePointer<AVIOContext>? = context
        av_free(self.context.pointee.buffer)
        avio_context_free(&context)
        descriptor.deallocate()
    }
}

/// FFmpeg's callbacks, which run on the thread that decodes.
private func readBytes(
    _ opaque: UnsafeMutableRawPointer?, _ buffer: UnsafeMutablePointer<UInt8>?, _ size: Int32
) -> Int32 {
    guard let opaque, let buffer else { return Int32(SEGUE_AV_INVALID) }
    let descriptor = opaque.assumingMemoryBound(to: Int32.self).pointee
    while true {
        let count = read(descriptor, buffer, Int(size))
        if count > 0 { return Int32(count) }
        if count == 0 { return Int32(SEGUE_AV_END) }
        if errno != EINTR { return -errno }
    }
}

private func seekBytes(_ opaque: UnsafeMutableRawPointer?, _ offset: Int64, _ whence: Int32) -> Int64 {
    guard let opaque else { return -1 }
    let descriptor = opaque.assumingMemoryBound(to: Int32.self).pointee
    if whence & AVSEEK_SIZE != 0 {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int64(status.st_size) : Int64(-errno)
    }
    let place = lseek(descriptor, Int(offset), whence & ~AVSEEK_FORCE)
    return place < 0 ? Int64(-errno) : Int64(place)
}
