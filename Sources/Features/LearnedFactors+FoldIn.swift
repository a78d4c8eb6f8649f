public import Catalog
internal import LinearAlgebra

/// A playlist's factors, as training learned them or as fold-in solved them.
public struct PlaylistFactors: Sendable, Hashable {
    let tracks: [Float]
    let artists: [Float]
    let trackConfidence: Float
    let artistConfidence: Float
}

extension LearnedFactors {
    /// The factors of a playlist that training learned from, or nil.
    public func factors(of playlist: PlaylistID) -> PlaylistFactors? {
        columns.playlists.sortedIndex(of: playlist.rawValue).map { row in
            PlaylistFactors(
                tracks: Array(tracksOfPlaylists.matrix[row]), artists: Array(artistsOfPlaylists.matrix[row]),
                trackConfidence: columns.trackConfidence[row], artistConfidence: columns.artistConfidence[row])
        }
    }

    /// Factors for a playlist that training has not seen, solved from those of its tracks and artists that it has; nil
    /// where it has seen none.
    public func factors(ofNewPlaylist tracks: [TrackIdentity]) -> PlaylistFactors? {
        guard let model else { return nil }
        let known = Set(tracks.map(\.recording)).compactMap(columns.recordings.sortedIndex).sorted()
        let credited = Set(tracks.compactMap(\.artist)).compactMap(columns.artists.sortedIndex).sorted()
        guard !known.isEmpty || !credited.isEmpty else { return nil }
        let trackConfidence = known.isEmpty ? 0 : model.trackConfidence(length: known.count)
        let artistConfidence = credited.isEmpty ? 0 : model.artistConfidence(length: credited.count)
        return PlaylistFactors(
            tracks: solve(recordings, known, known.map { _ in trackConfidence }),
            artists: solve(artists, credited, credited.map { _ in artistConfidence }),
            trackConfidence: trackConfidence, artistConfidence: artistConfidence)
    }

    /// Factors of a recording that training has not seen, from the playlists that it is on; nil without any.
    func trackFactors(on playlists: [PlaylistFactors]) -> [Float]? {
        solve(tracksOfPlaylists, playlists.filter { $0.trackConfidence > 0 }, \.tracks, \.trackConfidence)
    }

    /// Factors of an artist that training has not seen, from the playlists that it is on; nil without any.
    func artistFactors(on playlists: [PlaylistFactors]) -> [Float]? {
        solve(artistsOfPlaylists, playlists.filter { $0.artistConfidence > 0 }, \.artists, \.artistConfidence)
    }

    private func solve(_ fixed: FixedFactors, _ entries: [Int], _ confidence: [Float]) -> [Float] {
        let vectors = entries.flatMap { fixed.matrix[$0] }
        return (try? fixed.solve(vectors, confidence: confidence)) ?? Array(repeating: 0, count: fixed.matrix.factors)
    }

    private func solve(
        _ fixed: FixedFactors, _ playlists: [PlaylistFactors], _ factors: KeyPath<PlaylistFactors, [Float]>,
        _ confidence: KeyPath<PlaylistFactors, Float>
    ) -> [Float]? {
        guard !playlists.isEmpty, fixed.matrix.factors > 0 else { return nil }
        return try? fixed.solve(
            playlists.flatMap { $0[keyPath: factors] }, confidence: playlists.map { $0[keyPath: confidence] })
    }
}
