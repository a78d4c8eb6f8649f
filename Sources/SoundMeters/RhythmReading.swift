internal import CAubio

/// Onsets and beats of a recording, found by aubio in its onset envelope.
///
/// The peak picker compares the envelope with its moving median and mean (P. Brossier, "Automatic annotation of musical
/// audio for interactive applications", 2006); the beat tracker follows M. Davies and M. Plumbley, "Causal tempo tracking
/// of audio", 2004.
public struct RhythmReading: Sendable, Hashable {
    /// Frames at which something begins.
    public private(set) var onsets: [Int] = []
    /// Beats, in frames and fractions of them.
    public private(set) var beats: [Float] = []

    /// No two onsets are nearer than this, in seconds.
    private static let distance = 0.05
    /// Seconds of envelope that the beat tracker looks at.
    private static let window = 5.8

    /// Reads an envelope.
    ///
    /// - Parameters:
    ///   - envelope: one value of 0 or more for each frame.
    ///   - hop: samples from one frame to the next.
    ///   - sampleRate: samples in a second.
    /// - Throws: `MeterError` where the library refuses.
    public init(of envelope: [Float], hop: Int, sampleRate: Int) throws(MeterError) {
        var picker = try PeakPicker()
        let rate = Double(sampleRate) / Double(hop)
        var span = 1
        while Double(span) < Self.window * rate { span *= 2 }
        let tracker = try BeatTracker(span: span, hop: hop, sampleRate: sampleRate)
        var (last, filled) = (-Double.infinity, 0)
        let step = span / 4
        var stretch = [Float](repeating: 0, count: span)
        for frame in envelope.indices {
            let (isPeak, level) = picker.pick(envelope[frame])
            if isPeak, Double(frame) - last >= Self.distance * rate {
                onsets.append(frame)
                last = Double(frame)
            }
            stretch[span - step + filled] = level
            filled += 1
            guard filled == step else { continue }
            // What the tracker gives lies in the step that follows.
            beats.append(contentsOf: tracker.beats(in: stretch).map { $0 + Float(frame + 1) })
            stretch.replaceSubrange(0..<span - step, with: stretch[step...])
            filled = 0
        }
    }
}

/// Finds values that stand out from those around them.
private struct PeakPicker: ~Copyable {
    private let picker: OpaquePointer
    private let input: UnsafeMutablePointer<fvec_t>
    private let output: UnsafeMutablePointer<fvec_t>

    init() throws(MeterError) {
        guard let picker = new_aubio_peakpicker(), let input = new_fvec(1), let output = new_fvec(1) else {
            throw MeterError(meter: "the picker of onsets")
        }
        (self.picker, self.input, self.output) = (picker, input, output)
    }

    deinit {
        del_aubio_peakpicker(picker)
        del_fvec(input)
        del_fvec(output)
    }

    /// Whether a peak passed, and how far the value stands above its surroundings.
    mutating func pick(_ value: Float) -> (isPeak: Bool, level: Float) {
        input.pointee.data[0] = value
        aubio_peakpicker_do(picker, input, output)
        return (output.pointee.data[0] != 0, aubio_peakpicker_get_thresholded_input(picker).pointee.data[0])
    }
}

/// Finds beats in stretches of an onset envelope.
private struct BeatTracker: ~Copyable {
    private let tracker: OpaquePointer
    private let input: UnsafeMutablePointer<fvec_t>
    private let output: UnsafeMutablePointer<fvec_t>
    private let span: Int

    init(span: Int, hop: Int, sampleRate: Int) throws(MeterError) {
        guard let tracker = new_aubio_beattracking(UInt32(span), UInt32(hop), UInt32(sampleRate)),
            let input = new_fvec(UInt32(span)), let output = new_fvec(UInt32(span / 4))
        else { throw MeterError(meter: "the tracker of beats") }
        (self.tracker, self.input, self.output, self.span) = (tracker, input, output, span)
    }

    deinit {
        del_aubio_beattracking(tracker)
        del_fvec(input)
        del_fvec(output)
    }

    /// Beats in the quarter after the stretch, in frames from its end.
    func beats(in stretch: [Float]) -> [Float] {
        for index in 0..<span { input.pointee.data[index] = stretch[index] }
        aubio_beattracking_do(tracker, input, output)
        // The first element is one more than their number.
        let end = min(Int(output.pointee.data[0]), span / 4)
        return end > 1 ? (1..<end).map { output.pointee.data[$0] } : []
    }
}
