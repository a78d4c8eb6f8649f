internal import Foundation

/// Filters that gather a power spectrum into twelve pitch classes (D. Ellis, "Chroma feature analysis", 2007, which
/// `librosa.filters.chroma` follows too): a bell of a semitone's width around each pitch class, octaves around the fifth
/// counting most.
struct ChromaFilters {
    private let weights: [SIMD16<Float>]

    /// Filters for instruments tuned so many semitones from a' = 440 Hz, -0.5 to 0.5.
    init(tuning: Double) {
        let reference = 440 * pow(2, tuning / 12) / 16
        let pitches =
            [0]
            + (1..<FrameGrid.length).map { bin in
                12 * log2(Double(bin) * Double(FrameGrid.sampleRate) / Double(FrameGrid.length) / reference)
            }
        weights = (0..<FrameGrid.bins).map { bin in
            // The constant component has no pitch; it stands an octave and a half below the first bin.
            let pitch = bin == 0 ? pitches[1] - 18 : pitches[bin]
            let width = max(1, pitches[bin + 1] - pitch)
            return Self.bells(at: pitch, width: width)
        }
    }

    private static func bells(at pitch: Double, width: Double) -> SIMD16<Float> {
        let bells = (0..<12).map { pitchClass -> Double in
            let shifted = pitch - Double(pitchClass) + 126
            let distance = shifted - 12 * (shifted / 12).rounded(.down) - 6
            return exp(-0.5 * pow(2 * distance / width, 2))
        }
        let length = bells.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let octave = exp(-0.5 * pow((pitch / 12 - 5) / 2, 2))
        var result = SIMD16<Float>()
        // Pitches count from a, chroma from c.
        for pitchClass in 0..<12 { result[pitchClass] = Float(bells[(pitchClass + 3) % 12] / length * octave) }
        return result
    }

    /// Adds the twelve values of a power spectrum to the end of `rows`, the greatest being 1 unless all are 0.
    func append(of power: [Float], to rows: inout [Float]) {
        var sum = SIMD16<Float>()
        for bin in 0..<FrameGrid.bins { sum += weights[bin] * power[bin] }
        let greatest = sum.max()
        if greatest > Float.leastNormalMagnitude { sum /= greatest }
        for pitchClass in 0..<12 { rows.append(sum[pitchClass]) }
    }
}
