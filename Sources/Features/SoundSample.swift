public import Catalog

/// What a track sounds like beside what a reference says of it.
public struct SoundSample: Sendable, Hashable {
    /// The numbers that the `sound` block is made from.
    public var sound: [Float]
    /// The reference's values.
    public var reference: AudioFeatures

    /// Pairs a track's sound with a reference's values.
    public init(sound: [Float], reference: AudioFeatures) { (self.sound, self.reference) = (sound, reference) }
}
