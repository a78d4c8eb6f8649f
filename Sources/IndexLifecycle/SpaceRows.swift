public import Catalog
public import Features
internal import Recommendation
internal import VectorIndex

/// What a feature space says of each track of a catalog, kept until its vectors have their places: 20 bytes a track.
public struct SpaceRows: Sendable {
    private var tracks: [Int64] = []
    private var coverages: [UInt64] = []
    private var familiarities: [Float] = []

    /// No rows.
    public init() {}

    /// Appends the next track of the facts, in ascending order of id.
    /// - Parameters:
    ///   - coverage: what its vector was made from; empty where it has none.
    ///   - familiarity: how well known it is, 0 to 1.
    public mutating func append(_ track: TrackID, coverage: Coverage, familiarity: Float) {
        precondition(track.rawValue > tracks.last ?? .min, "tracks come in ascending order of id")
        tracks.append(track.rawValue)
        coverages.append(coverage.rawValue)
        familiarities.append(familiarity)
    }

    /// Writes a row for each track, with the place of its vector in an index.
    func append(to columns: inout SpaceColumnsBuilder, placedBy index: VectorIndex) throws {
        var places: [(id: Int64, location: UInt64)] = []
        places.reserveCapacity(index.count)
        try index.forEachLocation { places.append(($0, $1)) }
        var next = 0
        for (row, track) in tracks.enumerated() {
            let location = next < places.count && places[next].id == track ? places[next].location : nil
            next += location == nil ? 0 : 1
            try columns.append(
                location: location, coverage: Coverage(rawValue: coverages[row]), familiarity: familiarities[row])
        }
        guard next == places.count else {
            throw GenerationError(.unverified, "the index has vectors of tracks that the catalog does not have")
        }
    }
}
