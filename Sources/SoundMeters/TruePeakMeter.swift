internal import Foundation

/// The true peak of a programme (ITU-R BS.1770-4, annex 2): the greatest value between samples too.
///
/// Interpolates as libebur128 does, four times below 96 kHz and twice below 192 kHz, by a sinc of 49 taps under a Hann
/// window. Where the samples around a place are too small for anything between them to exceed what was found already,
/// nothing is computed: that is most of a recording, and what makes this many times faster than the library.
public struct TruePeakMeter: Sendable {
    private static let taps = 49
    private static let block = 16

    /// The greatest magnitude so far, full scale 1.
    public private(set) var peak: Float = 0
    private let channels: Int
    /// By tap, the weight of a sample at each of up to four places after it.
    private let weights: [SIMD4<Float>]
    /// How far an interpolated value may exceed the samples that it is made from.
    private let gain: Float
    /// Samples of each channel that the next ones need.
    private var kept: [[Float]]
    private var signal: [Float] = []

    /// Measures so many channels at a rate in Hz.
    public init(channels: Int, sampleRate: Int) {
        precondition(channels > 0, "a programme has a channel")
        self.channels = channels
        let factor = sampleRate < 96_000 ? 4 : sampleRate < 192_000 ? 2 : 1
        weights = factor > 1 ? Self.weights(factor) : []
        let sums = weights.reduce(SIMD4<Float>()) { $0 + $1.replacing(with: -$1, where: $1 .< 0) }
        gain = sums.max()
        kept = Array(repeating: Array(repeating: 0, count: max(0, weights.count - 1)), count: channels)
    }

    private static func weights(_ factor: Int) -> [SIMD4<Float>] {
        var weights = [SIMD4<Float>](repeating: SIMD4(), count: (taps + factor - 1) / factor)
        for tap in 0..<taps {
            let angle = (Double(tap) - Double(taps - 1) / 2) * Double.pi / Double(factor)
            let window = 0.5 * (1 - cos(2 * Double.pi * Double(tap) / Double(taps - 1)))
            weights[tap / factor][tap % factor] = Float((angle == 0 ? 1 : sin(angle) / angle) * window)
        }
        return weights
    }

    /// Takes frames in: interleaved samples, full scale ±1.
    public mutating func add(_ samples: UnsafeBufferPointer<Float>) {
        let frames = samples.count / channels
        for channel in 0..<channels {
            let reach = kept[channel].count
            if signal.count < reach + frames { signal = Array(repeating: 0, count: reach + frames) }
            signal.replaceSubrange(0..<reach, with: kept[channel])
            signal.withUnsafeMutableBufferPointer { signal in
                var place = channel
                for frame in reach..<reach + frames {
                    signal[frame] = samples[place]
                    place += channels
                }
            }
            measure(reach..<reach + frames)
            kept[channel].replaceSubrange(0..<reach, with: signal[frames..<frames + reach])
        }
    }

    private mutating func measure(_ range: Range<Int>) {
        var before = greatest(0..<range.lowerBound)
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min(range.upperBound, start + Self.block)
            let here = greatest(start..<end)
            // Of the samples before the block fewer count than a block has.
            if max(before, here) * gain > peak || weights.isEmpty {
                peak = max(peak, weights.isEmpty ? here : interpolated(start..<end))
            }
            (before, start) = (here, end)
        }
    }

    /// The greatest magnitude of a range, sixteen samples at a time.
    private func greatest(_ range: Range<Int>) -> Float {
        signal.withUnsafeBytes { bytes in
            var folded = SIMD16<Float>()
            var index = range.lowerBound
            while index + Self.block <= range.upperBound {
                let values = bytes.loadUnaligned(fromByteOffset: index * 4, as: SIMD16<Float>.self)
                let magnitudes = values.replacing(with: -values, where: values .< 0)
                folded = folded.replacing(with: magnitudes, where: folded .< magnitudes)
                index += Self.block
            }
            var greatest: Float = 0
            for lane in 0..<Self.block { greatest = max(greatest, folded[lane]) }
            for index in index..<range.upperBound { greatest = max(greatest, abs(signal[index])) }
            return greatest
        }
    }

    private func interpolated(_ places: Range<Int>) -> Float {
        var (high, low) = (SIMD4<Float>(), SIMD4<Float>())
        for place in places {
            var values = SIMD4<Float>()
            for tap in 0..<weights.count { values += weights[tap] * signal[place - tap] }
            high = high.replacing(with: values, where: values .> high)
            low = low.replacing(with: values, where: values .< low)
        }
        return max(high.max(), -low.min())
    }
}
