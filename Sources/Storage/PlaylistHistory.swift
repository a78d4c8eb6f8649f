internal import Postgres

/// What came to playlists and went from them, one row for what did so at once.
enum PlaylistHistory {
    /// What happened to entries.
    enum Change: String {
        case added, removed
    }

    /// A statement that notes what happened to `entries`: rows of `playlist_id`, `position` and `track_id`.
    static func noting(_ change: Change, _ entries: SQL, batch: String) -> SQL {
        """
        INSERT INTO playlist_entry_history (playlist_id, positions, track_ids, change, batch)
        SELECT playlist_id, array_agg(position ORDER BY position), array_agg(track_id ORDER BY position),
            \(change.rawValue), \(batch)
        FROM \(fragment: entries) AS noted GROUP BY playlist_id ORDER BY playlist_id
        """
    }
}
