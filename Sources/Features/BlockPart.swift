/// A stretch of a vector that is made in one way; a block is one part, or several that mean the same to a listener.
public enum BlockPart: String, CaseIterable, Sendable, Codable {
    /// The track's factors from playlists.
    case trackFactors = "track_factors"
    /// The first artist's factors from playlists.
    case artistFactors = "artist_factors"
    /// Audio features of the track.
    case audio
    /// Mean audio features of the first artist's tracks.
    case artistAudio = "artist_audio"
    /// Year of release.
    case era
    /// Signs that only tracks of the same artist share.
    case artistIdentity = "artist_identity"
    /// Timbre statistics from a full audio analysis.
    case structure
    /// Descriptors of the sound itself.
    case sound
    /// How a recording unfolds, by its own sections.
    case form

    /// The block that explanations and requests know it by.
    public var block: Block {
        switch self {
        case .trackFactors: .listeners
        case .artistFactors, .artistIdentity: .artist
        case .audio: .audio
        case .artistAudio: .artistAudio
        case .era: .era
        case .structure, .form: .structure
        case .sound: .sound
        }
    }
}
