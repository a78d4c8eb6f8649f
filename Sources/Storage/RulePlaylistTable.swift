internal import Catalog
internal import Foundation
internal import Postgres
internal import Rules
internal import Sampling

/// Playlists of this service's own that no recipe makes: those that rule sets keep up.
enum RulePlaylistTable {
    /// What tells them from imported ones and from those that recipes make; speaks of `playlists p`.
    static let isKept: SQL = """
        (p.owner IS NOT DISTINCT FROM \(PlaylistName.ownNamespace)
         AND NOT EXISTS (SELECT FROM made_playlists m WHERE m.playlist_id = p.id)
         AND NOT EXISTS (SELECT FROM external_ids f WHERE f.kind = 'playlist' AND f.entity_id = p.id
             AND f.namespace <> \(PlaylistName.ownNamespace)))
        """

    /// All of them, by number.
    static func playlists(on session: PostgresSession) async throws -> [RulePlaylist] {
        try await session.rows(
            """
            SELECT p.id, p.name, k.id, coalesce(k.enabled, false), (
                SELECT count(*) FROM playlist_entries e WHERE e.playlist_id = p.id),
                extract(epoch FROM h.first)::float8, extract(epoch FROM h.last)::float8, p.snapshot
            FROM playlists p CROSS JOIN LATERAL (
                SELECT min(recorded_at) AS first, max(recorded_at) AS last FROM playlist_entry_history
                WHERE playlist_id = p.id) AS h
            LEFT JOIN LATERAL (
                SELECT r.id, r.enabled FROM rule_sets r
                WHERE r.target_key = 'segue:playlist:' || p.id OR r.target_key IN (
                    SELECT 'segue:playlist:' || x.value FROM external_ids x
                    WHERE x.kind = 'playlist' AND x.namespace = \(PlaylistName.ownNamespace) AND x.entity_id = p.id)
                ORDER BY r.id LIMIT 1) AS k ON true
            WHERE \(fragment: isKept) ORDER BY p.id
            """
        ) { row in
            RulePlaylist(
                id: PlaylistID(rawValue: try row[0]), name: try row[1] as String? ?? "", ruleSet: try row[2],
                isEnabled: try row[3], trackCount: try row[4],
                createdAt: (try row[5] as Double?).map(Date.init(timeIntervalSince1970:)),
                updatedAt: (try row[6] as Double?).map(Date.init(timeIntervalSince1970:)), snapshot: try row[7])
        }
    }

    /// Locks a playlist; false where it is none of these.
    static func lock(_ id: PlaylistID, on session: PostgresSession) async throws -> Bool {
        let found = try await session.first(
            "SELECT true FROM playlists p WHERE p.id = \(id.rawValue) AND \(fragment: isKept) FOR UPDATE"
        ) { try $0[0] as Bool }
        return found == true
    }
}
