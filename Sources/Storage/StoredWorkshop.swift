internal import Catalog
internal import Foundation
internal import Postgres
internal import Sampling

/// What a run reads and writes, on the session that holds its listener's lock: whoever loses the lock cannot write.
struct StoredWorkshop: PlaylistWorkshop {
    let session: PostgresSession
    let listener: String

    func facts(of tracks: [TrackID]) async throws -> [TrackFacts] {
        let ids = tracks.map(\.rawValue)
        guard !ids.isEmpty else { return [] }
        let features = try await FeatureChoice(session: session).features(of: ids)
        let byTrack = Dictionary(features.map { ($0.track, $0.value) }) { first, _ in first }
        return try await session.rows(
            """
            SELECT t.id, t.name, t.album_id, t.popularity, (
                SELECT array_agg(c.artist_id ORDER BY c.position) FROM track_artists c WHERE c.track_id = t.id), (
                SELECT a.name FROM track_artists c JOIN artists a ON a.id = c.artist_id
                WHERE c.track_id = t.id AND c.position = 0)
            FROM tracks t WHERE t.id = ANY(\(ids)) ORDER BY t.id
            """
        ) { row in
            let id = TrackID(rawValue: try row[0])
            let features = byTrack[id.rawValue]
            return TrackFacts(
                id: id, recording: Recording.hash(of: id, artist: try row[5], title: try row[1]),
                artists: (try row[4] as [Int64]? ?? []).map(ArtistID.init), album: try row[2], popularity: try row[3],
                energy: features?[.energy].map(Double.init), tempo: features?[.tempo].map(Double.init),
                key: features?[.key].flatMap { (0..<12).contains($0) ? Int($0) : nil },
                isMajor: features?[.mode].map { $0 >= 0.5 })
        }
    }

    func listening(at moment: Date) async throws -> [ListenedTrack] {
        try await ListenerTable.listening(of: listener, context: nil, at: moment, on: session)
    }

    func library(limit: Int) async throws -> [TrackID] {
        try await ids(
            """
            SELECT track_id FROM (
                SELECT track_id FROM saved_tracks WHERE \(listener) = \(Listener.standard)
                UNION
                SELECT track_id FROM plays WHERE listener = \(listener) AND kind IN ('liked', 'disliked')
                GROUP BY track_id
                HAVING max(played_at) FILTER (WHERE kind = 'liked')
                    >= coalesce(max(played_at) FILTER (WHERE kind = 'disliked'), '-infinity')) AS l
            ORDER BY md5(track_id::text) LIMIT \(limit)
            """)
    }

    func tracks(of reference: EntityReference, limit: Int) async throws -> [TrackID]? {
        try await EntityLookup(session: session).tracks(of: reference, limit: limit)
    }

    func tracks(by artists: [ArtistID], limit: Int) async throws -> [TrackID] {
        try await ids(
            """
            SELECT t.id FROM track_artists c JOIN tracks t ON t.id = c.track_id
            WHERE c.position = 0 AND c.artist_id = ANY(\(artists.map(\.rawValue)))
            ORDER BY t.popularity DESC NULLS LAST, t.id LIMIT \(limit)
            """)
    }

    func companions(of tracks: [TrackID], limit: Int) async throws -> [(track: TrackID, weight: Double)] {
        let seeds = tracks.map(\.rawValue)
        return try await session.rows(
            """
            WITH lists AS (
                SELECT e.playlist_id, count(DISTINCT e.track_id) AS shared FROM playlist_entries e
                WHERE e.track_id = ANY(\(seeds)) AND NOT EXISTS (
                    SELECT FROM made_playlists m WHERE m.playlist_id = e.playlist_id)
                GROUP BY e.playlist_id ORDER BY shared DESC, e.playlist_id LIMIT 200),
            sized AS (
                SELECT l.playlist_id, l.shared / sqrt(count(*)) AS weight FROM lists l
                JOIN playlist_entries e ON e.playlist_id = l.playlist_id GROUP BY l.playlist_id, l.shared)
            SELECT e.track_id, sum(s.weight)::float8 AS weight FROM sized s
            JOIN playlist_entries e ON e.playlist_id = s.playlist_id WHERE e.track_id <> ALL(\(seeds))
            GROUP BY e.track_id ORDER BY weight DESC, e.track_id LIMIT \(limit)
            """
        ) { (track: TrackID(rawValue: try $0[0]), weight: try $0[1]) }
    }

    func names(of artists: [ArtistID]) async throws -> [ArtistID: String] {
        let found = try await session.rows(
            "SELECT id, name FROM artists WHERE id = ANY(\(artists.map(\.rawValue)))"
        ) { (ArtistID(rawValue: try $0[0]), try $0[1] as String) }
        return Dictionary(found) { first, _ in first }
    }

