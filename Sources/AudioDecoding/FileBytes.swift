internal import CFFmpeg
internal import Foundation

/// The bytes behind a descriptor, as FFmpeg reads them: through two calls, and nothing is ever opened by a name.
///
/// A container that refers to other files or to the network therefore finds nothing, whatever the protocols that the
/// library was built with.
struct FileBytes: ~Copyable {
    let context: UnsafeMutablePointer<AVIOContext>
    private let input: UnsafeMutablePointer<Input>

    /// What the callbacks work on.
    fileprivate struct Input {
        let descriptor: Int32
        /// The system's number of the last error of reading; FFmpeg takes some for the end.
        var failure: Int32 = 0
    }

    /// Reads from `descriptor`, which stays the caller's.
    init(_ descriptor: Int32) throws(DecodingError) {
        let place = UnsafeMutablePointer<Input>.allocate(capacity: 1)
        place.initialize(to: Input(descriptor: descriptor))
        let size: Int32 = 65_536
        let buffer = av_malloc(Int(size))?.assumingMemoryBound(to: UInt8.self)
        guard let context = avio_alloc_context(buffer, size, 0, place, readBytes, nil, seekBytes) else {
            place.deallocate()
            av_free(buffer)
            throw .unreadable("no memory is left")
        }
        input = place
        self.context = context
    }

    /// The system's text, where reading has failed.
    var failure: String? { input.pointee.failure == 0 ? nil : String(cString: strerror(input.pointee.failure)) }

    deinit {
        var context: UnsafeMutablePointer<AVIOContext>? = context
        av_free(self.context.pointee.buffer)
        avio_context_free(&context)
        input.deallocate()
    }
}

/// FFmpeg's callbacks, which run on the thread that decodes.
private func readBytes(
    _ opaque: UnsafeMutableRawPointer?, _ buffer: UnsafeMutablePointer<UInt8>?, _ size: Int32
) -> Int32 {
    guard let opaque, let buffer else { return Int32(SEGUE_AV_INVALID) }
    let input = opaque.assumingMemoryBound(to: FileBytes.Input.self)
    while true {
        let count = read(input.pointee.descriptor, buffer, Int(size))
        if count > 0 { return Int32(count) }
        if count == 0 { return Int32(SEGUE_AV_END) }
        guard errno != EINTR else { continue }
        input.pointee.failure = errno
        return -errno
    }
}

private func seekBytes(_ opaque: UnsafeMutableRawPointer?, _ offset: Int64, _ whence: Int32) -> Int64 {
    guard let opaque else { return -1 }
    let descriptor = opaque.assumingMemoryBound(to: FileBytes.Input.self).pointee.descriptor
    if whence & AVSEEK_SIZE != 0 {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int64(status.st_size) : Int64(-errno)
    }
    let place = lseek(descriptor, Int(offset), whence & ~AVSEEK_FORCE)
    return place < 0 ? Int64(-errno) : Int64(place)
}
