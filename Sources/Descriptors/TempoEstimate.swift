internal import Foundation
internal import SoundDocument
internal import SoundMeters

/// The tempo at which onsets recur.
///
/// The autocorrelations of the onset envelope in windows of 384 frames (8.9 s) under a Hann window, each scaled to 1 at
/// lag 0, are averaged (P. Grosche, M. Müller and F. Kurth, "Cyclic tempogram", 2010). The tempo is where
/// log(1 + 10⁶ r) - ½ log₂²(bpm/120) is greatest (after D. Ellis, "Beat tracking by dynamic programming", 2007), placed
/// between lags by a parabola.
struct TempoEstimate {
    private static let window = 384
    private static let stride = 4
    private static let slowest: Float = 30
    private static let fastest: Float = 320

    /// r by lag, 1 at lag 0; empty where nothing ever begins.
    private let recurrence: [Float]

    /// Takes the onset envelope of a recording.
    init(onsets envelope: [Float]) {
        recurrence = Self.recurrence(of: envelope)
    }

    private static func recurrence(of envelope: [Float]) -> [Float] {
        let padding = [Float](repeating: 0, count: window / 2)
        let padded = padding + envelope + padding
        let hann = (0..<window).map { 0.5 - 0.5 * cos(2 * Float.pi * Float($0) / Float(window)) }
        var transform = RealTransform(length: 1_024)
        var sum = [Float](repeating: 0, count: window)
        var windows: Float = 0
        var start = 0
        while start + window <= padded.count {
            let stretch = (0..<window).map { padded[start + $0] * hann[$0] }
            let products = transform.autocorrelation(of: stretch[...], lags: window)
            if products[0] > 1e-6 {
                for lag in 0..<window { sum[lag] += products[lag] / products[0] }
                windows += 1
            }
            start += stride
        }
        return windows > 0 ? sum.map { $0 / windows } : []
    }

    /// The tempo, or nil where nothing recurs.
    var tempo: Tempo? {
        guard !recurrence.isEmpty else { return nil }
        let lags = 1..<Self.window
        let best = lags.filter { Self.bpm(Float($0)) < Self.fastest }.max { score($0) < score($1) }
        guard let best, recurrence[best] > 0 else { return nil }
        let bpm = Self.bpm(Float(best) + shift(best))
        let alternatives = [0.5, 2, 1.0 / 3, 3].map { bpm * Float($0) }
            .filter { $0 >= Self.slowest && $0 <= Self.fastest }
            .map { Tempo.Alternative(bpm: $0, strength: strength(at: $0)) }
        return Tempo(
            bpm: bpm, confidence: max(0, min(1, recurrence[best])),
            alternatives: alternatives.sorted { $0.strength > $1.strength })
    }

    private func score(_ lag: Int) -> Float {
        let octaves = log2(Self.bpm(Float(lag)) / 120)
        return log1p(1e6 * max(0, recurrence[lag])) - 0.5 * octaves * octaves
    }

    /// How far the true peak lies from a lag, at most half a frame.
    private func shift(_ lag: Int) -> Float {
        guard lag > 1, lag + 1 < recurrence.count else { return 0 }
        let (before, here, after) = (recurrence[lag - 1], recurrence[lag], recurrence[lag + 1])
        let bend = before - 2 * here + after
        guard bend < 0 else { return 0 }
        return max(-0.5, min(0.5, 0.5 * (before - after) / bend))
    }

    private func strength(at bpm: Float) -> Float {
        let lag = Int((60 * FrameGrid.rate / bpm).rounded())
        // An odd tempo's half lies between two lags.
        let near = [lag - 1, lag, lag + 1].filter(recurrence.indices.contains).map { recurrence[$0] }
        return max(0, min(1, near.max() ?? 0))
    }

    private static func bpm(_ lag: Float) -> Float { 60 * FrameGrid.rate / lag }
}
