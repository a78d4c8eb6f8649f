internal import Catalog
public import Features
internal import Postgres

extension PostgresStore {
    /// Tracks that are estimated at a time.
    private static let estimated = 2_000

    /// What tracks sound like by one provider that have features of another, in order of track, at most `limit`.
    /// - Throws: `CatalogStoreError`.
    public func sharedSounds(
        of provider: String, and reference: String, limit: Int
    ) async throws -> [SoundSample] {
        try await withSession { session in
            try await session.rows(
                """
                SELECT s.sound, \(fragment: FeatureColumns.list("r."))
                FROM sound_descriptors s JOIN audio_features r ON r.track_id = s.track_id AND r.provider = \(reference)
                WHERE s.provider = \(provider) ORDER BY s.track_id LIMIT \(max(0, limit))
                """
            ) { row in
                var sample = SoundSample(sound: try row[0], reference: AudioFeatures())
                for feature in AudioFeature.allCases {
                    sample.reference[feature] = try row[feature.rawValue + 1] as Float?
                }
                return sample
            }
        }
    }

    /// Writes what a calibration estimates into its provider's features; what it does not estimate is missing there.
    static func keepEstimates(_ calibration: ProviderCalibration, _ session: PostgresSession) async throws {
        guard !calibration.estimates.isEmpty else { return }
        var last: Int64 = 0
        while true {
            let heard = try await session.rows(
                """
                SELECT s.track_id, s.sound FROM sound_descriptors s JOIN audio_features f USING (track_id, provider)
                WHERE s.provider = \(calibration.provider) AND s.track_id > \(last)
                ORDER BY s.track_id LIMIT \(estimated)
                """
            ) { (track: try $0[0] as Int64, sound: try $0[1] as [Float]) }
            guard let end = heard.last?.track else { return }
            let changed = try await keepEstimates(calibration, of: heard, session)
            try await mark(changed, session)
            last = end
        }
    }

    private static func keepEstimates(
        _ calibration: ProviderCalibration, of heard: [(track: Int64, sound: [Float])], _ session: PostgresSession
    ) async throws -> [Int64] {
        let names = calibration.estimates.map(\.feature.name)
        // Estimates are never negative.
        var columns: SQL = "\(heard.map(\.track))"
        for estimate in calibration.estimates {
            columns = "\(fragment: columns), \(heard.map { estimate.value(of: $0.sound) ?? -1 })"
        }
        let stored = SQL(unsafeRaw: names.map { "f.\($0)" }.joined(separator: ", "))
        let wanted = SQL(unsafeRaw: names.map { "nullif(g.\($0), -1)" }.joined(separator: ", "))
        return try await session.rows(
            """
            UPDATE audio_features f
            SET (\(unsafeRaw: names.joined(separator: ", ")), updated_at) = ROW(\(fragment: wanted), now())
            FROM unnest(\(fragment: columns)) AS g (track_id, \(unsafeRaw: names.joined(separator: ", ")))
            WHERE f.track_id = g.track_id AND f.provider = \(calibration.provider)
            AND (\(fragment: stored)) IS DISTINCT FROM (\(fragment: wanted))
            RETURNING f.track_id
            """
        ) { try $0[0] as Int64 }
    }
}
