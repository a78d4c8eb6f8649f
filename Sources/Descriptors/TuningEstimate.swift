internal import Foundation

/// How far a recording's instruments are tuned from a' = 440 Hz, by the spectral peaks of its beginning.
///
/// Peaks are local maxima between 150 and 4,000 Hz above a tenth of the frame's greatest value, placed by a parabola;
/// the half with the greater magnitudes votes in a histogram of hundredths of a semitone.
struct TuningEstimate {
    private static let lowest = Int((150 * Double(FrameGrid.length) / Double(FrameGrid.sampleRate)).rounded(.up))
    private static let highest = Int(4_000 * Double(FrameGrid.length) / Double(FrameGrid.sampleRate))

    private var residuals: [Float] = []
    private var magnitudes: [Float] = []

    /// Takes a frame's power spectrum in.
    mutating func add(_ power: [Float]) {
        let threshold = 0.1 * (power.max() ?? 0)
        for bin in Self.lowest...Self.highest {
            let (before, here, after) = (power[bin - 1], power[bin], power[bin + 1])
            guard here > threshold, here > before, here >= after else { continue }
            let (bend, slope) = (after + before - 2 * here, (after - before) / 2)
            let shift = abs(slope) >= abs(bend) ? 0 : -slope / bend
            let frequency = (Float(bin) + shift) * Float(FrameGrid.sampleRate) / Float(FrameGrid.length)
            let pitch = 12 * log2(frequency / 27.5)
            residuals.append(pitch - pitch.rounded())
            magnitudes.append(here + 0.5 * slope * shift)
        }
    }

    /// Semitones, -0.5 to 0.5; 0 where there is no peak.
    var tuning: Double {
        guard !magnitudes.isEmpty else { return 0 }
        let median = magnitudes.sorted()[magnitudes.count / 2]
        var votes = Array(repeating: 0, count: 100)
        for (residual, magnitude) in zip(residuals, magnitudes) where magnitude >= median {
            votes[max(0, min(99, Int((residual + 0.5) * 100)))] += 1
        }
        let most = votes.indices.max { votes[$0] < votes[$1] } ?? 50
        return Double(most) / 100 - 0.5
    }
}
