import Catalog
import Features
import Foundation

/// Tracks to test with.
enum SampleTracks {
    /// A track with the given facts; features in the order of the reference script, NaN where missing.
    static func track(
        _ id: Int64, artist: (Int64, String)? = nil, year: Int? = nil, features values: [Float] = [],
        structure: StructureMetrics? = nil
    ) -> CatalogTrack {
        let names: [AudioFeature] = [
            .danceability, .energy, .loudness, .speechiness, .acousticness, .instrumentalness, .liveness, .valence,
            .tempo, .duration, .key, .mode, .timeSignature,
        ]
        var features = AudioFeatures()
        for (name, value) in zip(names, values) { features[name] = value }
        return CatalogTrack(
            id: TrackID(rawValue: id), externalIDs: [],
            artists: artist.map { [CreditedArtist(id: ArtistID(rawValue: $0.0), name: $0.1)] } ?? [], year: year,
            features: features, structure: structure)
    }

    private static let missing = Float.nan

    /// The six tracks of the reference script.
    static let reference = [
        track(
            1, artist: (1, "Alpha"), year: 1984,
            features: [0.70, 0.80, -5, 0.05, 0.10, 0, 0.12, 0.90, 120, 210_000, 0, 1, 4]),
        track(
            2, artist: (1, "Alpha"), year: 1986,
            features: [0.60, 0.75, -6.5, 0.04, 0.20, 0.01, 0.30, 0.70, 118, 240_000, 7, 1, 4]),
        track(
            3, artist: (2, "Beta feat. Alpha"), year: 2_015,
            features: [0.40, 0.30, -14, 0.03, 0.85, 0.60, 0.10, 0.25, 82, 185_000, 9, 0, 3]),
        track(
            4, artist: (2, "Beta"), year: 2_016,
            features: [
                0.45, missing, -12, 0.03, 0.80, 0.70, 0.09, 0.30, 88, 200_000, missing, missing, missing,
            ]),
        track(
            5, artist: (3, "Gamma & Delta"), year: 1999,
            features: [0.85, 0.95, 1.5, 0.35, 0.01, 0, 0.95, 0.60, 250, 20_000, 6, 0, 4]),
        track(
            6, artist: (4, "Epsilon"),
            features: Array(repeating: missing, count: 8) + [100, 180_000] + Array(repeating: missing, count: 3)),
    ]

    /// The 48 tracks of the reference script's learned part.
    static let byFormula = (0..<48).map { index in
        let i = Double(index)
        func part(_ x: Double) -> Double { x - x.rounded(.down) }
        let values = [
            0.1 + 0.8 * part(0.37 * i), 0.1 + 0.8 * part(0.53 * i), -30 + 25 * part(0.71 * i),
            0.03 + 0.3 * part(0.29 * i), part(0.83 * i), part(0.19 * i), 0.05 + 0.9 * part(0.61 * i), part(0.43 * i),
            70 + 100 * part(0.97 * i), Double(120_000 + 1_000 * (index * 67 % 200)), Double(index * 5 % 12),
            Double(index % 2), index % 3 == 0 ? 3 : 4,
        ]
        var track = track(
            Int64(index), artist: (Int64(index / 4), "band \(index / 4)"), year: 1_965 + index,
            features: values.map(Float.init))
        track.name = "song \(index)"
        return track
    }

    /// Statistic j of analysed track i as in the reference script: sin(i (j + 1)) (j + 1) + cos(i).
    static func analysed(_ i: Int) -> CatalogTrack {
        let values = (0..<24).map { j in
            Float(sin(Double(i * (j + 1))) * Double(j + 1) + cos(Double(i)))
        }
        return track(Int64(i + 1), structure: metrics(mean: Array(values[..<12]), deviation: Array(values[12...])))
    }

    static func metrics(mean: [Float], deviation: [Float]) -> StructureMetrics {
        StructureMetrics(
            timbreMean: mean, timbreDeviation: deviation, pitchMean: Array(repeating: 0, count: 12), segmentRate: 3,
            loudnessDeviation: 2, sectionCount: 8, sectionLoudnessDeviation: 1, sectionTempoDeviation: 1,
            beatVariation: 0.1)
    }

    static func vectorizer(_ tracks: [CatalogTrack]) throws -> Vectorizer {
        var trainer = SpaceTrainer()
        trainer.add(tracks)
        return Vectorizer(try trainer.finish())
    }
}

func product(_ x: [Float], _ y: [Float]) -> Double { zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) } }

func length(_ x: some Sequence<Float>) -> Double { x.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() }

extension FeatureSpace {
    func layout(_ block: Block) -> BlockLayout? { blocks.first { $0.block == block } }
}
