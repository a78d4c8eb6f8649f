/// A playlist with its tracks.
public struct PlaylistContents: Sendable, Hashable {
    /// Internal id.
    public var id: PlaylistID
    /// External ids, `spotify` first where there is one, then by namespace and value.
    public var externalIDs: [ExternalID]
    /// Title, where known.
    public var name: String?
    /// Distinct tracks in order.
    public var tracks: [TrackID]

    /// Describes a playlist's contents.
    public init(id: PlaylistID, externalIDs: [ExternalID] = [], name: String? = nil, tracks: [TrackID]) {
        self.id = id
        self.externalIDs = externalIDs
        self.name = name
        self.tracks = tracks
    }
}
