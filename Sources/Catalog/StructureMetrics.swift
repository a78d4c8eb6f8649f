/// Statistics of a track's inner structure, taken from a full audio analysis (segments, sections, bars, beats).
public struct StructureMetrics: Sendable, Hashable, Codable {
    /// Mean of each of the 12 timbre coefficients over segments, weighted by segment duration.
    public var timbreMean: [Float]
    /// Standard deviation of each of the 12 timbre coefficients, weighted likewise.
    public var timbreDeviation: [Float]
    /// Mean strength of each of the 12 pitch classes, from C, weighted likewise, 0 to 1.
    public var pitchMean: [Float]
    /// Segments a second.
    public var segmentRate: Float
    /// Standard deviation of the segments' peak loudness in decibels.
    public var loudnessDeviation: Float
    /// Number of sections.
    public var sectionCount: Int
    /// Standard deviation of the sections' mean loudness in decibels.
    public var sectionLoudnessDeviation: Float
    /// Standard deviation of the sections' tempo in beats per minute.
    public var sectionTempoDeviation: Float
    /// Coefficient of variation of the beats' durations: 0 is a machine's regularity.
    public var beatVariation: Float

    /// Takes the statistics; `timbreMean`, `timbreDeviation` and `pitchMean` have 12 elements each.
    public init(
        timbreMean: [Float], timbreDeviation: [Float], pitchMean: [Float], segmentRate: Float, loudnessDeviation: Float,
        sectionCount: Int, sectionLoudnessDeviation: Float, sectionTempoDeviation: Float, beatVariation: Float
    ) {
        precondition(timbreMean.count == 12 && timbreDeviation.count == 12 && pitchMean.count == 12)
        self.timbreMean = timbreMean
        self.timbreDeviation = timbreDeviation
        self.pitchMean = pitchMean
        self.segmentRate = segmentRate
        self.loudnessDeviation = loudnessDeviation
        self.sectionCount = sectionCount
        self.sectionLoudnessDeviation = sectionLoudnessDeviation
        self.sectionTempoDeviation = sectionTempoDeviation
        self.beatVariation = beatVariation
    }
}
