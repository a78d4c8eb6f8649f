internal import CFFmpeg
internal import Glibc

/// A file of sound that is decoded from its beginning to its end, on the calling thread alone.
public struct AudioFile: ~Copyable {
    /// What the file says of itself.
    public let facts: AudioFacts
    /// Parts that could not be decoded so far and were left out.
    public private(set) var failures = 0
    private var decoded = 0
    private let container: Container
    private let codec: CodecContext
    private var converter: SampleConverter?

    /// Opens what `descriptor` holds; the descriptor stays the caller's and is read from where it stands.
    ///
    /// - Parameter name: the file's name, which helps where the content alone does not tell the format.
    /// - Throws: `DecodingError` where it is no sound that can be decoded.
    public init(descriptor: Int32, name: String) throws(DecodingError) {
        av_log_set_level(AV_LOG_QUIET)
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size == 0 { throw .empty }
        let container = try Container(descriptor, name: name)
        let facts = container.facts
        guard (1...64).contains(facts.channels), (1_000...768_000).contains(facts.sampleRate) else {
            throw .implausible(channels: facts.channels, sampleRate: facts.sampleRate)
        }
        let codec = try CodecContext(container.decoder, of: container.stream)
        self.facts = facts
        self.container = container
        self.codec = codec
    }

    /// Decodes everything.
    ///
    /// - Parameter body: is given the next samples as 32-bit floats, channels interleaved, `facts.channels` values to a
    ///   frame, full scale ±1; the memory is good for the call only. Ends the decoding early by returning false.
    /// - Throws: `DecodingError` where nothing or too little could be decoded.
    public mutating func decode(_ body: (UnsafeBufferPointer<Float>) -> Bool) throws(DecodingError) {
        converter = nil
        var goesOn = true
        while goesOn {
            let status = av_read_frame(container.context, codec.packet)
            guard status >= 0 else {
                if status != SEGUE_AV_END { failures += 1 }
                break
            }
            defer { av_packet_unref(codec.packet) }
            guard codec.packet.pointee.stream_index == container.stream.pointee.index else { continue }
            goesOn = try take(codec.packet, body)
        }
        // What was heard until then is no recording of its own.
        if let failure = container.failure { throw .unreadable(failure) }
        if goesOn { _ = try take(nil, body) }
        guard decoded > failures else {
            throw failures + decoded == 0 ? .noSound : .damaged(failed: failures, decoded: decoded)
        }
    }

    /// Sends a packet, or nil at the end, and takes all frames that come of it; false where the caller has enough.
    private mutating func take(
        _ packet: UnsafeMutablePointer<AVPacket>?, _ body: (UnsafeBufferPointer<Float>) -> Bool
    ) throws(DecodingError) -> Bool {
        let sent = avcodec_send_packet(codec.context, packet)
        guard sent >= 0 else {
            failures += packet == nil ? 0 : 1
            return true
        }
        while true {
            let status = avcodec_receive_frame(codec.context, codec.frame)
            if status == SEGUE_AV_AGAIN || status == SEGUE_AV_END { return true }
            guard status >= 0 else {
                failures += 1
                return true
            }
            defer { av_frame_unref(codec.frame) }
            decoded += 1
            guard try convert(codec.frame, body) else { return false }
        }
    }

    private mutating func convert(
        _ frame: UnsafeMutablePointer<AVFrame>, _ body: (UnsafeBufferPointer<Float>) -> Bool
    ) throws(DecodingError) -> Bool {
        guard Int(frame.pointee.ch_layout.nb_channels) == facts.channels,
            Int(frame.pointee.sample_rate) == facts.sampleRate
        else { throw .changesFormat }
        if converter == nil { converter = try SampleConverter(for: frame) }
        guard try converter?.convert(frame) ?? false else {
            failures += 1
            return true
        }
        return converter?.withSamples(body) ?? true
    }
}
