public import Catalog
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
                try await Self.keepEstimates(calibration, session)
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

    /// The same with their versions, which are the moments at which they came to say what they say.
    /// - Throws: `CatalogStoreError`, `DecodingError`.
    public func keptCalibrations() async throws -> [KeptCalibration] {
        try await withSession { session in
            try await session.rows(
                """
                SELECT calibration, to_char(fitted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
                FROM feature_calibrations ORDER BY provider
                """
            ) { row in
                let json: String = try row[0]
                return KeptCalibration(
                    calibration: try JSONDecoder().decode(ProviderCalibration.self, from: Data(json.utf8)),
                    version: try row[1])
            }
        }
    }

    /// Drops enrichments by a calibration that are not of this version, or of values that are gone.
    /// - Throws: `CatalogStoreError`.
    public func dropOutdated(by kept: KeptCalibration) async throws {
        let provider = kept.calibration.provider
        let isApplied = kept.calibration.verdict == .calibrate
        _ = try await withSession { session in
            try await session.execute(
                """
                DELETE FROM enrichments e WHERE e.source = \(CalibrationPass.source(of: provider))
                AND (NOT \(isApplied) OR e.version <> \(kept.version) OR NOT EXISTS (
                    SELECT FROM audio_features f WHERE f.track_id = e.track_id AND f.provider = \(provider)))
                """)
        }
    }

    /// The next tracks whose values have no enrichment by this version of their calibration.
    /// - Throws: `CatalogStoreError`.
    public func uncalibrated(
        by kept: KeptCalibration, after track: TrackID?, limit: Int
    ) async throws -> [FeaturesOfTrack] {
        try await withSession { session in
            try await session.rows(
                """
                SELECT f.track_id, \(fragment: FeatureColumns.list("f.")) FROM audio_features f
                WHERE f.provider = \(kept.calibration.provider) AND f.track_id > \(track?.rawValue ?? 0)
                AND NOT EXISTS (SELECT FROM enrichments e WHERE e.track_id = f.track_id
                    AND e.source = \(CalibrationPass.source(of: kept.calibration.provider))
                    AND e.version = \(kept.version) AND e.updated_at >= f.updated_at)
                ORDER BY f.track_id LIMIT \(max(0, limit))
                """
            ) { row in
                var features = AudioFeatures()
                for feature in AudioFeature.allCases { features[feature] = try row[feature.rawValue + 1] as Float? }
                return FeaturesOfTrack(track: TrackID(rawValue: try row[0]), features: features)
            }
        }
    }
}
