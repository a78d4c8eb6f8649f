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
    /// How far, in milliseconds, a mentioned track's length may be from that of the track it is taken for.
    public var durationTolerance: Int
    /// How many mentions without a track are listed; the rest are counted.
    public var maximumUnmatched: Int

    /// Names a source.
    public init(name: String, authority: Authority, durationTolerance: Int = 5_000, maximumUnmatched: Int = 1_000) {
        self.name = name
        self.authority = authority
        self.durationTolerance = durationTolerance
        self.maximumUnmatched = maximumUnmatched
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
    /// Plays added.
    public var newPlays = 0
    /// Records that name a track which the catalog does not have.
    public var unresolved = 0
    /// How mentioned tracks were found.
    public var matching = ImportMatching()

    /// Nothing changed.
    public init() {}

    /// Whether the catalog is as it was before.
    public var isUnchanged: Bool {
        let additions = newTracks + newArtists + newAlbums + newPlaylists + newEntries + savedTracks + newPlays
        let changes = changedTracks + changedArtists + changedAlbums + changedPlaylists
        return additions + changes + removedEntries + features + analyses == 0
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
