import Catalog
import ColumnFile
import Features
import Foundation
import Recommendation
import VectorIndex

/// A catalog of sixty tracks by ten artists, with a duplicate recording, a track of which nothing is known, and a track
/// that has no Spotify id.
enum SmallCatalog {
    static let shared = make(tracks)
    static let empty = make([])

    /// The Spotify id of the track with this number, from 1.
    static func spotifyID(_ number: Int) -> String {
        "7T" + String(repeating: "0", count: 20 - String(number).count) + String(number)
    }

    /// Number 2 is number 1 on another album.
    static let duplicate = (original: 1, copy: 2)
    /// Nothing is known of it but its id.
    static let blank = 61
    /// Known as `isrc:QZTST2500062` and under no Spotify id.
    static let withoutSpotifyID = 62

    static let tracks: [CatalogTrack] =
        (1...60).map(track) + [
            CatalogTrack(id: TrackID(rawValue: Int64(blank)), externalIDs: [.spotify(spotifyID(blank))]),
            withISRC,
        ]

    private static var withISRC: CatalogTrack {
        var track = track(withoutSpotifyID)
        track.externalIDs = [.isrc("QZTST2500062")]
        return track
    }

    private static func track(_ number: Int) -> CatalogTrack {
        let original = number == duplicate.copy ? duplicate.original : number
        var features = AudioFeatures()
        let phase = Double(original)
        features[.energy] = Float(0.5 + 0.45 * sin(phase))
        features[.valence] = Float(0.5 + 0.45 * cos(phase * 0.7))
        features[.danceability] = Float(0.5 + 0.4 * sin(phase * 0.3))
        features[.acousticness] = Float(0.5 - 0.4 * sin(phase))
        features[.tempo] = Float(80 + original * 13 % 90)
        features[.loudness] = Float(-20 + original * 7 % 15)
        features[.key] = Float(original % 12)
        features[.mode] = Float(original % 2)
        let artist = original % 10
        return CatalogTrack(
            id: TrackID(rawValue: Int64(number)), externalIDs: [.spotify(spotifyID(number))],
            name: "Song \"\(original)\"",
            artists: [.init(id: ArtistID(rawValue: Int64(artist)), name: "Artist \(artist)")],
            album: number == original ? "Album \(artist)" : "Best of \(artist)", year: 1_970 + original % 50,
            duration: 180_000 + original * 1_000, popularity: original, genres: [original % 2 == 0 ? "rock" : "jazz"],
            features: features)
    }

    private static func make(_ tracks: [CatalogTrack]) -> ServingCatalog {
        do { return try build(tracks) } catch { fatalError("the small catalog cannot be built: \(error)") }
    }

    private static func build(_ tracks: [CatalogTrack]) throws -> ServingCatalog {
        var trainer = SpaceTrainer()
        trainer.add(tracks)
        let trained = try trainer.finish()
        let vectorizer = Vectorizer(trained)
        let vectors = tracks.map { vectorizer.vector(for: $0) }
        let (ids, values) = (vectors.compactMap(\.?.track.rawValue), vectors.compactMap(\.?.values).flatMap(\.self))
        var builder = try VectorIndexBuilder(VectorIndexParameters(dimension: trained.space.dimension))
        if !ids.isEmpty { try builder.add(ids: ids.span, vectors: values.span) }
        let index = try builder.finish()
        var facts = try SnapshotBuilder(spoolingInto: nil)
        var columns = try SpaceColumnsBuilder(spoolingInto: nil)
        for (track, vector) in zip(tracks, vectors) {
            let location = try index.location(of: track.id.rawValue)
            try facts.append(track)
            try columns.append(location: location, coverage: vector?.coverage ?? Coverage(), familiarity: 0)
        }
        let segment = ServingSegment(
            index: index, snapshot: try CatalogSnapshot(facts: facts.columnFile(), space: columns.columnFile()),
            probes: 1, deepProbes: 1, artists: try artists(tracks, vectors, trained.space.dimension))
        return ServingCatalog(
            generation: GenerationInfo(id: "g-test", builtAt: "2025-01-01T00:00:00Z", tracks: tracks.count),
            space: trained.space, segments: [segment])
    }

    /// The mean vector of each artist's tracks.
    private static func artists(
        _ tracks: [CatalogTrack], _ vectors: [TrackVector?], _ dimension: Int
    ) throws -> VectorIndex? {
        var builder = try VectorIndexBuilder(VectorIndexParameters(dimension: dimension))
        let groups = Dictionary(grouping: zip(tracks, vectors)) { $0.0.artists.first?.id.rawValue ?? -1 }
        for (artist, members) in groups.sorted(by: { $0.key < $1.key }) {
            let values = members.compactMap(\.1?.values)
            guard artist >= 0, !values.isEmpty else { continue }
            let sum = (0..<dimension).map { place in values.reduce(Float(0)) { $0 + $1[place] } }
            let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let (ids, mean) = ([artist], sum.map { $0 / length })
            try builder.add(ids: ids.span, vectors: mean.span)
        }
        return try builder.finish()
    }
}
