/// An artist's identity within the catalog.
public struct CreditedArtist: Sendable, Hashable {
    /// Internal id.
    public var id: ArtistID
    /// Name as credited.
    public var name: String
    /// The external id under which callers know the artist, Spotify's where there is one; nil where nobody gave one.
    public var publicID: ExternalID?

    /// Names an artist of the catalog.
    public init(id: ArtistID, name: String, publicID: ExternalID? = nil) {
        self.id = id
        self.name = name
        self.publicID = publicID
    }
}

/// What the catalog knows of a track: all that a vector, an answer and a rule are made from.
public struct CatalogTrack: Sendable, Hashable {
    /// Internal id.
    public var id: TrackID
    /// External ids, `spotify` first where there is one, then by namespace and value.
    public var externalIDs: [ExternalID]
    /// Title, where known.
    public var name: String?
    /// Credited artists in order; empty where unknown.
    public var artists: [CreditedArtist]
    /// Title of the album, where known.
    public var album: String?
    /// Year of release, where known.
    public var year: Int?
    /// Length in milliseconds, where known.
    public var duration: Int?
    /// 0 to 100, where known.
    public var popularity: Int?
    /// Explicit lyrics, where known.
    public var explicit: Bool?
    /// Genres, lower case.
    public var genres: [String]
    /// Audio features of the preferred provider.
    public var features: AudioFeatures
    /// Structure metrics, where an analysis exists.
    public var structure: StructureMetrics?
    /// Numbers that describe how the recording sounds, where it was analysed here.
    public var sound: [Float]?
    /// Numbers that describe how it unfolds, likewise.
    public var form: [Float]?
    /// In how many playlists of the catalog it is.
    public var playlistCount: Int

    /// Describes a track of the catalog.
    public init(
        id: TrackID, externalIDs: [ExternalID], name: String? = nil, artists: [CreditedArtist] = [],
        album: String? = nil,
        year: Int? = nil, duration: Int? = nil, popularity: Int? = nil, explicit: Bool? = nil, genres: [String] = [],
        features: AudioFeatures = AudioFeatures(), structure: StructureMetrics? = nil, playlistCount: Int = 0
    ) {
        self.id = id
        self.externalIDs = externalIDs
        self.name = name
        self.artists = artists
        self.album = album
        self.year = year
        self.duration = duration
        self.popularity = popularity
        self.explicit = explicit
        self.genres = genres
        self.features = features
        self.structure = structure
        self.playlistCount = playlistCount
    }

    /// The key under which duplicates of this recording are recognised, or nil where title or artist are unknown.
    public var recordingKey: String? { RecordingKey.make(artist: artists.first?.name, title: name) }

}
