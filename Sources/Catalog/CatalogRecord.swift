/// One fact that an import brings: the common language between readers of formats and the store.
///
/// Records may come in any order; entities are recognised by external id, artists and albums without one by name.
public enum CatalogRecord: Sendable, Hashable {
    /// A track with its artists and album.
    case track(TrackRecord)
    /// A playlist's own description.
    case playlist(PlaylistRecord)
    /// A track's place in a playlist.
    case playlistEntry(PlaylistEntryRecord)
    /// Audio features of a track.
    case features(FeaturesRecord)
    /// What a full audio analysis says about a track's structure.
    case analysis(AnalysisRecord)
    /// A track in the listener's own library.
    case savedTrack(SavedTrackRecord)
    /// An artist on its own.
    case artist(ArtistRecord)
    /// An album on its own.
    case album(AlbumRecord)
    /// A track that is named by what is known of it, and to be found in the catalog.
    case mention(MentionRecord)
    /// A track that somebody heard, or skipped.
    case play(PlayRecord)
}

/// An artist as a track or an album credits it.
public struct ArtistRecord: Sendable, Hashable {
    /// The credited name; never empty.
    public var name: String
    /// The artist's own external id, where the source gives one.
    public var id: ExternalID?
    /// Genres, lower case, in the source's order.
    public var genres: [String]
    /// 0 to 100, where known.
    public var popularity: Int?

    /// Describes an artist.
    public init(name: String, id: ExternalID? = nil, genres: [String] = [], popularity: Int? = nil) {
        self.name = name
        self.id = id
        self.genres = genres
        self.popularity = popularity
    }
}

/// A release as a track names it.
public struct AlbumRecord: Sendable, Hashable {
    /// Title, where known.
    public var name: String?
    /// The album's own external id, where the source gives one.
    public var id: ExternalID?
    /// Date of release, where known.
    public var released: ReleaseDate?
    /// Credited artists; empty where unknown.
    public var artists: [ArtistRecord]
    /// `album`, `single` or `compilation`, where known.
    public var kind: String?
    /// Number of tracks, where known.
    public var totalTracks: Int?

    /// Describes an album.
    public init(
        name: String? = nil, id: ExternalID? = nil, released: ReleaseDate? = nil, artists: [ArtistRecord] = [],
        kind: String? = nil, totalTracks: Int? = nil
    ) {
        self.name = name
        self.id = id
        self.released = released
        self.artists = artists
        self.kind = kind
        self.totalTracks = totalTracks
    }
}

/// A track with what its source says about it.
public struct TrackRecord: Sendable, Hashable {
    /// At least one; the first is the one that other records of the same source refer to.
    public var ids: [ExternalID]
    /// Title, where known.
    public var name: String?
    /// Credited artists in order; empty where unknown.
    public var artists: [ArtistRecord]
    /// The release that this track is on, where known.
    public var album: AlbumRecord?
    /// Date of release where the source gives it to the track and not to an album.
    public var released: ReleaseDate?
    /// Length in milliseconds, where known.
    public var duration: Int?
    /// 0 to 100, where known.
    public var popularity: Int?
    /// Explicit lyrics, where known.
    public var explicit: Bool?
    /// Number on the disc and of the disc, where known.
    public var trackNumber: Int?
    /// Number of the disc, where known.
    public var discNumber: Int?
    /// Genres, lower case, in the source's order.
    public var genres: [String]

    /// Describes a track.
    public init(
        ids: [ExternalID], name: String? = nil, artists: [ArtistRecord] = [], album: AlbumRecord? = nil,
        released: ReleaseDate? = nil, duration: Int? = nil, popularity: Int? = nil, explicit: Bool? = nil,
        trackNumber: Int? = nil, discNumber: Int? = nil, genres: [String] = []
    ) {
        precondition(!ids.isEmpty, "a track record needs an external id")
        self.ids = ids
        self.name = name
        self.artists = artists
        self.album = album
        self.released = released
        self.duration = duration
        self.popularity = popularity
        self.explicit = explicit
        self.trackNumber = trackNumber
        self.discNumber = discNumber
        self.genres = genres
    }
}

/// A playlist's own description.
public struct PlaylistRecord: Sendable, Hashable {
    /// The playlist's external id.
    public var id: ExternalID
    /// Title, where known.
    public var name: String?
    /// Free text, where known.
    public var summary: String?
    /// The version that the service gave it (`snapshot_id`), where known.
    public var snapshot: String?
    /// Name or id of the owner, where known.
    public var owner: String?
    /// The number of entries that the playlist has altogether; where given, stored entries at and past it are removed.
    public var total: Int?

    /// Describes a playlist.
    public init(
        id: ExternalID, name: String? = nil, summary: String? = nil, snapshot: String? = nil, owner: String? = nil,
        total: Int? = nil
    ) {
        self.id = id
        self.name = name
        self.summary = summary
        self.snapshot = snapshot
        self.owner = owner
        self.total = total
    }
}

/// A track's place in a playlist.
public struct PlaylistEntryRecord: Sendable, Hashable {
    /// Of which playlist.
    public var playlist: ExternalID
    /// Which track.
    public var track: ExternalID
    /// Zero-based place; nil appends the track unless the playlist has it already (membership tables).
    public var position: Int?
    /// When it was added, in seconds since 1970, where known.
    public var addedAt: Double?

    /// Places a track.
    public init(playlist: ExternalID, track: ExternalID, position: Int? = nil, addedAt: Double? = nil) {
        self.playlist = playlist
        self.track = track
        self.position = position
        self.addedAt = addedAt
    }
}

/// Audio features of one track by one provider.
public struct FeaturesRecord: Sendable, Hashable {
    /// Which track.
    public var track: ExternalID
    /// Whose values these are (`spotify`, `reccobeats`, `analyze`, …): values of two providers are never mixed unchecked.
    public var provider: String
    /// The values.
    public var features: AudioFeatures

    /// Attributes values to a track and provider.
    public init(track: ExternalID, provider: String, features: AudioFeatures) {
        self.track = track
        self.provider = provider
        self.features = features
    }
}

/// Structure metrics of one track, computed from a full audio analysis.
public struct AnalysisRecord: Sendable, Hashable {
    /// Which track; nil where the document does not say, in which case the file's name or an option must.
    public var track: ExternalID?
    /// Who analysed it.
    public var provider: String
    /// The metrics.
    public var metrics: StructureMetrics

    /// Attributes metrics to a track and provider.
    public init(track: ExternalID?, provider: String, metrics: StructureMetrics) {
        self.track = track
        self.provider = provider
        self.metrics = metrics
    }
}

/// A track in the listener's own library.
public struct SavedTrackRecord: Sendable, Hashable {
    /// Which track.
    public var track: ExternalID
    /// When it was saved, in seconds since 1970, where known.
    public var savedAt: Double?

    /// Marks a track as saved.
    public init(track: ExternalID, savedAt: Double? = nil) {
        self.track = track
        self.savedAt = savedAt
    }
}
