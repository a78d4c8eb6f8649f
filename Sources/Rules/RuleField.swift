public import Catalog

/// A fact about a track that a rule can ask for.
///
/// What a generation of the index carries is asked of its columns; the other facts change without a rebuild, and are
/// asked of the database.
public enum RuleField: Hashable, Sendable {
    /// A number that generations carry: an audio feature, calibrated, or one of the catalog's own figures.
    case number(NumberField)
    /// One text or several that generations carry; a condition holds for several when it holds for one of them.
    case text(TextField)
    /// Whether the lyrics are explicit.
    case explicit
    /// Any other fact of the catalog.
    case stored(StoredField)
    /// An audio feature as one provider gives it.
    case feature(AudioFeature, provider: String)
    /// What sources say beyond the catalog's own columns.
    case enrichment(EnrichmentField)
    /// The playlists that the track is on.
    case playlist

    /// Finds a field by its name in requests: an audio feature's name, one of the catalog's facts, `playlist`, or
    /// `enrichment.` and the name of a category.
    public init?(name: String) {
        if name == "duration" {
            self = .number(.feature(.duration))
        } else if let feature = AudioFeature(name: name) {
            self = .number(.feature(feature))
        } else if let figure = NumberField.figures[name] {
            self = .number(figure)
        } else if let text = TextField(rawValue: name) {
            self = .text(text)
        } else if let stored = StoredField(rawValue: name) {
            self = .stored(stored)
        } else if name == "explicit" {
            self = .explicit
        } else if name == "playlist" {
            self = .playlist
        } else if let category = Self.category(in: name) {
            self = .enrichment(EnrichmentField(category: category))
        } else {
            return nil
        }
    }

    /// What the names of enrichment fields begin with.
    public static let enrichmentPrefix = "enrichment."

    private static func category(in name: String) -> String? {
        guard name.hasPrefix(enrichmentPrefix), (1...128).contains(name.utf8.count - enrichmentPrefix.utf8.count) else {
            return nil
        }
        return String(name.dropFirst(enrichmentPrefix.count))
    }

    /// All fixed names that `init(name:)` knows, in the order in which people would look for them.
    public static let names: [String] =
        TextField.allCases.map(\.rawValue) + NumberField.figures.keys.sorted() + ["explicit", "duration"]
        + StoredField.allCases.map(\.rawValue) + ["playlist"] + AudioFeature.allCases.map(\.name)

    /// The name in requests.
    public var name: String {
        switch self {
        case .number(let field): field.name
        case .text(let field): field.rawValue
        case .explicit: "explicit"
        case .stored(let field): field.rawValue
        case .feature(let feature, _): feature.name
        case .enrichment(let field): Self.enrichmentPrefix + field.category
        case .playlist: "playlist"
        }
    }

    /// What its values are.
    public var kind: RuleValueKind {
        switch self {
        case .number, .feature: .number
        case .text: .text
        case .explicit: .flag
        case .stored(let field): field.kind
        case .enrichment: .anything
        case .playlist: .playlist
        }
    }

    /// Whether a generation of the index carries it.
    public var isInColumns: Bool {
        switch self {
        case .number, .text, .explicit: true
        case .stored, .feature, .enrichment, .playlist: false
        }
    }
}

/// What the values of a field are, which decides what they can be compared with.
public enum RuleValueKind: String, Hashable, Sendable, CaseIterable {
    /// Numbers.
    case number
    /// Texts, without regard to case and accents.
    case text
    /// True or false.
    case flag
    /// Moments; a date known only to the year or month counts as its first day, UTC.
    case date
    /// Playlists by reference.
    case playlist
    /// Whatever a source says: the operand decides.
    case anything
}

/// A field whose value is a number that generations carry.
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

    /// The name in requests.
    public var name: String {
        switch self {
        case .feature(let feature): feature.name
        case .year: "year"
        case .popularity: "popularity"
        case .playlistCount: "playlist_count"
        }
    }
}

/// A field whose value is text that generations carry, compared without regard to case and accents.
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

/// A category of what sources say, by whom and how surely.
public struct EnrichmentField: Hashable, Sendable {
    /// The name of the category.
    public var category: String
    /// Only what this source says; nil for all sources.
    public var source: String?
    /// Only what is said at least so surely, 0 to 1; a source that does not say how sure it is does not count then.
    public var leastConfidence: Double?

    /// Asks for a category.
    public init(category: String, source: String? = nil, leastConfidence: Double? = nil) {
        (self.category, self.source, self.leastConfidence) = (category, source, leastConfidence)
    }
}
