internal import Catalog
internal import Features
internal import Recommendation
internal import VectorIndex

/// The tracks that came or changed since a generation was built, with the playlists that tell who listens to them.
struct LiveTracks: Sendable {
    /// The most entries of playlists that training has not seen which are read at a time; newcomers on further ones are
    /// placed by the other playlists that they are on.
    static let entryLimit = 20_000

    /// In ascending order of id.
    private(set) var tracks: [CatalogTrack]
    /// The playlists that each of them is on.
    private(set) var playlists: [TrackID: [PlaylistID]] = [:]
    /// What is on those that training has not seen.
    private(set) var newPlaylists: [PlaylistID: [CatalogTrack]] = [:]

    /// Reads tracks that exist.
    static func read(
        _ ids: [TrackID], _ vectorizer: Vectorizer, from view: any CatalogView
    ) async throws -> LiveTracks {
        var live = LiveTracks(tracks: try await view.tracks(ids))
        // Where nothing was learned from playlists they say nothing about newcomers either.
        guard vectorizer.space.listening != nil else { return live }
        live.playlists = try await view.playlists(holding: live.tracks.map(\.id))
        let unseen = Set(live.playlists.values.joined()).filter { vectorizer.factors.factors(of: $0) == nil }
        var room = entryLimit
        // The newest say most of the newest tracks.
        for id in unseen.sorted(by: >) where room > 0 {
            guard let playlist = try await view.playlists([id]).first else { continue }
            let members = try await view.tracks(Array(playlist.tracks.prefix(room)))
            live.newPlaylists[id] = members
            room -= max(1, members.count)
        }
        return live
    }

    /// A segment in memory that is searched exactly; newcomers are folded in from their playlists.
    func segment(_ vectorizer: Vectorizer) throws -> ServingSegment {
        var vectorizer = vectorizer
        for (playlist, members) in newPlaylists { vectorizer.fold(in: playlist, tracks: members) }
        let vectors = tracks.map { vectorizer.vector(for: $0, playlists: playlists[$0.id] ?? []) }
        let known = vectors.compactMap(\.self)
        var building = try VectorIndexBuilder(VectorIndexParameters(dimension: vectorizer.space.dimension))
        let (ids, values) = (known.map(\.track.rawValue), known.flatMap(\.values))
        try building.add(ids: ids.span, vectors: values.span)
        let index = try building.finish()
        var facts = try SnapshotBuilder(spoolingInto: nil)
        var rows = SpaceRows()
        for (track, vector) in zip(tracks, vectors) {
            try facts.append(track)
            rows.append(
                track.id, coverage: vector?.coverage ?? Coverage(), familiarity: vectorizer.familiarity(of: track))
        }
        var columns = try SpaceColumnsBuilder(spoolingInto: nil)
        try rows.append(to: &columns, placedBy: index)
        return ServingSegment(
            index: index, snapshot: try CatalogSnapshot(facts: facts.columnFile(), space: columns.columnFile()),
            probes: 1, deepProbes: 1)
    }
}
