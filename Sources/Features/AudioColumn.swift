internal import Catalog
internal import Foundation

/// One number of the raw audio vector: a transformed feature, or one of the key's two coordinates.
///
/// The transforms make the features' distributions roughly symmetric and bound them; the formulae are those of the
/// recipe's audio block (`docs/feature-space.md`). Raw values are the transformed ones before any fitted scaling.
enum AudioColumn: Int, CaseIterable, Sendable {
    case danceability
    case energy
    case loudness
    case speechiness
    case acousticness
    case instrumentalness
    case liveness
    case valence
    case tempo
    case duration
    case keyCosine
    case keySine
    case mode
    case timeSignature

    /// The feature that this column is computed from; the key owns two columns.
    var feature: AudioFeature {
        switch self {
        case .danceability: .danceability
        case .energy: .energy
        case .loudness: .loudness
        case .speechiness: .speechiness
        case .acousticness: .acousticness
        case .instrumentalness: .instrumentalness
        case .liveness: .liveness
        case .valence: .valence
        case .tempo: .tempo
        case .duration: .duration
        case .keyCosine, .keySine: .key
        case .mode: .mode
        case .timeSignature: .timeSignature
        }
    }

    /// Whether the column is scaled to unit deviation; the others are small by construction and only centred.
    var isStandardised: Bool { rawValue < Self.keyCosine.rawValue }

    /// The raw value for a feature's value within its range.
    func transformed(_ value: Double) -> Double {
        switch self {
        case .danceability, .energy, .valence: value
        case .loudness: clip(value, -40, 0)
        case .speechiness, .liveness: log(clip(value, 0.02, 1))
        case .acousticness: log((value + 0.005) / (1.005 - value))
        case .instrumentalness: log(value + 1e-4)
        case .tempo: log(clip(value, 50, 220))
        case .duration: log(clip(value, 3e4, 1.2e6))
        case .keyCosine: 0.5 * cos(Self.angle(ofKey: value))
        case .keySine: 0.5 * sin(Self.angle(ofKey: value))
        case .mode: 0.5 * value
        case .timeSignature: value == 4 ? 0.5 : 0
        }
    }

    /// Angle on the circle of fifths, where neighbours share all notes of their scales but one: 7 semitones a step.
    private static func angle(ofKey key: Double) -> Double {
        2 * .pi * (7 * key.rounded()).truncatingRemainder(dividingBy: 12) / 12
    }

    private func clip(_ value: Double, _ low: Double, _ high: Double) -> Double { min(max(value, low), high) }
}

extension AudioColumn {
    /// The raw audio vector of a track: one number a column, NaN where the feature is missing.
    ///
    /// A value outside its feature's range, or one that means "not detected", is missing: neither was measured.
    static func rawVector(of track: CatalogTrack) -> [Double] {
        allCases.map { column in
            guard let value = measurement(column.feature, of: track) else { return .nan }
            return column.transformed(Double(value))
        }
    }

    private static func measurement(_ feature: AudioFeature, of track: CatalogTrack) -> Float? {
        let value = track.features[feature] ?? (feature == .duration ? track.duration.map(Float.init) : nil)
        guard let value, feature.range.contains(value), !feature.isUndetected(value) else { return nil }
        return value
    }
}
