/// All that the files of a track say of it, so that what they said before and say no more can leave the catalog.
public struct FiledStatement: Sendable, Hashable {
    /// What tags may leave open, under the names that origins have.
    public enum Field: String, Sendable, CaseIterable {
        /// Who is credited.
        case artists
        /// The album.
        case album = "album_id"
        /// The day, month or year.
        case released
        /// How long it lasts.
        case duration = "duration_ms"
        /// The place on the album's side or disc.
        case trackNumber = "track_number"
        /// The album's disc.
        case discNumber = "disc_number"
        /// Genres.
        case genres
    }

    /// The path of one of the files.
    public var path: String
    /// Whether a title is said.
    public private(set) var hasTitle = false
    /// What else is said.
    public private(set) var fields: Set<Field> = []
    /// The ids by which the tags name the track, besides paths.
    public private(set) var ids: Set<ExternalID> = []
    /// The audio features that were measured; others are not.
    public var features: AudioFeatures

    /// What one file says.
    public init(path: String, record: TrackRecord, features: AudioFeatures) {
        (self.path, self.features) = (path, features)
        add(record)
    }

    /// Adds what another file of the track says.
    public mutating func add(_ record: TrackRecord) {
        hasTitle = hasTitle || record.name != nil
        ids.formUnion(record.ids.filter { $0.namespace != "file" })
        if !record.artists.isEmpty { fields.insert(.artists) }
        if record.album != nil { fields.insert(.album) }
        if record.released != nil { fields.insert(.released) }
        if record.duration != nil { fields.insert(.duration) }
        if record.trackNumber != nil { fields.insert(.trackNumber) }
        if record.discNumber != nil { fields.insert(.discNumber) }
        if !record.genres.isEmpty { fields.insert(.genres) }
    }
}
