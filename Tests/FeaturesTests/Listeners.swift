import Catalog
import Features

/// A catalog with playlists: four circles of listeners, whose artists and sounds differ.
struct Listeners {
    var tracks: [CatalogTrack]
    var playlists: [(id: PlaylistID, tracks: [TrackID])]

    /// `playlists` playlists of `length` tracks, each within one circle.
    init(tracks count: Int = 400, playlists: Int = 60, length: Int = 15, seed: UInt64 = 1) {
        var random = Xoshiro256(seed: seed)
        tracks = (0..<count).map { Self.track($0, &random) }
        self.playlists = (0..<playlists).map { number in
            var members: [TrackID] = []
            while members.count < min(length, count / 4) {
                let track = TrackID(rawValue: Int64(random.integer(below: count / 4) * 4 + number % 4 + 1))
                if !members.contains(track) { members.append(track) }
            }
            return (PlaylistID(rawValue: Int64(number * 3 + 5)), members)
        }
    }

    /// Track `number` has id `number + 1`, is of circle `number % 4`, and is one of five by its artist.
    static func track(_ number: Int, _ random: inout Xoshiro256) -> CatalogTrack {
        let circle = Float(number % 4)
        var values: [Float] = [0.2, 0.2, -30, 0.05, 0.1, 0.1, 0.1, 0.2, 80, 120_000, 0, 0, 4]
        for index in 0..<8 where index != 2 { values[index] += Float(random.uniform()) * 0.3 }
        values[1] += circle * 0.15
        values[2] += circle * 5 + Float(random.normal())
        values[8] += Float(random.uniform()) * 80
        values[9] += Float(random.uniform()) * 90_000
        values[10] = Float(random.integer(below: 12))
        values[11] = Float(random.integer(below: 2))
        values[12] = Float(3 + random.integer(below: 2))
        let artist = number / 20 * 4 + number % 4
        var track = SampleTracks.track(
            Int64(number + 1), artist: (Int64(artist), "artist \(artist)"), year: 1_970 + number % 40, features: values)
        track.name = "song \(number)"
        return track
    }

    func trained(_ change: (inout TrainingOptions) -> Void = { _ in }) throws -> TrainedSpace {
        var options = TrainingOptions()
        change(&options)
        var trainer = SpaceTrainer(options: options)
        trainer.add(tracks)
        for playlist in playlists { trainer.add(playlist: playlist.id, tracks: playlist.tracks) }
        return try trainer.finish()
    }

    /// The playlists that a track is on.
    func playlists(of track: CatalogTrack) -> [PlaylistID] {
        playlists.filter { $0.tracks.contains(track.id) }.map(\.id)
    }
}

extension TrainedSpace {
    /// Whether no number of it is NaN or infinite.
    var isFinite: Bool {
        let columns = factors.columns
        return [
            columns.recordingFactors, columns.artistFactors, columns.playlistTrackFactors,
            columns.playlistArtistFactors, columns.trackConfidence, columns.artistConfidence,
        ].allSatisfy { $0.allSatisfy { $0.isFinite } }
    }

    /// Whether every vector of the tracks is finite and of unit length.
    func vectorizes(_ tracks: [CatalogTrack]) -> Bool {
        let vectorizer = Vectorizer(self)
        return tracks.compactMap { vectorizer.vector(for: $0) }.allSatisfy { vector in
            vector.values.count == space.dimension && vector.values.allSatisfy { $0.isFinite }
                && abs(length(vector.values) - 1) < 1e-5
        }
    }
}

func cosine(_ x: some Sequence<Float>, _ y: some Sequence<Float>) -> Double {
    let product = zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    return product / (length(x) * length(y))
}
