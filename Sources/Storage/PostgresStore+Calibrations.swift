internal import Catalog
public import Features
internal import Foundation
internal import Postgres

extension PostgresStore: CalibrationStore {
    /// Providers of audio features with the number of tracks that each has, by name.
    /// - Throws: `CatalogStoreError`.
    public func featureProviders() async throws -> [FeatureProviderCount] {
        try await withSession { session in
            try await session.rows("SELECT provider, count(*) FROM audio_features GROUP BY provider ORDER BY provider")
            {
                FeatureProviderCount(provider: try $0[0], tracks: try $0[1])
            }
        }
    }

    /// The features of tracks that both providers have, in order of track, at most `limit`.
    /// - Throws: `CatalogStoreError`.
    public func sharedFeatures(
        of provider: String, and reference: String, limit: Int
    ) async throws -> [FeaturePair] {
        try await withSession { session in
            try await session.rows(
                """
                SELECT \(fragment: FeatureColumns.list("p.")), \(fragment: FeatureColumns.list("r."))
                FROM audio_features p JOIN audio_features r ON r.track_id = p.track_id AND r.provider = \(reference)
                WHERE p.provider = \(provider) ORDER BY p.track_id LIMIT \(max(0, limit))
                """
            ) { row in
                let count = AudioFeature.allCases.count
                var pair = FeaturePair(values: AudioFeatures(), reference: AudioFeatures())
                for feature in AudioFeature.allCases {
                    pair.values[feature] = try row[feature.rawValue] as Float?
                    pair.reference[feature] = try row[count + feature.rawValue] as Float?
                }
                return pair
            }
        }
    }

    /// Keeps a calibration; tracks that have features of its provider count as changed where it says something new.
    /// - Throws: `CatalogStoreError`, `EncodingError`.
    public func save(_ calibration: ProviderCalibration) async throws {
        let json = String(decoding: try JSONEncoder().encode(calibration), as: UTF8.self)
        try await withSession { session in
            try await session.withTransaction { session in
                try await session.takeWriterLock(waiting: importTimeout)
                let changed = try await session.execute(
                    """
                    INSERT INTO feature_calibrations AS c (provider, reference, calibration)
                    VALUES (\(calibration.provider), \(calibration.reference), \(json)::jsonb)
                    ON CONFLICT (provider) DO UPDATE
                    SET (reference, calibration, fitted_at) = (excluded.reference, excluded.calibration, now())
                    WHERE c.calibration <> excluded.calibration
                    """)
                guard changed > 0 else { return }
                let marked = try await session.execute(
                    """
                    UPDATE tracks t SET changed_in = pg_current_xact_id()
                    FROM audio_features f WHERE f.track_id = t.id AND f.provider = \(calibration.provider)
                    """)
                if marked > 0 { try await session.notify(Channel.catalog.rawValue) }
            }
        }
    }

    /// All calibrations, by provider.
    /// - Throws: `CatalogStoreError`, `DecodingError`.
    public func calibrations() async throws -> [ProviderCalibration] {
        try await withSession { try await FeatureChoice.calibrations($0) }
    }
}
