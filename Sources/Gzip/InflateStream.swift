internal import CZlib

/// zlib's decompressor for one gzip member at a time.
struct InflateStream: ~Copyable {
    /// What one step did.
    struct Step {
        /// Bytes taken from the input.
        var consumed: Int
        /// Bytes written to the output.
        var produced: Int
        /// Whether the member has ended and its checksum and length were right.
        var isAtEnd: Bool
    }

    /// Why a step failed, in zlib's words.
    struct Failure: Error {
        var message: String
    }

    // zlib keeps the stream's address, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>

    /// Prepares for the first member.
    init() throws(GzipError) {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 is the largest window; 16 more accepts the gzip format alone.
        let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            stream.deallocate()
            throw .failed(code: status, message: "zlib cannot start")
        }
        self.stream = stream
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Prepares for the next member.
    mutating func reset() { inflateReset(stream) }

    /// Decompresses from `input` into `output` until one of the two is used up or the member ends.
    mutating func step(
        from input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
    ) throws(Failure) -> Step {
        let (offered, room) = (UInt32(clamping: input.count), UInt32(clamping: output.count))
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.pointee.avail_in = offered
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = room
        let status = inflate(stream, Z_NO_FLUSH)
        guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
            throw Failure(message: stream.pointee.msg.map { String(cString: $0) } ?? "zlib status \(status)")
        }
        return Step(
            consumed: Int(offered - stream.pointee.avail_in), produced: Int(room - stream.pointee.avail_out),
            isAtEnd: status == Z_STREAM_END)
    }
}
