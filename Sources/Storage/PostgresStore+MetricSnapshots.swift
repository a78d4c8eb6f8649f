internal import Foundation
public import Jobs
internal import Postgres

extension PostgresStore: MetricSnapshotStore {
    private static let columns = """
        extract(epoch FROM taken_at)::float8, job_id, tracks, artists, albums, playlists, playlist_entries,
        tracks_with_features, generation, generation_tracks, vectors, recall, deep_recall, gate_passed, gate_summary
        """

    /// Counts the catalog, stores the snapshot with these counts, and gives it back.
    /// - Throws: `CatalogStoreError`.
    public func takeSnapshot(of index: MetricSnapshot.Index?, for job: JobID?) async throws -> MetricSnapshot {
        let taken = try await withSession { session in
            try await session.first(
                """
                INSERT INTO metric_snapshots (job_id, tracks, artists, albums, playlists, playlist_entries,
                    tracks_with_features, generation, generation_tracks, vectors, recall, deep_recall, gate_passed,
                    gate_summary)
                SELECT \(job?.rawValue), (SELECT count(*) FROM tracks), (SELECT count(*) FROM artists),
                    (SELECT count(*) FROM albums), (SELECT count(*) FROM playlists),
                    (SELECT count(*) FROM playlist_entries), (SELECT count(DISTINCT track_id) FROM audio_features),
                    \(index?.generation), \(index?.tracks), \(index?.vectors), \(index?.recall), \(index?.deepRecall),
                    \(index?.gatePassed), \(index?.gateSummary)
                RETURNING \(unsafeRaw: Self.columns)
                """
            ) { try Self.snapshot($0) }
        }
        // An insertion of one row returns one.
        return taken ?? MetricSnapshot(job: job, index: index)
    }

    /// The latest snapshots, newest first.
    /// - Throws: `CatalogStoreError`.
    public func snapshots(limit: Int) async throws -> [MetricSnapshot] {
        try await withSession { session in
            try await session.rows(
                "SELECT \(unsafeRaw: Self.columns) FROM metric_snapshots ORDER BY id DESC LIMIT \(limit)"
            ) { try Self.snapshot($0) }
        }
    }

    private static func snapshot(_ row: borrowing PostgresRow) throws -> MetricSnapshot {
        var counts = MetricSnapshot.Counts()
        (counts.tracks, counts.artists, counts.albums) = (try row[2], try row[3], try row[4])
        (counts.playlists, counts.playlistEntries, counts.tracksWithFeatures) = (try row[5], try row[6], try row[7])
        var index: MetricSnapshot.Index?
        if let generation = try row[8] as String? {
            index = MetricSnapshot.Index(
                generation: generation, tracks: try row[9], vectors: try row[10], recall: try row[11],
                deepRecall: try row[12], gatePassed: try row[13], gateSummary: try row[14])
        }
        return MetricSnapshot(
            takenAt: Date(timeIntervalSince1970: try row[0]), job: (try row[1] as Int64?).map(JobID.init(rawValue:)),
            catalog: counts, index: index)
    }
}
