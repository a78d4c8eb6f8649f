public import Catalog

/// The identifier of a stored feature space.
public struct FeatureSpaceID: RawRepresentable, Hashable, Sendable, Codable {
    /// The number that the store gave.
    public let rawValue: Int64

    /// Takes the number that the store gave.
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A track's vector in some feature space.
public struct TrackVector: Sendable, Hashable {
    /// Whose vector.
    public var track: TrackID
    /// Unit length; as many elements as the space has dimensions.
    public var values: [Float]
    /// What the vector was made from.
    public var coverage: Coverage

    /// Pairs a track with its vector.
    public init(track: TrackID, values: [Float], coverage: Coverage) {
        self.track = track
        self.values = values
        self.coverage = coverage
    }
}

/// Keeps feature spaces and vectors, so that an index can be rebuilt from the database alone. Implemented by Storage.
public protocol FeatureStore: Sendable {
    /// Stores a fitted space and gives it an identifier.
    func save(_ space: FeatureSpace) async throws -> FeatureSpaceID
    /// A stored space, or nil.
    func space(_ id: FeatureSpaceID) async throws -> FeatureSpace?
    /// The space stored last, or nil.
    func latestSpace() async throws -> (id: FeatureSpaceID, space: FeatureSpace)?
    /// Stores vectors of a space, replacing earlier ones of the same tracks.
    func store(_ vectors: [TrackVector], in space: FeatureSpaceID) async throws
    /// The next vectors of a space in order of track id, at most `limit`; empty at the end.
    func vectors(in space: FeatureSpaceID, after id: TrackID, limit: Int) async throws -> [TrackVector]
    /// Number of vectors of a space.
    func vectorCount(in space: FeatureSpaceID) async throws -> Int
    /// Removes spaces other than the given ones, with their vectors.
    func removeSpaces(except kept: [FeatureSpaceID]) async throws
}
