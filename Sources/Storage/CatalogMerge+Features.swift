internal import Catalog
internal import Postgres

extension CatalogMerge {
    /// Settles audio features one by one for each track and provider.
    ///
    /// A new track with one record and one set of values has nothing to settle, and such rows are the bulk of a large
    /// import: they go in as they are, without sorting, grouping or looking for a conflict.
    mutating func mergeFeatures(isLast: Bool) async throws {
        let columns = FeatureColumns.list()
        let lone: SQL = chunk.featuresAreSingle ? "o.is_new AND o.records = 1" : "false"
        if chunk.featuresAreSingle {
            counts.features += try await session.execute(
                """
                INSERT INTO audio_features (track_id, provider, \(fragment: columns), source)
                SELECT o.id, f.provider, \(fragment: FeatureColumns.list("f.")), \(source.name)
                FROM in_features f JOIN track_of o ON o.no = f.track WHERE \(fragment: lone)
                """)
        }
        try await resolve(.features, except: lone)
        if isLast { try await resolveUnnumbered(.features) }
        counts.features += try await countMarking(
            """
            INSERT INTO audio_features AS f (track_id, provider, \(fragment: columns), source)
            SELECT track_id, provider, \(fragment: FeatureColumns.list("\(pick)(", ")")), \(source.name)
            FROM (SELECT track_id, provider, \(fragment: columns) FROM in_features_of
                  ORDER BY track_id, provider, no) AS r
            GROUP BY track_id, provider
            ON CONFLICT (track_id, provider) DO UPDATE
            SET (\(fragment: columns), source, updated_at)
                = (\(fragment: FeatureColumns.list { settled($0) }), excluded.source, now())
            WHERE (\(fragment: FeatureColumns.list("f."))) IS DISTINCT FROM (\(fragment: FeatureColumns.list { settled($0) }))
            RETURNING track_id
            """)
    }

    private func settled(_ column: String) -> String { "settle(f.\(column), excluded.\(column), \(replaces))" }

    /// An analysis is one measurement: it is kept or replaced as a whole.
    mutating func mergeAnalyses() async throws {
        try await resolveWaiting(.analysis)
        counts.analyses = try await countMarking(
            """
            INSERT INTO audio_analyses AS a (track_id, provider, metrics, source)
            SELECT DISTINCT ON (track_id, provider) track_id, provider, metrics::jsonb, \(source.name)
            FROM in_analysis_of ORDER BY track_id, provider, no \(unsafeRaw: replaces ? "DESC" : "ASC")
            ON CONFLICT (track_id, provider) DO UPDATE
            SET (metrics, source, updated_at) = (excluded.metrics, excluded.source, now())
            WHERE \(replaces) AND a.metrics <> excluded.metrics
            RETURNING track_id
            """)
    }

    /// A track is saved once, since the earliest time that a table gives or the last that a service gives.
    mutating func mergeSavedTracks() async throws {
        try await resolveWaiting(.saved)
        counts.savedTracks = try await session.execute(
            """
            INSERT INTO saved_tracks AS s (track_id, saved_at)
            SELECT track_id, to_timestamp(\(unsafeRaw: pick)(saved_at))
            FROM (SELECT track_id, saved_at FROM in_saved_of ORDER BY track_id, no) AS r GROUP BY track_id
            ON CONFLICT (track_id) DO UPDATE SET saved_at = settle(s.saved_at, excluded.saved_at, \(replaces))
            WHERE s.saved_at IS DISTINCT FROM settle(s.saved_at, excluded.saved_at, \(replaces))
            """)
    }
}
