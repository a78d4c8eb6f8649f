/// The internal identifier of a track: a positive 64-bit number given by the store, and the identifier that vector
/// indexes use.
public struct TrackID: RawRepresentable, Hashable, Comparable, Sendable, Codable {
    /// The number itself.
    public let rawValue: Int64

    /// Takes the number that the store gave.
    public init(rawValue: Int64) { self.rawValue = rawValue }

    /// Orders by number, which is the order of arrival.
    public static func < (lhs: TrackID, rhs: TrackID) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// The internal identifier of an artist.
public struct ArtistID: RawRepresentable, Hashable, Sendable, Codable {
    /// The number that the store gave.
    public let rawValue: Int64

    /// Takes the number that the store gave.
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// The internal identifier of a playlist.
public struct PlaylistID: RawRepresentable, Hashable, Comparable, Sendable, Codable {
    /// The number that the store gave.
    public let rawValue: Int64

    /// Takes the number that the store gave.
    public init(rawValue: Int64) { self.rawValue = rawValue }

    /// Orders by number, which is the order of arrival.
    public static func < (lhs: PlaylistID, rhs: PlaylistID) -> Bool { lhs.rawValue < rhs.rawValue }
}
