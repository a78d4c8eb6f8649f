public import Foundation

/// How large the catalog was, and how good the index, at one moment: a row for each night tells how they grow.
public struct MetricSnapshot: Sendable, Hashable, Encodable {
    /// What the catalog held.
    public struct Counts: Sendable, Hashable, Encodable {
        /// Tracks.
        public var tracks = 0
        /// Artists.
        public var artists = 0
        /// Albums.
        public var albums = 0
        /// Playlists.
        public var playlists = 0
        /// Entries of playlists.
        public var playlistEntries = 0
        /// Tracks with audio features of any provider.
        public var tracksWithFeatures = 0

        private enum CodingKeys: String, CodingKey {
            case tracks, artists, albums, playlists
            case playlistEntries = "playlist_entries"
            case tracksWithFeatures = "tracks_with_features"
        }

        /// Nothing.
        public init() {}
    }

    /// The generation that served.
    public struct Index: Sendable, Hashable, Encodable {
        /// Its name.
        public var generation: String
        /// Tracks in it.
        public var tracks: Int
        /// Vectors in it.
        public var vectors: Int
        /// Its recall@10 against exact search.
        public var recall: Double
        /// Its recall@1000 against exact search.
        public var deepRecall: Double
        /// Whether the quality gate let it pass; nil where none was asked.
        public var gatePassed: Bool?
        /// What the quality gate measured, in words.
        public var gateSummary: String?

        private enum CodingKeys: String, CodingKey {
            case generation, tracks, vectors, recall
            case deepRecall = "deep_recall"
            case gatePassed = "gate_passed"
            case gateSummary = "gate_summary"
        }

        /// Describes a generation.
        public init(
            generation: String, tracks: Int, vectors: Int, recall: Double, deepRecall: Double, gatePassed: Bool? = nil,
            gateSummary: String? = nil
        ) {
            (self.generation, self.tracks, self.vectors) = (generation, tracks, vectors)
            (self.recall, self.deepRecall) = (recall, deepRecall)
            (self.gatePassed, self.gateSummary) = (gatePassed, gateSummary)
        }
    }

    /// When it was taken, by the database's clock; nil before it is stored.
    public var takenAt: Date?
    /// The job that took it.
    public var job: JobID?
    /// What the catalog held.
    public var catalog: Counts
    /// The generation that served; nil where there was none.
    public var index: Index?

    private enum CodingKeys: String, CodingKey { case catalog, index }

    /// Joins what was found.
    public init(takenAt: Date? = nil, job: JobID? = nil, catalog: Counts = Counts(), index: Index? = nil) {
        (self.takenAt, self.job, self.catalog, self.index) = (takenAt, job, catalog, index)
    }
}

/// Keeps snapshots. Implemented by Storage.
public protocol MetricSnapshotStore: Sendable {
    /// Counts the catalog, stores the snapshot with these counts, and gives it back.
    /// - Throws: `CatalogStoreError`.
    func takeSnapshot(of index: MetricSnapshot.Index?, for job: JobID?) async throws -> MetricSnapshot
    /// The latest snapshots, newest first.
    /// - Throws: `CatalogStoreError`.
    func snapshots(limit: Int) async throws -> [MetricSnapshot]
}
