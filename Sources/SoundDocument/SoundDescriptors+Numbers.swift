internal import Glibc

extension SoundDescriptors {
    /// Numbers in `sound`.
    public static let soundCount = 92
    /// Numbers in `form`.
    public static let formCount = 10

    /// What the `sound` block is made from: timbre, rhythm and loudness, each by means and deviations.
    ///
    /// 20 + 20 means and deviations of cepstral coefficients, 20 deviations of their slopes, 7 + 7 of contrast, 12 of
    /// shape and texture, 3 of pulse and 3 of level.
    public var sound: [Float] {
        let shape = [timbre.centroid, timbre.spread, timbre.rolloff].flatMap {
            [Self.logarithm($0.mean), Self.logarithm($0.deviation)]
        }
        let texture = [
            Self.logarithm(timbre.flatness.mean), timbre.flux.mean, timbre.flux.deviation,
            timbre.zeroCrossings.mean, timbre.zeroCrossings.deviation, timbre.harmonicRatio,
        ]
        let pulse = [rhythm.onsetRate, rhythm.beatRegularity ?? 0.75, rhythm.tempo?.confidence ?? 0]
        let level = [loudness.crest, loudness.complexity, max(-60, loudness.integrated ?? -60)]
        let cepstrum = timbre.mfcc.mean + timbre.mfcc.deviation + timbre.mfccDelta
        return cepstrum + timbre.contrast.mean + timbre.contrast.deviation + shape + texture + pulse + level
    }

    /// What the `structure` block is made from: how the recording unfolds.
    public var form: [Float] {
        let total = max(1, sections.reduce(0) { $0 + $1.duration })
        let levels = Statistic(of: sections.map(\.level))
        let centroids = Statistic(of: sections.map { Self.logarithm($0.centroid) })
        let durations = Statistic(of: sections.map(\.duration))
        let likeness = Statistic(of: sections.compactMap(\.likeness))
        return [
            Self.logarithm(Float(sections.count)), Self.logarithm(durations.mean), durations.deviation / total,
            levels.deviation, centroids.deviation, likeness.mean,
            (sections.first?.level ?? 0) - levels.mean, (sections.last?.level ?? 0) - levels.mean,
            loudness.range ?? 0, Self.logarithm(total),
        ]
    }

    private static func logarithm(_ value: Float) -> Float { log(max(value, 1e-6)) }
}

extension Statistic {
    /// Of some values; zeros where there are none.
    fileprivate init(of values: [Float]) {
        let count = Float(max(1, values.count))
        let mean = values.reduce(0, +) / count
        self.init(mean: mean, deviation: (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot())
    }
}
