/// A fact of the catalog that generations do not carry: the database knows it as of now.
public enum StoredField: String, CaseIterable, Hashable, Sendable {
    /// When the track came out.
    case released
    /// Its place on its disc.
    case trackNumber = "track_number"
    /// The disc of the album.
    case discNumber = "disc_number"
    /// How many artists are credited; 0 where none is known.
    case artistCount = "artist_count"
    /// Any genre of any credited artist.
    case artistGenre = "artist_genre"
    /// How popular the artist credited first is, 0 to 100.
    case artistPopularity = "artist_popularity"
    /// The artist of the album.
    case albumArtist = "album_artist"
    /// What the album is: album, single, compilation, as its source says.
    case albumType = "album_type"
    /// How many tracks the album has.
    case albumTracks = "album_tracks"
    /// How often it was heard.
    case playCount = "play_count"
    /// How often it was skipped.
    case skipCount = "skip_count"
    /// How often it was liked.
    case likeCount = "like_count"
    /// How often this service gave it out.
    case servedCount = "served_count"
    /// Skips among plays and skips, 0 to 1; missing where there are none of either.
    case skipRate = "skip_rate"
    /// When it was first heard.
    case firstPlayed = "first_played"
    /// When it was last heard.
    case lastPlayed = "last_played"
    /// When it was last skipped.
    case lastSkipped = "last_skipped"
    /// When it was last liked.
    case lastLiked = "last_liked"
    /// When this service last gave it out.
    case lastServed = "last_served"
    /// Whether it is in the library.
    case saved
    /// When it was put into the library.
    case savedAt = "saved_at"

    /// What its values are.
    public var kind: RuleValueKind {
        switch self {
        case .artistGenre, .albumArtist, .albumType: .text
        case .saved: .flag
        case .released, .firstPlayed, .lastPlayed, .lastSkipped, .lastLiked, .lastServed, .savedAt: .date
        default: .number
        }
    }

    /// Whether a missing date says that it never happened, rather than that nobody knows when.
    public var absenceMeansNever: Bool { kind == .date && self != .released }

    /// Whether it tells what somebody did, rather than what a track is.
    public var isListening: Bool {
        switch self {
        case .playCount, .skipCount, .likeCount, .servedCount, .skipRate, .firstPlayed, .lastPlayed, .lastSkipped,
            .lastLiked, .lastServed, .saved, .savedAt:
            true
        default: false
        }
    }
}

extension RuleField {
    /// Whether it tells what somebody did, rather than what a track is.
    public var isListening: Bool { if case .stored(let field) = self { field.isListening } else { false } }
}
