public import Catalog

/// The features of one track by two providers.
public struct FeaturePair: Sendable, Hashable {
    /// The provider's values.
    public var values: AudioFeatures
    /// The reference's values.
    public var reference: AudioFeatures

    /// Pairs the values of one track.
    public init(values: AudioFeatures, reference: AudioFeatures) { (self.values, self.reference) = (values, reference) }
}

/// What a provider's audio features are worth beside another's, feature by feature, and how to make them comparable.
///
/// Providers' values differ in distribution even under the same name. Where they do, a map from quantile to quantile,
/// fitted on the tracks that both have, carries the one into the other.
public struct ProviderCalibration: Sendable, Hashable, Codable {
    /// What is to be done with a provider's values.
    public enum Verdict: String, Sendable, Codable, CaseIterable {
        /// Nothing: they are the reference's own.
        case needsNone = "needs none"
        /// They go through the map.
        case calibrate
        /// They say something else under the same name, and are left out.
        case unrelated
        /// Too few tracks have both to tell; they are taken as they are.
        case tooFew = "too few tracks"
    }

    /// Whose values are judged.
    public let provider: String
    /// By whose.
    public let reference: String
    /// Tracks that have features of both.
    public let tracks: Int
    /// One for each feature that both have on some track, in the order of `AudioFeature`.
    public let fits: [FeatureFit]
    /// What becomes of the features that can only be estimated, where the provider listens; else none.
    public let estimates: [SoundEstimate]

    /// Fits a calibration on the tracks that two providers share; the order of pairs decides nothing but the halves
    /// that the errors afterwards are measured on, so give them in the order of the tracks.
    ///
    /// - Parameter estimates: of a provider that listens. They are fitted on the reference's values, and not compared with
    ///   them once more.
    public init(provider: String, reference: String, pairs: [FeaturePair], estimates: [SoundEstimate] = []) {
        (self.provider, self.reference, tracks) = (provider, reference, pairs.count)
        self.estimates = estimates
        let estimated = Set(estimates.map(\.feature))
        fits = AudioFeature.allCases.compactMap { estimated.contains($0) ? nil : FeatureFit($0, pairs) }
    }

    /// Reads a calibration; those of earlier versions have no estimates.
    /// - Throws: `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        provider = try values.decode(String.self, forKey: .provider)
        reference = try values.decode(String.self, forKey: .reference)
        tracks = try values.decode(Int.self, forKey: .tracks)
        fits = try values.decode([FeatureFit].self, forKey: .fits)
        estimates = try values.decodeIfPresent([SoundEstimate].self, forKey: .estimates) ?? []
    }

    /// What became of a feature that can only be estimated, or nil where the provider does not listen or measures it.
    public func estimate(of feature: AudioFeature) -> SoundEstimate? { estimates.first { $0.feature == feature } }

    /// Whether any feature has to go through a map or be left out.
    public var verdict: Verdict {
        let verdicts = Set(fits.map(\.verdict))
        if verdicts.contains(.calibrate) || verdicts.contains(.unrelated) { return .calibrate }
        return verdicts.contains(.needsNone) ? .needsNone : .tooFew
    }

    /// How far calibrated values can be trusted, 0 to 1: the mean, over the features that are known, of the strength of
    /// the rank correlation with the reference; nil where none of them was compared on enough tracks.
    public func confidence(in features: AudioFeatures) -> Double? {
        let compared = fits.filter { $0.verdict != .tooFew && features[$0.feature] != nil }
        guard !compared.isEmpty else { return nil }
        return compared.reduce(0) { $0 + min(abs($1.correlation), 1) } / Double(compared.count)
    }

    /// The provider's values as the reference would give them; what is unrelated is missing.
    public func calibrated(_ features: AudioFeatures) -> AudioFeatures {
        var result = features
        for fit in fits {
            guard let value = features[fit.feature] else { continue }
            switch fit.verdict {
            case .needsNone, .tooFew: break
            case .unrelated: result[fit.feature] = nil
            case .calibrate: result[fit.feature] = fit.map?.applied(to: value)
            }
        }
        return result
    }
}
