public import Catalog

/// A fact about a track that a rule can ask for.
public enum RuleField: Hashable, Sendable {
    /// A number: an audio feature, or one of the catalog's own figures.
    case number(NumberField)
    /// One text or several; a condition holds for several when it holds for one of them.
    case text(TextField)
    /// Whether the lyrics are explicit.
    case explicit

    /// Finds a field by its name in requests: an audio feature's name, or `year`, `popularity`, `playlist_count`,
    /// `name`, `artist`, `album`, `genre`, `explicit`.
    public init?(name: String) {
        if let feature = AudioFeature(name: name) {
            self = .number(.feature(feature))
        } else if let figure = NumberField.figures[name] {
            self = .number(figure)
        } else if let text = TextField(rawValue: name) {
            self = .text(text)
        } else if name == "explicit" {
            self = .explicit
        } else {
            return nil
        }
    }

    /// All names that `init(name:)` knows, in the order in which people would look for them.
    public static let names: [String] =
        TextField.allCases.map(\.rawValue) + NumberField.figures.keys.sorted() + ["explicit"]
        + AudioFeature.allCases.map(\.name)
}

/// A field whose value is a number.
public enum NumberField: Hashable, Sendable {
    /// An audio feature, in its own unit.
    case feature(AudioFeature)
    /// Year of release.
    case year
    /// 0 to 100.
    case popularity
    /// In how many playlists of the catalog the track is.
    case playlistCount

    static let figures: [String: NumberField] = [
        "year": .year, "popularity": .popularity, "playlist_count": .playlistCount,
    ]
}

/// A field whose value is text, compared without regard to case and accents.
public enum TextField: String, CaseIterable, Hashable, Sendable {
    /// Title of the track.
    case name
    /// Any credited artist.
    case artist
    /// Title of the album.
    case album
    /// Any genre.
    case genre
}
