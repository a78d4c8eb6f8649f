internal import Catalog
internal import Features
internal import Foundation
internal import Postgres

/// Which provider's audio features count for a track, made comparable with the others'.
struct FeatureChoice: Sendable {
    let session: PostgresSession

    /// Spotify's values where there are any, else those of the first provider by name, as its calibration has them; what
    /// was measured here comes last, as it is five values of thirteen, and an excerpt's behind a whole recording's.
    static let order: SQL = "provider <> 'spotify', provider IN ('analyze', 'preview'), provider"

    /// The features that count, in order of track.
    func features(of tracks: [Int64]) async throws -> [(track: Int64, value: AudioFeatures)] {
        let chosen = try await session.rows(
            """
            SELECT DISTINCT ON (track_id) track_id, provider, \(fragment: FeatureColumns.list()) FROM audio_features
            WHERE track_id = ANY(\(tracks)) ORDER BY track_id, \(fragment: Self.order)
            """
        ) { row in
            var features = AudioFeatures()
            for feature in AudioFeature.allCases { features[feature] = try row[feature.rawValue + 2] as Float? }
            return (track: try row[0] as Int64, provider: try row[1] as String, value: features)
        }
        guard chosen.contains(where: { $0.provider != Self.reference }) else {
            return chosen.map { ($0.track, $0.value) }
        }
        let known = try await Self.calibrations(session).map { ($0.provider, $0) }
        let calibrations = Dictionary(known) { first, _ in first }
        return chosen.map { ($0.track, calibrations[$0.provider]?.calibrated($0.value) ?? $0.value) }
    }

    /// Whose values need no calibration, because the others' are measured by them.
    private static let reference = "spotify"

    static func calibrations(_ session: PostgresSession) async throws -> [ProviderCalibration] {
        let texts = try await session.rows("SELECT calibration FROM feature_calibrations ORDER BY provider") {
            try $0[0] as String
        }
        return try texts.map { try JSONDecoder().decode(ProviderCalibration.self, from: Data($0.utf8)) }
    }
}
