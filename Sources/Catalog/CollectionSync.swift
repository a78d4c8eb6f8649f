public import Foundation

/// How far a collection at an outside service, such as a playlist, has been taken over.
public struct CollectionSync: Sendable, Hashable {
    /// Where a sync that was interrupted goes on.
    public struct Checkpoint: Sendable, Hashable {
        /// The collection's version while it was read; another version means to begin anew.
        public var version: String
        /// How many of its elements are in the catalog.
        public var offset: Int
        /// How many elements the service listed when it said that there are no more, although it counts more; nil where it
        /// has not said so. Told so once more, that is how the list is.
        public var end: Int?
        /// From which element on something that was read is missing all the same; nil where nothing is.
        public var gap: Int?

        /// Marks a place.
        public init(version: String, offset: Int, end: Int? = nil, gap: Int? = nil) {
            (self.version, self.offset, self.end, self.gap) = (version, offset, end, gap)
        }
    }

    /// The version that was last taken over completely; nil where none was, or where the catalog has lost it since.
    public var version: String?
    /// When that was.
    public var completedAt: Date?
    /// Where to go on; nil where nothing was interrupted.
    public var checkpoint: Checkpoint?
    /// Before when the service is not to be asked again.
    public var resumeAt: Date?

    /// Nothing is known of the collection yet, unless told otherwise.
    public init(
        version: String? = nil, completedAt: Date? = nil, checkpoint: Checkpoint? = nil, resumeAt: Date? = nil
    ) {
        (self.version, self.completedAt) = (version, completedAt)
        (self.checkpoint, self.resumeAt) = (checkpoint, resumeAt)
    }
}

/// Remembers how far collections are, across restarts. Implemented by Storage.
public protocol CollectionSyncStore: Sendable {
    /// What is known of collections of a service, by collection; those of which nothing is known are absent.
    ///
    /// A playlist goes by `playlist:ID`.
    func syncs(of collections: [String], at service: String) async throws -> [String: CollectionSync]
    /// Keeps how far a collection is.
    func save(_ sync: CollectionSync, of collection: String, at service: String) async throws
    /// Removes the entries at given places of a playlist: where the service has something that is no track.
    ///
    /// - Returns: how many entries were there.
    func vacate(_ positions: [Int], of playlist: ExternalID, source: String) async throws -> Int
}
