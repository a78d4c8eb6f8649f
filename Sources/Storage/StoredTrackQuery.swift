internal import Postgres

/// Asks what the catalog has of tracks, as far as it matters to a table.
///
/// One scan of each table in order of id costs a third of a join. A table that was imported before finds its tracks next to
/// each other, and then the scan needs no look into the index for each of them.
struct StoredTrackQuery: Sendable {
    private let ids: [Int64]
    private let provider: String

    /// About tracks by id, which may repeat, and their audio features by `provider`.
    init(ids: [Int64], provider: String) {
        self.ids = Array(Set(ids)).sorted()
        self.provider = provider
    }

    /// What there is, by id.
    func run(on session: PostgresSession) async throws -> [Int64: StoredTrack] {
        let filled = try await masks(
            "SELECT id, \(unsafeRaw: StoredTrack.filledMask) FROM tracks WHERE \(fragment: selection("id"))", session)
        let credited = try await masks(
            """
            SELECT track_id, \(StoredTrack.creditedMask) FROM track_artists
            WHERE position = 0 AND \(fragment: selection("track_id"))
            """, session)
        let features = try await masks(
            """
            SELECT track_id, \(unsafeRaw: StoredTrack.featuresMask) FROM audio_features
            WHERE provider = \(provider.withoutZeros) AND \(fragment: selection("track_id"))
            """, session)
        return filled.reduce(into: [:]) { tracks, track in
            tracks[track.key] = StoredTrack(
                id: track.key, filled: track.value | credited[track.key, default: 0], provider: provider,
                features: features[track.key, default: 0])
        }
    }

    private func masks(_ query: SQL, _ session: PostgresSession) async throws -> [Int64: Int] {
        let rows = try await session.rows(query) { (try $0[0] as Int64, try $0[1] as Int) }
        return Dictionary(rows, uniquingKeysWith: { $1 })
    }

    /// A few strangers in between cost less than looking for each.
    private func selection(_ column: String) -> SQL {
        let column = SQL(unsafeRaw: column)
        guard let first = ids.first, let last = ids.last, last - first < 4 * Int64(ids.count) else {
            return "\(fragment: column) = ANY(\(ids))"
        }
        return "\(fragment: column) BETWEEN \(first) AND \(last)"
    }
}
