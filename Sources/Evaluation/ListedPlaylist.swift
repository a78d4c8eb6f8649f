public import Catalog

/// A playlist as evaluation sees it: a name that stays, and what is on it.
public struct ListedPlaylist: Sendable, Hashable {
    /// Internal id, which training is told.
    public var id: PlaylistID
    /// All names that others gave it.
    public var externalIDs: [ExternalID]
    /// The tracks in order.
    public var tracks: [TrackID]
    /// The distinct items, ascending.
    public var items: [ItemTable.Item]

    /// Describes a playlist.
    public init(id: PlaylistID, externalIDs: [ExternalID], tracks: [TrackID], items: [ItemTable.Item]) {
        self.id = id
        self.externalIDs = externalIDs
        self.tracks = tracks
        self.items = items
    }

    /// The name under which it is drawn, grouped and reported: its smallest external id, so that another import of the
    /// same playlists gives the same queries; without one, its internal id.
    public var key: String { externalIDs.map(\.description).min() ?? "segue:\(id.rawValue)" }
}

/// Hashes that stay the same from run to run and from machine to machine.
enum StableHash {
    /// A well-mixed hash of a text.
    static func of(_ text: String) -> UInt64 { SplitMix64.mixed(RecordingKey.hash(text)) }
}
