internal import CFFmpeg

/// Turns decoded frames of any sample format into interleaved floats, channels and rate as they are.
struct SampleConverter: ~Copyable {
    private let context: OpaquePointer
    private let channels: Int
    private let format: AVSampleFormat.RawValue
    private var samples: [Float] = []
    private var count = 0

    /// Prepares for frames like this one.
    init(for frame: UnsafeMutablePointer<AVFrame>) throws(DecodingError) {
        var context: OpaquePointer?
        let format = AVSampleFormat(frame.pointee.format)
        let rate = frame.pointee.sample_rate
        var status = swr_alloc_set_opts2(
            &context, &frame.pointee.ch_layout, AV_SAMPLE_FMT_FLT, rate, &frame.pointee.ch_layout, format, rate, 0, nil)
        if status >= 0 { status = swr_init(context) }
        guard status >= 0, let opened = context else {
            swr_free(&context)
            throw .unreadable(DecodingError.text(status))
        }
        self.context = opened
        self.format = format.rawValue
        channels = Int(frame.pointee.ch_layout.nb_channels)
    }

    deinit {
        var context: OpaquePointer? = context
        swr_free(&context)
    }

    /// Converts a frame; false where its samples cannot be.
    /// - Throws: `DecodingError.changesFormat` where the frame is of another kind than the first.
    mutating func convert(_ frame: UnsafeMutablePointer<AVFrame>) throws(DecodingError) -> Bool {
        guard AVSampleFormat(frame.pointee.format).rawValue == format else { throw .changesFormat }
        let frames = Int(frame.pointee.nb_samples)
        if samples.count < frames * channels { samples = Array(repeating: 0, count: frames * channels) }
        // Planes past the eighth are in `extended_data` only.
        guard let planes = frame.pointee.extended_data else { return false }
        let converted = samples.withUnsafeMutableBytes { bytes -> Int32 in
            var output: UnsafeMutablePointer<UInt8>? = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            return planes.withMemoryRebound(to: UnsafePointer<UInt8>?.self, capacity: channels) {
                swr_convert(context, &output, Int32(frames), $0, Int32(frames))
            }
        }
        count = max(0, Int(converted)) * channels
        return converted >= 0
    }

    /// The samples of the last conversion.
    func withSamples(_ body: (UnsafeBufferPointer<Float>) -> Bool) -> Bool {
        samples.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[..<count])) }
    }
}
