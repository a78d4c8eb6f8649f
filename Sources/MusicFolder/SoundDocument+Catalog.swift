internal import Catalog
internal import Foundation
internal import SoundDocument

extension SoundDocument {
    /// Below this a tempo is as good as a guess: noise and speech stay under 0.1, music with a beat is above 0.2.
    private static let leastTempoConfidence: Float = 0.15
    /// Below this two keys are about as likely.
    private static let leastKeyConfidence: Float = 0.02

    /// What is measured under the names that Spotify gave; what can only be guessed from sound is left missing.
    var features: AudioFeatures {
        var features = AudioFeatures()
        features[.duration] = Float((file.duration * 1_000).rounded())
        // Samples far over full scale are no level that anything is played at.
        features[.loudness] = descriptors.loudness.integrated.map { max(-60, $0) }
            .flatMap { AudioFeature.loudness.range.contains($0) ? $0 : nil }
        if let tempo = descriptors.rhythm.tempo, tempo.confidence >= Self.leastTempoConfidence {
            features[.tempo] = tempo.bpm
        }
        if let key = descriptors.tonality.key, key.confidence >= Self.leastKeyConfidence {
            features[.key] = Float(key.pitchClass)
            features[.mode] = Float(key.mode)
        }
        return features
    }

    /// The descriptors as they are kept.
    /// - Throws: `EncodingError`.
    func soundRecord() throws -> SoundRecord {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return SoundRecord(
            version: version, descriptors: String(decoding: try encoder.encode(descriptors), as: UTF8.self),
            sound: descriptors.sound, form: descriptors.form)
    }
}
