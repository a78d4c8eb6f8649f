public import Catalog
internal import Features
internal import Foundation
internal import Postgres

extension PostgresStore: TrackKnowledge {
    /// The track with who says anything of it, or nil.
    /// - Throws: `CatalogStoreError`.
    public func facts(of id: TrackID) async throws -> KnownTrack? {
        try await withSession { session in
            guard let track = try await TrackLoading(session: session).tracks([id.rawValue]).first else { return nil }
            return KnownTrack(
                track: track, origins: try await Self.origins(id, session),
                idOrigins: try await Self.idOrigins(of: track, session),
                statements: try await Self.statements(id, session))
        }
    }

    private static func statements(_ id: TrackID, _ session: PostgresSession) async throws -> [TrackStatement] {
        try await session.rows(
            """
            SELECT kind, provider, source, extract(epoch FROM updated_at)::float8 FROM (
                SELECT 'features' AS kind, provider, source, updated_at FROM audio_features
                    WHERE track_id = \(id.rawValue)
                UNION ALL SELECT 'structure', provider, source, updated_at FROM audio_analyses
                    WHERE track_id = \(id.rawValue)
                UNION ALL SELECT 'sound', provider, source, updated_at FROM sound_descriptors
                    WHERE track_id = \(id.rawValue)
                UNION ALL SELECT 'enrichment', source, version, updated_at FROM enrichments
                    WHERE track_id = \(id.rawValue) AND retry_at IS NULL
            ) AS statements ORDER BY kind, provider
            """
        ) { row in
            let kind: String = try row[0]
            guard let kind = TrackStatement.Kind(rawValue: kind) else {
                throw CatalogStoreError.failed("the database states something of the unknown kind \(kind)")
            }
            return TrackStatement(kind: kind, provenance: try provenance(row, from: 1))
        }
    }

    /// Provider, source and seconds since 1970 in three columns.
    private static func provenance(_ row: borrowing PostgresRow, from column: Int) throws -> Provenance {
        Provenance(
            provider: try row[column], source: try row[column + 1],
            updatedAt: Date(timeIntervalSince1970: try row[column + 2]))
    }

    private static func exists(_ id: TrackID, _ session: PostgresSession) async throws -> Bool {
        try await session.first("SELECT 1 FROM tracks WHERE id = \(id.rawValue)") { try $0[0] as Int } != nil
    }

    /// All values of a track's audio features, or nil where there is no such track.
    /// - Throws: `CatalogStoreError`, `DecodingError`.
    public func features(of id: TrackID) async throws -> [FeatureStatement]? {
        try await withSession { session in
            guard try await Self.exists(id, session) else { return nil }
            let calibrations = Dictionary(
                try await FeatureChoice.calibrations(session).map { ($0.provider, $0) }
            ) { first, _ in first }
            let rows = try await Self.featureRows(id, session)
            return AudioFeature.allCases.flatMap { feature in
                rows.enumerated().compactMap { place, row -> FeatureStatement? in
                    guard let value = row.features[feature] else { return nil }
                    let calibration = calibrations[row.provenance.provider]
                    let calibrated = calibration.map { $0.calibrated(row.features)[feature] } ?? value
                    return FeatureStatement(
                        feature: feature, value: value, calibrated: calibrated,
                        isUsed: place == 0 && calibrated != nil,
                        estimate: calibration?.estimate(of: feature).map { .init(error: $0.error, tracks: $0.tracks) },
                        provenance: row.provenance)
                }
            }
        }
    }

    /// The provider that counts comes first, as `FeatureChoice` has it.
    private static func featureRows(
        _ id: TrackID, _ session: PostgresSession
    ) async throws -> [(provenance: Provenance, features: AudioFeatures)] {
        try await session.rows(
            """
            SELECT provider, source, extract(epoch FROM updated_at)::float8, \(fragment: FeatureColumns.list())
            FROM audio_features WHERE track_id = \(id.rawValue) ORDER BY \(fragment: FeatureChoice.order)
            """
        ) { row in
            var features = AudioFeatures()
            for feature in AudioFeature.allCases { features[feature] = try row[feature.rawValue + 3] as Float? }
            return (try provenance(row, from: 0), features)
        }
    }

    /// All analyses of a track, or nil where there is no such track.
    /// - Throws: `CatalogStoreError`, `DecodingError`.
    public func analyses(of id: TrackID) async throws -> [AnalysisStatement]? {
        try await withSession { session in
            guard try await Self.exists(id, session) else { return nil }
            let structures = try await session.rows(
                """
                SELECT provider, source, extract(epoch FROM updated_at)::float8, metrics FROM audio_analyses
                WHERE track_id = \(id.rawValue) ORDER BY provider
                """
            ) { row in
                AnalysisStatement(
                    kind: .structure, version: nil, values: try Self.snakeCased(row[3]),
                    provenance: try Self.provenance(row, from: 0))
            }
            let sounds = try await session.rows(
                """
                SELECT provider, source, extract(epoch FROM updated_at)::float8, version, descriptors
                FROM sound_descriptors WHERE track_id = \(id.rawValue) ORDER BY provider
                """
            ) { row in
                AnalysisStatement(
                    kind: .sound, version: try row[3], values: try row[4],
                    provenance: try Self.provenance(row, from: 0))
            }
            return structures + sounds
        }
    }

    /// Structure metrics are kept under the names of their properties.
    private static func snakeCased(_ json: String) throws -> String {
        let metrics = try JSONDecoder().decode(StructureMetrics.self, from: Data(json.utf8))
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(metrics), as: UTF8.self)
    }
}
