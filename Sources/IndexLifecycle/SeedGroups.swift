internal import Catalog
internal import Features

/// A few tracks of each of some playlists: what people give as seeds together, and so what recall is measured with
/// beside single tracks.
///
/// Playlists and tracks are chosen by hashes of their ids, so that they are the same in every build of a catalog.
struct SeedGroups: Sendable {
    /// Seeds of one query.
    static let size = 5

    private var chosen: [(rank: UInt64, tracks: [TrackID])] = []
    private let limit: Int
    private var vectors: [TrackID: [Float]] = [:]

    /// Keeps at most `limit` groups.
    init(limit: Int) { self.limit = limit }

    /// Groups that somebody else chose.
    init(_ groups: [[TrackID]]) {
        limit = groups.count
        chosen = groups.map { (0, $0) }
        expect(groups.joined())
    }

    /// Considers a playlist.
    mutating func add(_ playlist: PlaylistContents) {
        let rank = SplitMix64.mixed(UInt64(bitPattern: playlist.id.rawValue))
        guard limit > 0, playlist.tracks.count > 1, chosen.count < limit || rank < chosen[limit - 1].rank else {
            return
        }
        let tracks = playlist.tracks.sorted { Self.rank($0) < Self.rank($1) }.prefix(Self.size)
        chosen.insert((rank, Array(tracks)), at: chosen.firstIndex { $0.rank > rank } ?? chosen.count)
        if chosen.count > limit { chosen.removeLast() }
    }

    /// Ends the choice: from now on vectors are taken in.
    mutating func close() { expect(chosen.lazy.flatMap(\.tracks)) }

    /// Keeps the vectors of tracks that are in a group.
    mutating func add(_ found: some Sequence<TrackVector>) {
        for vector in found where vectors[vector.track] != nil { vectors[vector.track] = vector.values }
    }

    /// The groups' vectors; a track without one is left out.
    var seeds: [[(id: Int64, vector: [Float])]] {
        chosen.map { group in
            group.tracks.compactMap { track in
                guard let vector = vectors[track], !vector.isEmpty else { return nil }
                return (track.rawValue, vector)
            }
        }
    }

    private static func rank(_ track: TrackID) -> UInt64 { SplitMix64.mixed(UInt64(bitPattern: track.rawValue)) }

    private mutating func expect(_ tracks: some Sequence<TrackID>) {
        for track in tracks { vectors[track] = [] }
    }
}
