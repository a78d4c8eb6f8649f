internal import CEbur128

/// Loudness of a programme after EBU R 128 (ITU-R BS.1770-4), through libebur128.
///
/// Its true peak is left out: `TruePeakMeter` finds the same value in a small part of the time.
public struct LoudnessMeter: ~Copyable {
    private let state: UnsafeMutablePointer<ebur128_state>
    private let channels: Int

    /// Measures so many channels, 64 at most, at a rate in Hz.
    /// - Throws: `MeterError` where the library refuses.
    public init(channels: Int, sampleRate: Int) throws(MeterError) {
        guard let state = ebur128_init(UInt32(channels), UInt(sampleRate), SEGUE_EBUR128_MODES) else {
            throw MeterError(meter: "the meter of loudness")
        }
        self.state = state
        self.channels = channels
    }

    deinit {
        var state: UnsafeMutablePointer<ebur128_state>? = state
        ebur128_destroy(&state)
    }

    /// Takes frames in: interleaved samples, full scale ±1.
    public func add(_ samples: UnsafeBufferPointer<Float>) {
        guard let start = samples.baseAddress else { return }
        ebur128_add_frames_float(state, start, samples.count / channels)
    }

    /// Integrated loudness in LUFS, gated; nil for silence.
    public var integrated: Double? {
        var loudness = 0.0
        guard ebur128_loudness_global(state, &loudness) == 0, loudness.isFinite else { return nil }
        return loudness
    }

    /// Loudness range in LU (EBU Tech 3342); nil where it cannot be told.
    public var range: Double? {
        var range = 0.0
        guard ebur128_loudness_range(state, &range) == 0, range.isFinite else { return nil }
        return range
    }
}
