/// A named part of a vector: features of one kind, scaled to unit length times the square root of the block's weight.
public enum Block: String, CaseIterable, Sendable, Codable {
    /// Track factors from playlist co-membership.
    case listeners
    /// Artist factors and artist identity.
    case artist
    /// Audio features of the track.
    case audio
    /// Mean audio features of the artist's tracks.
    case artistAudio = "artist_audio"
    /// Structure metrics from a full audio analysis.
    case structure
    /// Descriptors computed from the audio itself.
    case sound
    /// Year of release.
    case era
}
