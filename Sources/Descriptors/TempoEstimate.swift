internal import Foundation
internal import SoundDocument
internal import SoundMeters

/// The tempo at which onsets recur.
///
/// The autocorrelations of the onset envelope in windows of 384 frames (8.9 s) under a Hann window, each scaled to 1 at
/// lag 0, are averaged (P. Grosche, M. Müller and F. Kurth, "Cyclic tempogram", 2010). The tempo is where
/// log(1 + 10⁶ r) - ½ log₂²(bpm/120) is greatest (after D. Ellis, "Beat tracking by dynamic programming", 2007), placed
/// between lags by a parabola.
///
/// What is greatest is not yet a tempo: the envelope of noise, whose mean is all there is to it, recurs at every lag alike. So
/// the confidence is taken from the envelope less its mean, at three multiples of the lag.
struct TempoEstimate {
    private static let window = 384
    private static let stride = 4
    private static let slowest: Float = 30
    private static let fastest: Float = 320

    /// r by lag, 1 at lag 0; empty where nothing ever begins.
    private let recurrence: [Float]
    private let beat: BeatStrength

    /// Takes the onset envelope of a recording, and what of it stands above that of an even sound.
    init(onsets envelope: [Float], rises: [Float]) {
        recurrence = Self.recurrence(of: envelope)
        beat = BeatStrength(of: rises)
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
        let range = Self.slowest..<Self.fastest
        let lags = (1..<Self.window).filter { range.contains(Self.bpm(Float($0))) }
        let best = lags.max { score($0) < score($1) }
        guard let best, recurrence[best] > 0 else { return nil }
        let bpm = Self.bpm(Float(best) + shift(best))
        let others: [Float] = [bpm / 2, bpm * 2, bpm / 3, bpm * 3]
        let alternatives = others.filter { $0 >= Self.slowest && $0 <= Self.fastest }
            .map { Tempo.Alternative(bpm: $0, strength: strength(at: $0)) }
        return Tempo(
            bpm: bpm, confidence: strength(at: bpm), alternatives: alternatives.sorted { $0.strength > $1.strength })
    }

    private func strength(at bpm: Float) -> Float { beat.strength(every: 60 * FrameGrid.rate / bpm) }

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

    private static func bpm(_ lag: Float) -> Float { 60 * FrameGrid.rate / lag }
}
