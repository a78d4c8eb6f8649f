internal import CFFmpeg

/// A decoder with the packet and the frame that it works on.
struct CodecContext: ~Copyable {
    let context: UnsafeMutablePointer<AVCodecContext>
    let packet: UnsafeMutablePointer<AVPacket>
    let frame: UnsafeMutablePointer<AVFrame>

    /// Opens the decoder for a stream, on one thread.
    init(_ decoder: UnsafePointer<AVCodec>, of stream: UnsafeMutablePointer<AVStream>) throws(DecodingError) {
        var context = avcodec_alloc_context3(decoder)
        var packet = av_packet_alloc()
        var frame = av_frame_alloc()
        guard let opened = context, let opening = packet, let opener = frame else {
            avcodec_free_context(&context)
            av_packet_free(&packet)
            av_frame_free(&frame)
            throw .unreadable("no memory is left")
        }
        opened.pointee.thread_count = 1
        opened.pointee.pkt_timebase = stream.pointee.time_base
        var status = avcodec_parameters_to_context(opened, stream.pointee.codecpar)
        if status >= 0 { status = avcodec_open2(opened, decoder, nil) }
        guard status >= 0 else {
            avcodec_free_context(&context)
            av_packet_free(&packet)
            av_frame_free(&frame)
            throw .unsupported(codec: String(cString: decoder.pointee.name))
        }
        (self.context, self.packet, self.frame) = (opened, opening, opener)
    }

    deinit {
        var context: UnsafeMutablePointer<AVCodecContext>? = context
        var packet: UnsafeMutablePointer<AVPacket>? = packet
        var frame: UnsafeMutablePointer<AVFrame>? = frame
        avcodec_free_context(&context)
        av_packet_free(&packet)
        av_frame_free(&frame)
    }
}
