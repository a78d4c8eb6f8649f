public import Catalog

/// How one feature of a provider compares with the reference's, before and after calibration.
///
/// What is measured "after" is measured on tracks that the map was not fitted on: each half of the tracks through the
/// other half's map.
public struct FeatureFit: Sendable, Hashable {
    /// Fewer tracks tell nothing.
    public static let leastTracks = 30
    /// A correlation of ranks below this, either way, is no relation.
    static let leastCorrelation = 0.2
    /// An error below this share of the reference's own spread is none.
    static let negligibleError = 0.1
    /// Keys and modes that agree on fewer tracks than this are of no use.
    static let leastAgreement = 0.75

    /// Which feature.
    public let feature: AudioFeature
    /// Tracks that have it by both.
    public let tracks: Int
    /// Kolmogorov-Smirnov distance of the distributions as they are, 0 to 1.
    public let distanceBefore: Double
    /// The same once calibrated.
    public let distanceAfter: Double
    /// Mean absolute error against the reference, in the feature's unit; for keys and modes the share that differs.
    public let errorBefore: Double
    /// The same once calibrated.
    public let errorAfter: Double
    /// Spearman's rank correlation, -1 to 1.
    public let correlation: Double
    /// What is to be done.
    public let verdict: ProviderCalibration.Verdict
    /// The map, where the verdict asks for one.
    public let map: QuantileMap?

    init(
        feature: AudioFeature, tracks: Int, distanceBefore: Double, distanceAfter: Double, errorBefore: Double,
        errorAfter: Double, correlation: Double, verdict: ProviderCalibration.Verdict, map: QuantileMap?
    ) {
        (self.feature, self.tracks, self.correlation) = (feature, tracks, correlation)
        (self.distanceBefore, self.distanceAfter) = (distanceBefore, distanceAfter)
        (self.errorBefore, self.errorAfter) = (errorBefore, errorAfter)
        (self.verdict, self.map) = (verdict, map)
    }

    /// Nil where no track has the feature by both.
    init?(_ feature: AudioFeature, _ pairs: [FeaturePair]) {
        let both = pairs.compactMap { pair in
            pair.values[feature].flatMap { value in pair.reference[feature].map { (value, $0) } }
        }
        guard !both.isEmpty else { return nil }
        let (values, reference) = (both.map(\.0), both.map(\.1))
        (self.feature, tracks) = (feature, both.count)
        distanceBefore = SampleComparison.distance(values, reference)
        correlation = SampleComparison.correlation(values, reference)
        guard !feature.isNominal else {
            errorBefore = Double(both.count { $0.0 != $0.1 }) / Double(both.count)
            (errorAfter, distanceAfter, map) = (errorBefore, distanceBefore, nil)
            verdict = Self.nominalVerdict(both.count, error: errorBefore)
            return
        }
        errorBefore = SampleComparison.meanAbsoluteError(values, reference)
        let isInverse = correlation < 0
        let (mapped, matching) = Self.heldOut(values, reference, isInverse)
        let after = (
            error: SampleComparison.meanAbsoluteError(mapped, matching),
            distance: SampleComparison.distance(mapped, matching)
        )
        verdict = Self.verdict(
            both.count, correlation: correlation, error: errorBefore / max(SampleComparison.spread(reference), 1e-9),
            gain: errorBefore - after.error, distance: distanceBefore)
        map = verdict == .calibrate ? QuantileMap(values: values, reference: reference, isInverse: isInverse) : nil
        (errorAfter, distanceAfter) = map == nil ? (errorBefore, distanceBefore) : (after.error, after.distance)
    }

    private static func nominalVerdict(_ count: Int, error: Double) -> ProviderCalibration.Verdict {
        guard count >= leastTracks else { return .tooFew }
        return 1 - error >= leastAgreement ? .needsNone : .unrelated
    }

    /// Values that are the same need nothing, whatever else; those that do not go together at all cannot be helped.
    private static func verdict(
        _ count: Int, correlation: Double, error: Double, gain: Double, distance: Double
    ) -> ProviderCalibration.Verdict {
        guard count >= leastTracks else { return .tooFew }
        if error <= negligibleError { return .needsNone }
        if abs(correlation) < leastCorrelation { return .unrelated }
        if distance <= SampleComparison.criticalDistance(count), gain <= 0 { return .needsNone }
        return .calibrate
    }

    /// Each half through the map of the other, in the order of the tracks; both sides in the same order.
    private static func heldOut(
        _ values: [Float], _ reference: [Float], _ isInverse: Bool
    ) -> (mapped: [Float], matching: [Float]) {
        let halves = (0..<2).map { half in values.indices.filter { $0 % 2 == half } }
        guard let other = halves.last, !other.isEmpty else { return (values, reference) }
        var (mapped, matching) = ([Float](), [Float]())
        for (fitted, tried) in [(halves[0], halves[1]), (halves[1], halves[0])] {
            let map = QuantileMap(
                values: fitted.map { values[$0] }, reference: fitted.map { reference[$0] }, isInverse: isInverse)
            mapped += tried.map { map.applied(to: values[$0]) }
            matching += tried.map { reference[$0] }
        }
        return (mapped, matching)
    }
}

extension AudioFeature {
    /// Whether values are names rather than amounts: between C and D there is nothing to interpolate.
    fileprivate var isNominal: Bool { self == .key || self == .mode || self == .timeSignature }
}
