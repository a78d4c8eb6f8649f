/// What a run over a folder did.
public struct FolderReport: Sendable, Hashable, Codable {
    /// A file that could not be analysed.
    public struct Failure: Sendable, Hashable, Codable {
        /// The path.
        public var path: String
        /// A short stable name of the reason.
        public var code: String
        /// One sentence.
        public var message: String
    }

    /// Files of sound that the folder holds.
    public var files = 0
    /// Files that were as they had been.
    public var unchanged = 0
    /// Files that were analysed.
    public var analyzed = 0
    /// Files whose content was known under another name that is gone.
    public var moved = 0
    /// Files that hold a recording that another file holds as well.
    public var duplicates = 0
    /// Files that are gone.
    public var gone = 0
    /// Tracks that left the catalog with them.
    public var removedTracks = 0
    /// Files that could not be analysed, in order of path.
    public var failures: [Failure] = []
    /// Seconds of sound that were analysed.
    public var sound = 0.0
    /// Seconds that it took.
    public var seconds = 0.0
    /// Whether it was ended before all was done; the next run goes on from there.
    public var isInterrupted = false

    /// Nothing done yet.
    public init() {}
}
