/// The colour of the sound.
public struct Timbre: Sendable, Hashable, Codable {
    /// Twenty mel-frequency cepstral coefficients.
    public var mfcc: VectorStatistic
    /// Deviations of the coefficients' slopes over nine frames.
    public var mfccDelta: [Float]
    /// Spectral centroid, Hz.
    public var centroid: Statistic
    /// Spectral spread, Hz.
    public var spread: Statistic
    /// Frequency below which 85 % of the magnitude lies, Hz.
    public var rolloff: Statistic
    /// Geometric over arithmetic mean of the power spectrum, 0 to 1.
    public var flatness: Statistic
    /// Mean rise of the mel spectrum from frame to frame, dB.
    public var flux: Statistic
    /// Peaks over valleys in seven bands of an octave, dB.
    public var contrast: VectorStatistic
    /// Share of samples at which the sign changes, 0 to 1.
    public var zeroCrossings: Statistic
    /// Energy of what is sustained over energy of what is struck, dB.
    public var harmonicRatio: Float

    /// Describes a timbre.
    public init(
        mfcc: VectorStatistic, mfccDelta: [Float], centroid: Statistic, spread: Statistic, rolloff: Statistic,
        flatness: Statistic, flux: Statistic, contrast: VectorStatistic, zeroCrossings: Statistic, harmonicRatio: Float
    ) {
        self.mfcc = mfcc
        self.mfccDelta = mfccDelta
        self.centroid = centroid
        self.spread = spread
        self.rolloff = rolloff
        self.flatness = flatness
        self.flux = flux
        self.contrast = contrast
        self.zeroCrossings = zeroCrossings
        self.harmonicRatio = harmonicRatio
    }
}
