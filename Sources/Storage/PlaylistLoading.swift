internal import Catalog
internal import Postgres

/// Loads playlists with their tracks: one query for each kind of part, all in order of playlist, joined here.
struct PlaylistLoading: Sendable {
    let session: PostgresSession

    /// Playlists that this service made say nothing of what belongs together but what it said itself.
    static let isFound = "playlist_id NOT IN (SELECT m.playlist_id FROM made_playlists m)"

    private typealias Listing = (playlist: Int64, tracks: [Int64])

    /// The next playlists that have tracks, with about `limit` entries in all.
    func playlists(after id: PlaylistID, entries limit: Int) async throws -> [PlaylistContents] {
        let listings = try await listings(
            """
            SELECT playlist_id, track_id, position FROM playlist_entries
            WHERE playlist_id > \(id.rawValue) AND \(unsafeRaw: Self.isFound)
            ORDER BY playlist_id FETCH FIRST \(max(1, limit)) ROWS WITH TIES
            """)
        return try await contents(of: listings.map(\.playlist), listings)
    }

    /// The playlists with these ids that exist, in order of id.
    func playlists(_ ids: [Int64]) async throws -> [PlaylistContents] {
        guard !ids.isEmpty else { return [] }
        return try await contents(
            of: ids,
            listings("SELECT playlist_id, track_id, position FROM playlist_entries WHERE playlist_id = ANY(\(ids))"))
    }

    /// The playlists that hold any of the tracks, ascending, by track.
    func playlists(holding tracks: [Int64]) async throws -> [TrackID: [PlaylistID]] {
        guard !tracks.isEmpty else { return [:] }
        let found = try await session.rows(
            """
            SELECT track_id, array_agg(DISTINCT playlist_id) FROM playlist_entries
            WHERE track_id = ANY(\(tracks)) AND \(unsafeRaw: Self.isFound) GROUP BY track_id
            """
        ) { (track: TrackID(rawValue: try $0[0]), playlists: try $0[1] as [Int64]) }
        return Dictionary(uniqueKeysWithValues: found.map { ($0.track, $0.playlists.map(PlaylistID.init)) })
    }

    /// A list for each playlist: a row for each entry would cost ten times as much to take apart.
    private func listings(_ entries: SQL) async throws -> [Listing] {
        try await session.rows(
            """
            SELECT playlist_id, array_agg(track_id ORDER BY position) FROM (\(fragment: entries)) AS e
            GROUP BY playlist_id ORDER BY playlist_id
            """
        ) { (playlist: try $0[0], tracks: try $0[1]) }
    }

    private func contents(of ids: [Int64], _ listings: [Listing]) async throws -> [PlaylistContents] {
        guard !ids.isEmpty else { return [] }
        let tracks = Dictionary(uniqueKeysWithValues: listings.map { ($0.playlist, Self.distinct($0.tracks)) })
        let names = try await externalIDs(ids)
        return try await session.rows("SELECT id, name FROM playlists WHERE id = ANY(\(ids)) ORDER BY id") { row in
            let id: Int64 = try row[0]
            return PlaylistContents(
                id: PlaylistID(rawValue: id), externalIDs: names[id] ?? [], name: try row[1], tracks: tracks[id] ?? [])
        }
    }

    private func externalIDs(_ ids: [Int64]) async throws -> [Int64: [ExternalID]] {
        let found = try await session.rows(
            """
            SELECT entity_id, namespace, value FROM external_ids
            WHERE kind = 'playlist' AND entity_id = ANY(\(ids))
            ORDER BY entity_id, namespace <> 'spotify', namespace, value
            """
        ) { (playlist: try $0[0] as Int64, id: ExternalID(namespace: try $0[1], value: try $0[2])) }
        return Dictionary(grouping: found, by: \.playlist).mapValues { $0.map(\.id) }
    }

    private static func distinct(_ tracks: [Int64]) -> [TrackID] {
        var seen: Set<Int64> = []
        return tracks.filter { seen.insert($0).inserted }.map(TrackID.init)
    }
}
