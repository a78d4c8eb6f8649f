internal import Catalog

extension StructureMetrics {
    /// Condenses an audio analysis.
    ///
    /// With segments i of duration d_i (seconds) and D = Σ d_i:
    /// - `timbreMean`_k = Σ d_i t_ik / D over the timbre coefficients t_ik; `pitchMean` likewise over the pitches.
    /// - `timbreDeviation`_k = √(Σ d_i (t_ik - mean_k)² / D), the weighted population deviation.
    /// - `segmentRate` = number of segments / D.
    /// - `loudnessDeviation` = population deviation of the segments' peak loudness, each counting once.
    /// - `sectionLoudnessDeviation`, `sectionTempoDeviation` = population deviations over sections, of those with a
    ///   detected tempo in the latter case; 0 with fewer than two.
    /// - `beatVariation` = population deviation of the beats' durations / their mean; 0 with fewer than two.
    ///
    /// Means and deviations of timbre carry most of what such an analysis adds to audio features; durations weight them
    /// because segments are cut at changes, so that busy passages would otherwise count several times.
    /// - Returns: Nil when no segment has a duration or a statistic is not finite.
    init?(_ analysis: AudioAnalysis) {
        let durations = analysis.segments.map(\.duration)
        let total = durations.reduce(0, +)
        guard total > 0 else { return nil }
        let timbre = (0..<12).map { k in Self.weighted(analysis.segments.map { $0.timbre[k] }, durations) }
        let pitches = (0..<12).map { k in Self.weighted(analysis.segments.map { $0.pitches[k] }, durations) }
        let beats = Self.plain(analysis.beats)
        self.init(
            timbreMean: timbre.map { Float($0.mean) }, timbreDeviation: timbre.map { Float($0.deviation) },
            pitchMean: pitches.map { Float($0.mean) }, segmentRate: Float(Double(durations.count) / total),
            loudnessDeviation: Float(Self.plain(analysis.segments.map(\.peakLoudness)).deviation),
            sectionCount: analysis.sections.count,
            sectionLoudnessDeviation: Float(Self.plain(analysis.sections.map(\.loudness)).deviation),
            sectionTempoDeviation: Float(Self.plain(analysis.sections.compactMap(\.tempo)).deviation),
            beatVariation: beats.mean > 0 ? Float(beats.deviation / beats.mean) : 0)
        guard isFinite else { return nil }
    }

    private var isFinite: Bool {
        let single = [
            segmentRate, loudnessDeviation, sectionLoudnessDeviation, sectionTempoDeviation, beatVariation,
        ]
        return (timbreMean + timbreDeviation + pitchMean + single).allSatisfy(\.isFinite)
    }

    private static func plain(_ values: [Double]) -> (mean: Double, deviation: Double) {
        weighted(values, Array(repeating: 1, count: values.count))
    }

    /// Mean and population deviation in two passes, which keeps small deviations of large values exact.
    private static func weighted(_ values: [Double], _ weights: [Double]) -> (mean: Double, deviation: Double) {
        let total = weights.reduce(0, +)
        guard total > 0 else { return (0, 0) }
        let mean = zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
        let variance = zip(values, weights).reduce(0) { $0 + $1.1 * ($1.0 - mean) * ($1.0 - mean) } / total
        return (mean, variance.squareRoot())
    }
}
