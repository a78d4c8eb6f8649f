import Catalog
import Features
import Recommendation
import VectorIndex

/// A catalog of made-up tracks, with its space, index and snapshot, all of them real.
struct SmallCatalog {
    let tracks: [CatalogTrack]
    let serving: ServingCatalog
    let vectorizer: Vectorizer

    /// `playlists` hold tracks by their places in `tracks`.
    init(_ tracks: [CatalogTrack], playlists: [[Int]] = [], lists: Int = 1, probes: Int = 1) throws {
        var trainer = SpaceTrainer()
        trainer.add(tracks)
        for (number, places) in playlists.enumerated() {
            trainer.add(playlist: PlaylistID(rawValue: Int64(number)), tracks: places.map { tracks[$0].id })
        }
        self.tracks = tracks
        vectorizer = Vectorizer(try trainer.finish())
        let segment = try Self.segment(tracks, vectorizer, lists: lists, probes: probes)
        serving = ServingCatalog(
            generation: GenerationInfo(id: "test", builtAt: "2026-01-01T00:00:00Z", tracks: tracks.count),
            space: vectorizer.space, segments: [segment])
    }

    /// Tracks in 60 playlists: each of the 20 themes is a stretch of tracks, and every theme has three playlists, of
    /// which the first tracks of the stretch are in all.
    /// Made once for all tests.
    static let listened = Result {
        let playlists = (0..<60).map { number in
            (0..<30).filter { $0 < 5 || ($0 + number / 20) % 3 != 0 }.map { number % 20 * 30 + $0 }
        }
        return try SmallCatalog(tracks(600), playlists: playlists)
    }

    static func segment(
        _ tracks: [CatalogTrack], _ vectorizer: Vectorizer, lists: Int = 1, probes: Int = 1
    ) throws -> ServingSegment {
        let vectors = tracks.compactMap { vectorizer.vector(for: $0) }
        var builder = try VectorIndexBuilder(
            VectorIndexParameters(dimension: vectorizer.space.dimension, listCount: lists))
        let (ids, values) = (vectors.map(\.track.rawValue), vectors.flatMap(\.values))
        if lists > 1 { try builder.train(on: values.span) }
        try builder.add(ids: ids.span, vectors: values.span)
        let index = try builder.finish()
        var facts = try SnapshotBuilder(spoolingInto: nil)
        var columns = try SpaceColumnsBuilder(spoolingInto: nil)
        for track in tracks {
            let vector = vectorizer.vector(for: track)
            let location = vector == nil ? nil : try index.location(of: track.id.rawValue)
            try facts.append(track)
            try columns.append(
                location: location, coverage: vector?.coverage ?? Coverage(),
                familiarity: vectorizer.familiarity(of: track))
        }
        return ServingSegment(
            index: index, snapshot: try CatalogSnapshot(facts: facts.columnFile(), space: columns.columnFile()),
            probes: probes, deepProbes: probes, artists: try artists(vectors, tracks, vectorizer.space.dimension))
    }

    private static func artists(
        _ vectors: [TrackVector], _ tracks: [CatalogTrack], _ dimension: Int
    ) throws -> VectorIndex? {
        let artistOfTrack = Dictionary(
            uniqueKeysWithValues: tracks.compactMap { track in track.artists.first.map { (track.id, $0.id) } })
        var sums: [ArtistID: [Float]] = [:]
        for vector in vectors {
            guard let artist = artistOfTrack[vector.track] else { continue }
            sums[artist] = zip(sums[artist] ?? vector.values.map { _ in 0 }, vector.values).map { $0 + $1 }
        }
        guard !sums.isEmpty else { return nil }
        let ids = sums.keys.map(\.rawValue).sorted()
        let values = ids.flatMap { id in
            let sum = sums[ArtistID(rawValue: id)] ?? []
            let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return sum.map { $0 / length }
        }
        var builder = try VectorIndexBuilder(VectorIndexParameters(dimension: dimension))
        try builder.add(ids: ids.span, vectors: values.span)
        return try builder.finish()
    }

    /// `count` tracks by `count / 10` artists, with features that follow a fixed pattern; every third has no year.
    static func tracks(_ count: Int) -> [CatalogTrack] {
        (0..<count).map { number in
            var features = AudioFeatures()
            for (offset, feature) in AudioFeature.allCases.enumerated() {
                let phase = Float((number * 7 + offset * 13) % 101) / 101
                let range = Self.usual(feature)
                features[feature] = range.lowerBound + (range.upperBound - range.lowerBound) * phase
            }
            features[.key] = Float(number % 12)
            features[.mode] = number % 5 == 0 ? nil : Float(number % 2)
            return CatalogTrack(
                id: TrackID(rawValue: Int64(number * 2 + 1)),
                externalIDs: [ExternalID(namespace: "test", value: "\(number)")],
                name: "Track \(number)",
                artists: [.init(id: ArtistID(rawValue: Int64(number / 10)), name: "Artist \(number / 10)")],
                album: "Album \(number / 5)", year: number % 3 == 0 ? nil : 1960 + number % 60,
                popularity: number % 101, explicit: number % 4 == 0,
                genres: number % 2 == 0 ? ["pop"] : ["rock", "indie"],
                features: features)
        }
    }

    private static func usual(_ feature: AudioFeature) -> ClosedRange<Float> {
        switch feature {
        case .loudness: -30 ... -2
        case .tempo: 60...200
        case .duration: 90_000...400_000
        case .timeSignature: 3...5
        default: 0...1
        }
    }

    func reference(_ number: Int) -> EntityReference {
        EntityReference(kind: .track, id: ExternalID(namespace: "test", value: "\(number)"))
    }

    func number(_ item: RecommendationAnswer.Item) -> Int { Int(serving.id(item.track).rawValue - 1) / 2 }
}
