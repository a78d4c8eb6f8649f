internal import CFFmpeg

/// Brings one channel of sound to another sampling rate.
///
/// Uses the SoX resampler inside libswresample at its high quality (20 bits), which is what `librosa.load` uses too.
public struct Resampler: ~Copyable {
    private let context: OpaquePointer
    private var output: [Float] = []

    /// Prepares for a change of rate, both in Hz.
    /// - Throws: `DecodingError.unreadable` where the library refuses.
    public init(from: Int, to: Int) throws(DecodingError) {
        var (source, target) = (AVChannelLayout(), AVChannelLayout())
        av_channel_layout_default(&source, 1)
        av_channel_layout_default(&target, 1)
        var context: OpaquePointer?
        var status = swr_alloc_set_opts2(
            &context, &target, AV_SAMPLE_FMT_FLT, Int32(to), &source, AV_SAMPLE_FMT_FLT, Int32(from), 0, nil)
        if status >= 0, let context {
            let options = UnsafeMutableRawPointer(context)
            if from != to { av_opt_set_int(options, "resampler", Int64(SWR_ENGINE_SOXR.rawValue), 0) }
            av_opt_set_double(options, "precision", 20, 0)
            status = swr_init(context)
        }
        guard status >= 0, let opened = context else {
            swr_free(&context)
            throw .unreadable(DecodingError.text(status))
        }
        self.context = opened
    }

    deinit {
        var context: OpaquePointer? = context
        swr_free(&context)
    }

    /// Resamples what comes next, and gives what is ready; an empty input brings the end out.
    public mutating func resample(_ input: [Float], _ body: (UnsafeBufferPointer<Float>) -> Void) {
        let room = max(1, Int(swr_get_out_samples(context, Int32(input.count))) + 32)
        if output.count < room { output = Array(repeating: 0, count: room) }
        let isEnd = input.isEmpty
        let count = output.withUnsafeMutableBytes { bytes -> Int32 in
            var target: UnsafeMutablePointer<UInt8>? = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            guard !isEnd else { return swr_convert(context, &target, Int32(room), nil, 0) }
            return input.withUnsafeBytes { source in
                var plane: UnsafePointer<UInt8>? = source.baseAddress?.assumingMemoryBound(to: UInt8.self)
                return swr_convert(context, &target, Int32(room), &plane, Int32(input.count))
            }
        }
        output.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[..<max(0, Int(count))])) }
    }
}
