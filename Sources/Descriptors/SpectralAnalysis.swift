internal import Foundation
public import SoundDocument
public import SoundMeters

/// Computes the descriptors of a recording that streams past, in one pass and one thread.
///
/// Memory: about 700 bytes a frame, 110 MB an hour.
public struct SpectralAnalysis: ~Copyable {
    /// What the spectra alone cannot tell.
    public struct Measured: Sendable, Hashable {
        /// LUFS.
        public var integrated: Double?
        /// LU.
        public var range: Double?
        /// dBTP.
        public var truePeak: Double?

        /// Gathers what other meters say.
        public init(integrated: Double?, range: Double?, truePeak: Double?) {
            self.integrated = integrated
            self.range = range
            self.truePeak = truePeak
        }
    }

    private var transform = RealTransform(length: FrameGrid.length)
    private var frames = SpectralFrames()
    private var levels = FrameLevels()
    // The first frame is centred on the first sample.
    private var pending = [Float](repeating: 0, count: FrameGrid.length / 2)
    private var framed = 0
    private var levelled = 0
    private var peak: Float = 0
    private var squares = 0.0
    private var samples = 0

    /// Begins with nothing heard.
    public init() {}

    /// Seconds heard so far.
    public var duration: Double { Double(samples) / Double(FrameGrid.sampleRate) }

    /// Whether nothing but silence was heard.
    public var isSilent: Bool { peak < 1e-5 }

    /// Takes samples at `FrameGrid.sampleRate` in, one channel, full scale ±1.
    public mutating func add(_ signal: [Float]) {
        for value in signal {
            peak = max(peak, abs(value))
            squares += Double(value * value)
        }
        pending.append(contentsOf: signal)
        samples += signal.count
        cut()
    }

    /// Cuts what is pending into frames, and forgets what no frame needs any more.
    private mutating func cut() {
        while levelled + FrameGrid.hop <= pending.count {
            levels.add(pending, from: levelled)
            levelled += FrameGrid.hop
        }
        while framed + FrameGrid.length <= pending.count {
            frames.add(pending, from: framed, transform: &transform)
            framed += FrameGrid.hop
        }
        // Rarely, so that moving the rest costs nothing.
        guard framed >= 1 << 16 else { return }
        pending.removeFirst(framed)
        levelled -= framed
        framed = 0
    }

    /// The descriptors of all that was heard.
    /// - Throws: `MeterError` where rhythm cannot be read for want of memory.
    public consuming func finish(with measured: Measured) throws(MeterError) -> SoundDescriptors {
        let seconds = duration
        let crest = squares > 0 ? 20 * log10(Double(peak) / (squares / Double(samples)).squareRoot()) : 0
        pending.append(contentsOf: [Float](repeating: 0, count: FrameGrid.length / 2))
        cut()
        frames.finish()
        let summary = DescriptorSummary(frames: frames, levels: levels)
        return try summary.descriptors(measured, seconds: seconds, crest: Float(crest))
    }
}
