/// A published index generation, as the database remembers it.
public struct GenerationRecord: Sendable, Hashable, Codable {
    /// The generation's name, which is also its folder's.
    public var id: String
    /// The feature space of its vectors.
    public var space: Int64
    /// Number of tracks in it.
    public var tracks: Int
    /// When it was published, in seconds since 1970.
    public var publishedAt: Double
    /// Up to where it has seen the catalog.
    public var watermark: Watermark
    /// The manifest as written beside the index, as JSON text.
    public var manifest: String

    /// Describes a generation.
    public init(id: String, space: Int64, tracks: Int, publishedAt: Double, watermark: Watermark, manifest: String) {
        self.id = id
        self.space = space
        self.tracks = tracks
        self.publishedAt = publishedAt
        self.watermark = watermark
        self.manifest = manifest
    }
}

/// Remembers which generations were published. Implemented by Storage.
public protocol GenerationRegistry: Sendable {
    /// Records a generation, marks it current, and announces it.
    func record(_ generation: GenerationRecord) async throws
    /// Marks a recorded generation current and announces it; false where it is not recorded.
    func activate(_ id: String) async throws -> Bool
    /// Forgets a generation that was pruned.
    func forget(_ id: String) async throws
    /// All recorded generations, newest first, with the id of the current one.
    func generations() async throws -> (all: [GenerationRecord], current: String?)
}

/// What other processes say of the catalog.
public enum CatalogAnnouncement: Sendable, Hashable {
    /// Tracks were added, changed or removed.
    case catalogChanged
    /// A generation became current.
    case generationActivated(String)
    /// Announcements may have been missed: listening begins now, for the first time or after a lost connection.
    case missed
}

/// Hears what other processes say of the catalog. Implemented by Storage.
public protocol CatalogAnnouncing: Sendable {
    /// Announcements from now on, for as long as the stream is read; reconnects by itself.
    func announcements() -> AsyncStream<CatalogAnnouncement>
}
