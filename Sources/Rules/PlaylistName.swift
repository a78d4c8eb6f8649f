public import Catalog

/// A name of a playlist: its internal number under the namespace `segue`, or what somebody else calls it.
public struct PlaylistName: Hashable, Sendable, CustomStringConvertible {
    /// The name.
    public let id: ExternalID

    /// Names a playlist.
    public init(_ id: ExternalID) { self.id = id }

    /// Names a playlist by its internal number.
    public init(_ id: PlaylistID) { self.id = ExternalID(namespace: Self.ownNamespace, value: String(id.rawValue)) }

    /// Reads a link, a URI, a Spotify id or `namespace:playlist:value`.
    /// - Throws: `ReferenceError` with the mend.
    public init(parsing text: String) throws(ReferenceError) {
        let reference = try EntityReference(parsing: text, bareAs: .playlist)
        guard reference.kind == .playlist else {
            throw ReferenceError("names a \(reference.kind.rawValue); give a playlist, as in segue:playlist:12")
        }
        self.init(reference.id)
    }

    /// The namespace of Segue's own playlists: by internal number, or by a name that a rule set gave.
    public static let ownNamespace = "segue"

    /// The internal number, where it is one.
    public var number: Int64? { id.namespace == Self.ownNamespace ? Int64(id.value) : nil }

    /// A form that `init(parsing:)` reads back.
    public var description: String { "\(EntityReference(kind: .playlist, id: id))" }
}