    private func ids(_ query: SQL) async throws -> [TrackID] {
        try await session.rows(query) { TrackID(rawValue: try $0[0]) }
    }

    // MARK: Writing

    func create(_ draft: PlaylistDraft, _ run: PlaylistRun) async throws -> PlaylistRun {
        try await session.withTransaction { session in
            let id = try await session.first(
                "INSERT INTO playlists (name, owner) VALUES (\(draft.name), 'segue') RETURNING id"
            ) { PlaylistID(rawValue: try $0[0]) }
            guard let id else { throw CatalogStoreError.failed("a playlist was given no number") }
            try await session.execute(
                """
                INSERT INTO made_playlists (playlist_id, listener, kind, recipe)
                VALUES (\(id.rawValue), \(draft.listener), \(draft.kind.rawValue),
                    \(MadePlaylistTable.text(draft.recipe.json))::jsonb)
                """)
            return try await write(run, to: id)
        }
    }

    /// The listener's lock is held, so that no other process adds one between this and the insertion.
    func checkRoom(for draft: PlaylistDraft, limit: Int) async throws {
        let known = try await MadePlaylistTable.playlists(where: "m.listener = \(draft.listener)", on: session)
        if draft.kind == .daily, let daily = known.first(where: { $0.kind == .daily }) {
            throw PlaylistError.dailyExists(daily.id)
        }
        guard known.count < limit else { throw PlaylistError.tooManyPlaylists(limit: limit) }
    }

    func replace(_ run: PlaylistRun) async throws -> PlaylistRun {
        try await session.withTransaction { session in
            guard let id = run.playlist else { throw CatalogStoreError.failed("a run without a playlist") }
            let known = try await session.first(
                "SELECT true FROM made_playlists WHERE playlist_id = \(id.rawValue) FOR UPDATE"
            ) { try $0[0] as Bool }
            guard known == true else { throw PlaylistError.unknownPlaylist(id) }
            return try await write(run, to: id)
        }
    }

    private func write(_ run: PlaylistRun, to playlist: PlaylistID) async throws -> PlaylistRun {
        precondition(!run.tracks.isEmpty, "a playlist is never replaced by nothing")
        let number = try await MadePlaylistTable.insert(run, of: playlist, on: session)
        try await replaceEntries(of: playlist, with: run.tracks.map(\.track.rawValue), batch: "run \(number)")
        try await session.execute("UPDATE playlists SET snapshot = \(run.snapshot) WHERE id = \(playlist.rawValue)")
        try await session.execute(
            """
            UPDATE made_playlists SET last_run = \(number),
                updated_at = to_timestamp(\(run.finishedAt.timeIntervalSince1970))
            WHERE playlist_id = \(playlist.rawValue)
            """)
        try await session.execute(
            """
            INSERT INTO plays (source, played_at, track_id, kind, listener, run_id)
            SELECT 'segue', to_timestamp(\(run.startedAt.timeIntervalSince1970)), track_id, 'served', \(run.listener),
                \(number)
            FROM playlist_run_tracks WHERE run_id = \(number)
            ON CONFLICT DO NOTHING
            """)
        var stored = run
        (stored.id, stored.playlist) = (PlaylistRunID(rawValue: number), playlist)
        return stored
    }

    /// The history tells of tracks that came and went; that one moved is told by the runs.
    private func replaceEntries(of playlist: PlaylistID, with tracks: [Int64], batch: String) async throws {
        try await session.execute(
            PlaylistHistory.noting(
                .removed,
                """
                (SELECT * FROM playlist_entries
                 WHERE playlist_id = \(playlist.rawValue) AND track_id <> ALL(\(tracks)))
                """, batch: batch))
        try await session.execute(
            PlaylistHistory.noting(
                .added,
                """
                (SELECT \(playlist.rawValue)::bigint AS playlist_id, (place - 1)::integer AS position, n.track_id
                 FROM unnest(\(tracks)) WITH ORDINALITY AS n (track_id, place)
                 WHERE NOT EXISTS (SELECT FROM playlist_entries e
                     WHERE e.playlist_id = \(playlist.rawValue) AND e.track_id = n.track_id))
                """, batch: batch))
        try await session.execute("DELETE FROM playlist_entries WHERE playlist_id = \(playlist.rawValue)")
        try await session.execute(
            """
            INSERT INTO playlist_entries (playlist_id, position, track_id, added_at)
            SELECT \(playlist.rawValue), place - 1, track_id, now()
            FROM unnest(\(tracks)) WITH ORDINALITY AS n (track_id, place)
            """)
    }
}
