public import Catalog

/// Keeps what is known of providers' comparability, and gives the values to learn it from. Implemented by Storage.
public protocol CalibrationStore: Sendable {
    /// Providers of audio features with the number of tracks that each has, by name.
    func featureProviders() async throws -> [FeatureProviderCount]
    /// The features of tracks that both providers have, in the order of the tracks' recordings, at most `limit`.
    func sharedFeatures(of provider: String, and reference: String, limit: Int) async throws -> [FeaturePair]
    /// What tracks sound like by one provider that have features of another, in the order of the tracks, at most `limit`.
    func sharedSounds(of provider: String, and reference: String, limit: Int) async throws -> [SoundSample]
    /// Keeps a calibration in place of an earlier one of the same provider, and marks the tracks that it
    /// changes; its estimates take the place of earlier ones of every track that the provider has heard.
    func save(_ calibration: ProviderCalibration) async throws
    /// All calibrations, by provider.
    func calibrations() async throws -> [ProviderCalibration]
    /// The same with their versions.
    func keptCalibrations() async throws -> [KeptCalibration]
    /// The next tracks, by id, whose values of the calibration's provider have no enrichment of this version by
    /// `CalibrationPass.source(of:)`, or only one from before the values; at most `limit`, from the first where `after`
    /// is nil.
    func uncalibrated(by kept: KeptCalibration, after track: TrackID?, limit: Int) async throws -> [FeaturesOfTrack]
    /// Drops enrichments by `CalibrationPass.source(of:)` that are not of this version, or of values that are gone; all of
    /// them where the calibration changes nothing.
    func dropOutdated(by kept: KeptCalibration) async throws
}

/// How many tracks a provider has features of.
public struct FeatureProviderCount: Sendable, Hashable, Codable {
    /// The provider.
    public var provider: String
    /// Its tracks.
    public var tracks: Int

    /// Counts a provider's tracks.
    public init(provider: String, tracks: Int) { (self.provider, self.tracks) = (provider, tracks) }
}
