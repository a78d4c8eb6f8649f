public import Catalog

/// What a generation consists of, as its `manifest.json` says.
public struct GenerationManifest: Sendable, Hashable, Codable {
    /// The version of the format that this program writes and reads.
    public static let currentFormat = 4
    /// The manifest's file name.
    public static let fileName = "manifest.json"

    /// A file of the generation.
    public struct File: Sendable, Hashable, Codable {
        /// Name within the generation's directory.
        public var name: String
        /// Length in bytes.
        public var bytes: Int
        /// SHA-256 in lower-case hexadecimal.
        public var sha256: String
    }

    /// The recall that was measured when a number of lists to look into was chosen.
    public struct Recall: Sendable, Hashable, Codable {
        /// Number of queries: single tracks, and centroids of several; their own tracks do not count as found.
        public var queries: Int
        /// Neighbours asked for.
        public var k: Int
        /// The recall that was wanted.
        public var target: Double
        /// The recall that was measured against exact search.
        public var measured: Double
    }

    /// What the publication gate said of the generation.
    public struct Judgement: Sendable, Hashable, Codable {
        /// Whether it let the generation pass; where not, somebody overrode it.
        public var isPassed: Bool
        /// Its reason, with the numbers.
        public var summary: String
    }

    /// The format's version.
    public var format = currentFormat
    /// The generation's name; names sort by time of building.
    public var id: String
    /// When it was built, in ISO 8601.
    public var builtAt: String
    /// How long the build took, in seconds.
    public var buildSeconds: Double
    /// The feature space of the vectors.
    public var space: Int64
    /// Elements of a vector.
    public var dimension: Int
    /// Tracks in the snapshot.
    public var tracks: Int
    /// Vectors in the index; tracks of which nothing is known have none.
    public var vectors: Int
    /// Inverted lists; 1 means exact search.
    public var nlist: Int
    /// Inverted lists that a search for the nearest ten looks into.
    public var nprobe: Int
    /// How good that is.
    public var recall: Recall
    /// Inverted lists that a search for the nearest thousand, which a re-rank chooses from, looks into.
    public var deepProbes: Int
    /// How good that is.
    public var deepRecall: Recall
    /// What the publication gate said; nil where none was asked.
    public var judgement: Judgement?
    /// Up to where the catalog has been seen.
    public var watermark: Watermark
    /// The files.
    public var files: [File]
}

/// Names of a generation's files.
enum GenerationFile {
    /// Vectors, in FAISS's own format.
    static let index = "vectors.faiss"
    /// Facts of the tracks, as a column file.
    static let facts = "catalog.columns"
    /// What the feature space adds to the facts, as a column file.
    static let columns = "space.columns"
    /// What was learned from playlists, as a column file.
    static let factors = "factors.columns"
    /// Artists' mean features, as a column file.
    static let artists = "artists.columns"
    /// One vector an artist, in FAISS's own format.
    static let artistIndex = "artists.faiss"
    /// The feature space, as JSON.
    static let space = "space.json"

    static let all = [index, facts, columns, factors, artists, artistIndex, space]
}
