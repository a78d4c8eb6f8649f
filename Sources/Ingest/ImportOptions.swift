public import Catalog

/// What an import accepts, and how much of it.
public struct ImportOptions: Sendable {
    /// How many bad or skipped rows are reported one by one; the rest are only counted.
    public var maximumProblems = 100
    /// The largest JSON document, in bytes; of an array or of JSON lines, the largest element.
    public var maximumDocumentBytes = 64 << 20
    /// How deep JSON may nest.
    public var maximumNesting = 64
    /// The most bytes that a gzip file may unpack to.
    public var maximumUnpackedBytes = 16 << 30
    /// The longest row of a table, in bytes.
    public var maximumRowBytes = 1 << 20
    /// The share of bad rows above which a file is refused; it always is when not one row is good.
    public var maximumBadShare = 0.5
    /// How many rows a file must have before `maximumBadShare` counts.
    public var minimumRowsForShare = 20
    /// Whose audio features a table holds: values of two providers are never mixed unchecked.
    public var tableProvider = "spotify"
    /// The track that an audio analysis is about, where neither the document nor the file's name says so.
    public var track: ExternalID?
    /// How far, in milliseconds, the length of a track that is only mentioned may be from that of the one it is taken for.
    public var durationTolerance = 5_000
    /// How many mentioned tracks that the catalog lacks are listed; the rest are counted.
    public var maximumUnmatched = 1_000
    /// Rows that go to the store at once.
    public var batchRows = 2_048

    /// The defaults.
    public init() {}
}
