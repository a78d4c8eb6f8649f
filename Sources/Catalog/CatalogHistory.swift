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
