internal import Catalog
internal import SoundDocument

extension SoundDocument {
    /// Seconds in two days, which no file that is analysed lasts.
    private static let longest = 172_800.0
    /// LUFS of anything from silence to 64 channels 60 dB over full scale.
    private static let levels: ClosedRange<Float> = -200...100
    /// Numbers of a fingerprint of the first two minutes, eight a second, and as many again.
    private static let longestPrint = 2_048

    /// Whether the document can be of a recording.
    ///
    /// It comes from a process that read a stranger's file, and may say anything where that has got the better of it: of
    /// other lengths than vectors are made from, out of range, or too large for a whole number.
    var isPlausible: Bool {
        let (sound, form, features) = (descriptors.sound, descriptors.form, features)
        return version == Self.currentVersion && (0...Self.longest).contains(file.duration)
            && sound.count == SoundDescriptors.soundCount && form.count == SoundDescriptors.formCount
            && (sound + form).allSatisfy(\.isFinite) && (fingerprint?.values.count ?? 0) <= Self.longestPrint
            && descriptors.loudness.integrated.map(Self.levels.contains) ?? true
            && AudioFeature.allCases.allSatisfy { feature in
                features[feature].map { feature.range.contains($0) } ?? true
            }
    }
}
