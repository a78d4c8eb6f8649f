public import Catalog
internal import LinearAlgebra

/// An audio feature that nobody can measure, estimated from what a recording sounds like: as far as that can be justified.
///
/// Ridge regression on the standardised numbers of the `sound` block (A. Hoerl and R. Kennard 1970), fitted on the tracks
/// that have both sound and the reference's value. Its error is measured on tracks that it was not fitted on, and where it
/// is not clearly less than that of giving everybody the mean, there is no estimate.
public struct SoundEstimate: Sendable, Hashable, Codable {
    /// What becomes of a feature.
    public enum Verdict: String, Sendable, Codable, CaseIterable {
        /// It is estimated.
        case estimate
        /// It is left missing: sound says too little of it.
        case unjustified
        /// It is left missing: too few tracks have both to tell.
        case tooFew = "too few tracks"
    }

    /// Features that are no property of the sound alone, in the order of `AudioFeature`.
    public static let features: [AudioFeature] = [
        .danceability, .energy, .speechiness, .acousticness, .instrumentalness, .liveness, .valence,
    ]
    /// About three tracks for each number of a sound; with fewer, what is fitted is chance.
    public static let leastTracks = 300
    /// The greatest share that the error may have of that of the mean.
    public static let greatestShare = 0.8
    /// Parts that the tracks are divided into, each estimated from the others.
    private static let folds = 5
    /// What is added to the variances, as a share of them.
    private static let ridge = 0.1

    /// Which feature.
    public let feature: AudioFeature
    /// Tracks that have the sound and the reference's value.
    public let tracks: Int
    /// Mean absolute error of the mean.
    public let errorOfMean: Double
    /// Mean absolute error of the estimate, on tracks that it was not fitted on.
    public let error: Double
    /// What becomes of it.
    public let verdict: Verdict
    /// The value of a sound of zeros, and what each number adds; empty where there is no estimate.
    private let weights: [Double]

    /// The value of a sound, from 0 to 1; nil where there is no estimate, or the sound is of another length.
    public func value(of sound: [Float]) -> Float? {
        guard let value = Self.value(weights, sound), verdict == .estimate, value.isFinite else { return nil }
        return Float(min(1, max(0, value)))
    }

    private static func value(_ weights: [Double], _ sound: [Float]) -> Double? {
        guard let start = weights.first, weights.count == sound.count + 1 else { return nil }
        return zip(weights.dropFirst(), sound).reduce(start) { $0 + $1.0 * Double($1.1) }
    }

    /// Fits every feature; give the samples in the order of the tracks, which decides on the parts alone.
    /// - Throws: `LinearAlgebraError` where the sounds are not finite.
    public static func fit(_ samples: [SoundSample]) throws -> [SoundEstimate] {
        let length = samples.first?.sound.count ?? 0
        let usable = samples.filter { sample in
            sample.sound.count == length && features.allSatisfy { sample.reference[$0] != nil }
        }
        guard usable.count >= leastTracks else {
            return features.map { SoundEstimate($0, tracks: usable.count, errors: nil, .tooFew, []) }
        }
        let parts = (0..<folds).map { part in
            SampleMoments(usable.enumerated().filter { $0.offset % folds == part }.map(\.element), length: length)
        }
        let whole = parts.dropFirst().reduce(parts[0]) { $0.adding($1) }
        let fitted = try whole.weights(ridge: ridge)
        let others = try parts.map { try whole.subtracting($0).weights(ridge: ridge) }
        return features.enumerated().map { place, feature in
            var (error, errorOfMean) = (0.0, 0.0)
            for (number, sample) in usable.enumerated() {
                let part = number % folds
                let truth = Double(sample.reference[feature] ?? 0)
                let estimate = value(others[part][place], sample.sound) ?? 0
                error += abs(min(1, max(0, estimate)) - truth)
                errorOfMean += abs(whole.subtracting(parts[part], mean: place) - truth)
            }
            let isJustified = error <= greatestShare * errorOfMean
            let count = Double(usable.count)
            return SoundEstimate(
                feature, tracks: usable.count, errors: (error / count, errorOfMean / count),
                isJustified ? .estimate : .unjustified, isJustified ? fitted[place] : [])
        }
    }

    private init(
        _ feature: AudioFeature, tracks: Int, errors: (estimate: Double, mean: Double)?, _ verdict: Verdict,
        _ weights: [Double]
    ) {
        (self.feature, self.tracks, self.verdict, self.weights) = (feature, tracks, verdict, weights)
        (error, errorOfMean) = errors ?? (0, 0)
    }
}
