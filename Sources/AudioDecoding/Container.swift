internal import CFFmpeg

/// An opened container with the stream of sound in it.
struct Container: ~Copyable {
    let context: UnsafeMutablePointer<AVFormatContext>
    let stream: UnsafeMutablePointer<AVStream>
    let decoder: UnsafePointer<AVCodec>
    /// Freed after `context`, which reads through it.
    private let bytes: FileBytes

    /// Recognises what `descriptor` holds; `name` helps where the content alone does not tell.
    init(_ descriptor: Int32, name: String) throws(DecodingError) {
        let bytes = try FileBytes(descriptor)
        var opening = avformat_alloc_context()
        guard let context = opening else { throw .unreadable("no memory is left") }
        context.pointee.pb = bytes.context
        // What a playlist or a container of references asks for is not opened, by any protocol.
        context.pointee.io_open = { _, _, _, _, _ in Int32(SEGUE_AV_FORBIDDEN) }
        var options: OpaquePointer?
        av_dict_set(&options, "protocol_whitelist", "file,fd", 0)
        defer { av_dict_free(&options) }
        let opened = avformat_open_input(&opening, name, nil, &options)
        // A failed opening frees the context.
        guard opened >= 0, let context = opening else {
            throw bytes.failure.map { .unreadable($0) } ?? Self.refusal(opened)
        }
        do throws(DecodingError) {
            (stream, decoder) = try Self.sound(in: context)
        } catch {
            avformat_close_input(&opening)
            throw bytes.failure.map { .unreadable($0) } ?? error
        }
        self.context = context
        self.bytes = bytes
    }

    deinit {
        var context: UnsafeMutablePointer<AVFormatContext>? = context
        avformat_close_input(&context)
    }

    private static func sound(
        in context: UnsafeMutablePointer<AVFormatContext>
    ) throws(DecodingError) -> (UnsafeMutablePointer<AVStream>, UnsafePointer<AVCodec>) {
        let found = avformat_find_stream_info(context, nil)
        guard found >= 0 else { throw refusal(found) }
        var decoder: UnsafePointer<AVCodec>?
        let index = av_find_best_stream(context, AVMEDIA_TYPE_AUDIO, -1, -1, &decoder, 0)
        guard let streams = context.pointee.streams, index >= 0, let stream = streams[Int(index)], let decoder else {
            throw undecodable(context)
        }
        for other in 0..<Int(context.pointee.nb_streams) where other != Int(index) {
            streams[other]?.pointee.discard = AVDISCARD_ALL
        }
        return (stream, decoder)
    }

    private static func undecodable(_ context: UnsafeMutablePointer<AVFormatContext>) -> DecodingError {
        var isDamaged = context.pointee.nb_streams == 0
        for index in 0..<Int(context.pointee.nb_streams) {
            guard let parameters = context.pointee.streams?[index]?.pointee.codecpar?.pointee,
                parameters.codec_type == AVMEDIA_TYPE_AUDIO
            else { continue }
            guard avcodec_find_decoder(parameters.codec_id) != nil else {
                return .unsupported(codec: String(cString: avcodec_get_name(parameters.codec_id)))
            }
            // It was taken for this codec, and nothing in it says how to play it.
            isDamaged = true
        }
        return isDamaged ? .notAudio : .noSound
    }

    private static func refusal(_ status: Int32) -> DecodingError {
        status > -200 && status != -22 ? .unreadable(DecodingError.text(status)) : .notAudio
    }

    /// Why the file could not be read to its end, where that is the system's doing and not the file's.
    var failure: String? { bytes.failure }

    /// What the container says of itself and of the stream.
    var facts: AudioFacts {
        let (format, parameters) = (context.pointee, stream.pointee.codecpar.pointee)
        return AudioFacts(
            container: String(cString: format.iformat.pointee.name),
            codec: String(cString: avcodec_get_name(parameters.codec_id)),
            sampleRate: Int(parameters.sample_rate), channels: Int(parameters.ch_layout.nb_channels),
            bitRate: format.bit_rate > 0 ? Int(format.bit_rate) : nil,
            duration: duration, tags: tags)
    }

    /// What the container says, and not what the library guesses from the file's size.
    private var duration: Double? {
        let format = context.pointee
        guard format.duration > 0, format.duration_estimation_method != AVFMT_DURATION_FROM_BITRATE else { return nil }
        return Double(format.duration) / Double(AV_TIME_BASE)
    }

    /// Tags of the container and of the stream, names in lower case; the stream's own count where both say something.
    private var tags: [String: String] {
        Self.entries(context.pointee.metadata).merging(Self.entries(stream.pointee.metadata)) { $1 }
    }

    /// At most 200 tags of at most 2,000 bytes: a hostile file shall not fill the answer.
    private static func entries(_ dictionary: OpaquePointer?) -> [String: String] {
        var entries: [String: String] = [:]
        var entry: UnsafeMutablePointer<AVDictionaryEntry>?
        while entries.count < 200 {
            entry = av_dict_get(dictionary, "", entry, AV_DICT_IGNORE_SUFFIX)
            guard let entry, let key = entry.pointee.key, let value = entry.pointee.value else { break }
            entries[text(key).lowercased()] = text(value)
        }
        return entries
    }

    private static func text(_ bytes: UnsafePointer<CChar>) -> String {
        let raw = UnsafeRawPointer(bytes).assumingMemoryBound(to: UInt8.self)
        var length = 0
        while length < 2_000, raw[length] != 0 { length += 1 }
        return String(decoding: UnsafeBufferPointer(start: raw, count: length), as: UTF8.self)
    }
}
