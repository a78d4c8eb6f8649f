/// Where an import's records go. Implemented by Storage.
public protocol CatalogImporting: Sendable {
    /// Begins an import that becomes visible as a whole or not at all.
    /// - Throws: `CatalogStoreError`.
    func beginImport(of source: ImportSource) async throws -> any CatalogImport
}

/// Where records come from, which decides whose word counts when two sources differ.
public struct ImportSource: Sendable, Hashable {
    /// How much a source's values count against stored ones.
    public enum Authority: String, Sendable {
        /// A table that somebody published: fills what is missing, replaces nothing.
        case table
        /// A service's own answer: replaces what it gives a value for.
        case service
    }

    /// A name for provenance: the file's name or the service's.
    public var name: String
    /// Whether its values replace stored ones.
    public var authority: Authority

    /// Names a source.
    public init(name: String, authority: Authority) {
        self.name = name
        self.authority = authority
    }
}

/// One import under way: records stream in, and either `commit` or `cancel` ends it.
public protocol CatalogImport: Sendable {
    /// Takes records in; may be called any number of times with any number of records.
    func append(_ records: [CatalogRecord]) async throws
    /// Makes everything appended visible at once and announces it; says what changed.
    func commit() async throws -> ImportCounts
    /// Forgets everything appended.
    func cancel() async
}

/// What an import changed in the catalog; all zero when it brought nothing new.
public struct ImportCounts: Sendable, Hashable, Codable {
    /// Tracks that were not there before.
    public var newTracks = 0
    /// Tracks of which something changed: their own facts, credits, ids, features, analyses or playlists.
    public var changedTracks = 0
    /// Artists of which something changed.
    public var changedArtists = 0
    /// Albums of which something changed.
    public var changedAlbums = 0
    /// Playlists whose own description changed.
    public var changedPlaylists = 0
    /// Artists that were not there before.
    public var newArtists = 0
    /// Albums that were not there before.
    public var newAlbums = 0
    /// Playlists that were not there before.
    public var newPlaylists = 0
    /// Playlist entries added.
    public var newEntries = 0
    /// Playlist entries removed.
    public var removedEntries = 0
    /// Audio feature rows added or changed.
    public var features = 0
    /// Analyses added or changed.
    public var analyses = 0
    /// Saved tracks added, or whose time changed.
    public var savedTracks = 0
    /// Records that name a track which the catalog does not have.
    public var unresolved = 0

    /// Nothing changed.
    public init() {}

    /// Whether the catalog is as it was before.
    public var isUnchanged: Bool {
        let additions = newTracks + newArtists + newAlbums + newPlaylists + newEntries + savedTracks
        let changes = changedTracks + changedArtists + changedAlbums + changedPlaylists
        return additions + changes + removedEntries + features + analyses == 0
    }
}

/// A point in the catalog's history: everything before it has been seen.
///
/// Changes are compared by transaction, not by clock, so that one which began earlier and committed later is not lost.
public struct Watermark: Sendable, Hashable, Codable {
    /// Identifies the database that counts: watermarks of different databases cannot be compared.
    public var database: String
    /// The oldest transaction that may not have been seen yet.
    public var position: UInt64

    /// A point in a database's history.
    public init(database: String, position: UInt64) {
        self.database = database
        self.position = position
    }
}

/// What changed in the catalog since a watermark.
public struct CatalogChanges: Sendable, Hashable {
    /// Tracks added or changed, ascending; some may have been seen before.
    public var changed: [TrackID]
    /// Tracks removed, ascending.
    public var removed: [TrackID]
    /// From where to ask next time.
    public var watermark: Watermark

    /// Describes a step in the catalog's history.
    public init(changed: [TrackID], removed: [TrackID], watermark: Watermark) {
        self.changed = changed
        self.removed = removed
        self.watermark = watermark
    }
}

/// A consistent view of the catalog, as of one moment.
public protocol CatalogView: Sendable {
    /// The moment.
    func watermark() async throws -> Watermark
    /// Number of tracks.
    func trackCount() async throws -> Int
    /// The next tracks in order of id, at most `limit`; empty at the end.
    func tracks(after id: TrackID, limit: Int) async throws -> [CatalogTrack]
    /// The given tracks that exist, in order of id.
    func tracks(_ ids: [TrackID]) async throws -> [CatalogTrack]
    /// What changed since a watermark of the same database, about `limit` changed tracks at a time.
    ///
    /// One transaction's tracks are never split, so a large import comes as one step even where it exceeds `limit`.
    /// Ask again with the answer's watermark until nothing unexpected comes; while older transactions are under way,
    /// the same tracks come again.
    /// - Throws: `CatalogStoreError.foreignWatermark`.
    func changes(since watermark: Watermark, limit: Int) async throws -> CatalogChanges
}

/// Reads the catalog. Implemented by Storage.
public protocol CatalogReading: Sendable {
    /// Runs `body` over one consistent view.
    func withView<Result: Sendable>(
        _ body: @Sendable (any CatalogView) async throws -> Result
    ) async throws -> Result
    /// The internal id of a track, or nil.
    func trackID(for id: ExternalID) async throws -> TrackID?
    /// A playlist's tracks in order, each once, or nil where the catalog has no such playlist.
    func playlist(_ id: ExternalID) async throws -> PlaylistContents?
    /// Tracks whose title or artist resembles `query` (all tracks where it is nil), best first.
    func search(_ query: String?, limit: Int, cursor: String?) async throws -> TrackPage
    /// Removes a track for good, announced to running servers; false where there is none.
    func removeTrack(_ id: TrackID) async throws -> Bool
}

/// A playlist with its tracks.
public struct PlaylistContents: Sendable, Hashable {
    /// Internal id.
    public var id: PlaylistID
    /// Title, where known.
    public var name: String?
    /// Distinct tracks in order.
    public var tracks: [TrackID]

    /// Describes a playlist's contents.
    public init(id: PlaylistID, name: String?, tracks: [TrackID]) {
        self.id = id
        self.name = name
        self.tracks = tracks
    }
}

/// One page of a listing.
public struct TrackPage: Sendable, Hashable {
    /// The tracks, in the listing's order.
    public var tracks: [CatalogTrack]
    /// What to pass to get the next page, or nil at the end.
    public var next: String?

    /// A page.
    public init(tracks: [CatalogTrack], next: String?) {
        self.tracks = tracks
        self.next = next
    }
}

/// Why the store did not do as asked.
public enum CatalogStoreError: Error, Sendable, Hashable {
    /// The database cannot be reached; nothing was changed.
    case unavailable(String)
    /// Another import holds the catalog.
    case busy(String)
    /// A cursor that this listing did not give.
    case badCursor
    /// A watermark of another database.
    case foreignWatermark
    /// The database refused or failed; the text is for the log, not for callers.
    case failed(String)
}
