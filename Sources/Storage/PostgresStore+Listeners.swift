public import Catalog
public import Foundation
internal import Postgres
public import Sampling

extension PostgresStore {
    /// All listeners by name.
    /// - Throws: `CatalogStoreError`.
    public func listeners() async throws -> [Listener] {
        try await withSession { session in
            try await session.rows("SELECT name, extract(epoch FROM created_at)::float8 FROM listeners ORDER BY name") {
                Listener(name: try $0[0], createdAt: Date(timeIntervalSince1970: try $0[1]))
            }
        }
    }

    /// Makes a listener known; false where it is already.
    /// - Throws: `CatalogStoreError`.
    public func addListener(_ name: String) async throws -> Bool {
        try await withSession {
            try await $0.execute("INSERT INTO listeners (name) VALUES (\(name)) ON CONFLICT DO NOTHING") == 1
        }
    }

    /// Keeps feedback, all of it or nothing; what is known already stays as it is.
    /// - Returns: how many events are new.
    /// - Throws: `PlaylistError`, `CatalogStoreError`.
    @discardableResult public func record(_ feedback: [Feedback], of listener: String) async throws -> Int {
        let json = try FeedbackRow.json(feedback)
        return try await withSession { session in
            try await session.withTransaction { session in
                try await ListenerTable.require(listener, on: session)
                try await Self.check(feedback, of: listener, on: session)
                return try await session.execute(
                    """
                    INSERT INTO plays (source, played_at, track_id, kind, listener, context, recommendation_id, run_id)
                    SELECT 'feedback', to_timestamp(f.at), f.track, f.kind, \(listener), f.context, f.recommendation,
                        f.run
                    FROM jsonb_to_recordset(\(json)::jsonb) AS f (
                        at float8, track bigint, kind text, context text, recommendation text, run bigint)
                    ON CONFLICT DO NOTHING
                    """)
            }
        }
    }

    private static func check(
        _ feedback: [Feedback], of listener: String, on session: PostgresSession
    ) async throws {
        let tracks = Array(Set(feedback.map(\.track.rawValue)))
        let known = Set(
            try await session.rows("SELECT id FROM tracks WHERE id = ANY(\(tracks))") { try $0[0] as Int64 })
        let unknown = tracks.filter { !known.contains($0) }.sorted()
        guard unknown.isEmpty else { throw PlaylistError.unknownTracks(unknown.map(TrackID.init)) }
        try await AttributionCheck(session: session, listener: listener).check(feedback)
    }

    /// Notes that tracks were given out by a recommendation.
    /// - Throws: `PlaylistError`, `CatalogStoreError`.
    public func recordServed(
        _ tracks: [TrackID], to listener: String, context: String?, recommendation: String, at moment: Date
    ) async throws {
        try await withSession { session in
            try await session.withTransaction { session in
                try await ListenerTable.require(listener, on: session)
                try await session.execute(
                    """
                    INSERT INTO plays (source, played_at, track_id, kind, listener, context, recommendation_id)
                    SELECT 'segue', to_timestamp(\(moment.timeIntervalSince1970)), id, 'served', \(listener),
                        \(context), \(recommendation)
                    FROM unnest(\(tracks.map(\.rawValue))) AS served (id)
                    ON CONFLICT DO NOTHING
                    """)
            }
        }
    }

    /// What a listener did, by track.
    /// - Throws: `PlaylistError.unknownListener`, `CatalogStoreError`.
    public func listening(
        of listener: String, context: String?, at moment: Date
    ) async throws -> [ListenedTrack] {
        try await withSession { session in
            try await ListenerTable.require(listener, on: session)
            return try await ListenerTable.listening(of: listener, context: context, at: moment, on: session)
        }
    }
}

/// Feedback as one JSON parameter, so that a statement takes any number.
private struct FeedbackRow: Encodable {
    var at: Double
    var track: Int64
    var kind: Feedback.Kind
    var context: String?
    var recommendation: String?
    var run: Int64?

    static func json(_ feedback: [Feedback]) throws -> String {
        let rows = feedback.map {
            FeedbackRow(
                at: $0.moment.timeIntervalSince1970, track: $0.track.rawValue, kind: $0.kind, context: $0.context,
                recommendation: $0.recommendation, run: $0.run?.rawValue)
        }
        return String(decoding: try JSONEncoder().encode(rows), as: UTF8.self)
    }
}

/// Listeners, and what the table `plays` says of them.
enum ListenerTable {
    /// - Throws: `PlaylistError.unknownListener`.
    static func require(_ name: String, on session: PostgresSession) async throws {
        let found = try await session.first("SELECT true FROM listeners WHERE name = \(name)") { try $0[0] as Bool }
        guard found == true else { throw PlaylistError.unknownListener(name) }
    }

    /// The library belongs to the listener whose the imports are, and so do a service's favourites; saving a track is
    /// liking it, and a favourite counts as heard in the middle of the time that it was counted over.
    static func listening(
        of listener: String, context: String?, at moment: Date, on session: PostgresSession
    ) async throws -> [ListenedTrack] {
        let decay = 0.693_147_180_559_945 / (ListenedTrack.halfLife * 86_400)
        let now = moment.timeIntervalSince1970
        return try await session.rows(
            """
            SELECT h.track_id, t.name, a.name, h.played, h.served, h.skipped, h.liked, h.disliked, h.plays, h.affinity
            FROM (SELECT track_id, max(at) FILTER (WHERE kind IN ('played', 'favourite')) AS played,
                      max(at) FILTER (WHERE kind = 'served') AS served,
                      max(at) FILTER (WHERE kind = 'skipped') AS skipped,
                      max(at) FILTER (WHERE kind = 'liked') AS liked,
                      max(at) FILTER (WHERE kind = 'disliked') AS disliked,
                      count(*) FILTER (WHERE kind = 'played') AS plays,
                      sum(weight * exp(-least(greatest(\(now) - at, 0) * \(decay), 200))) AS affinity
                  FROM (SELECT track_id, kind, extract(epoch FROM played_at)::float8 AS at,
                            CASE kind WHEN 'played' THEN 1 WHEN 'liked' THEN 3 WHEN 'skipped' THEN -0.5
                                WHEN 'disliked' THEN -3 ELSE 0 END::float8 AS weight
                        FROM plays WHERE listener = \(listener)
                            AND (kind <> 'served' OR \(context)::text IS NULL OR context = \(context))
                        UNION ALL
                        SELECT track_id, 'liked', coalesce(extract(epoch FROM saved_at)::float8, 0), 3
                        FROM saved_tracks WHERE \(listener) = \(Listener.standard)
                        UNION ALL
                        SELECT x.entity_id, 'favourite', extract(epoch FROM f.ranked_at)::float8 - 86400
                                * CASE f.span WHEN 'short_term' THEN 14 WHEN 'medium_term' THEN 90 ELSE 180 END,
                            \(ListenedTrack.favouritePlays) / sqrt(f.rank)
                        FROM favourites f JOIN external_ids x
                            ON x.kind = 'track' AND x.namespace = f.namespace AND x.value = f.value
                        WHERE \(listener) = \(Listener.standard)) AS events
                  GROUP BY track_id) AS h
            JOIN tracks t ON t.id = h.track_id
            LEFT JOIN track_artists c ON c.track_id = t.id AND c.position = 0
            LEFT JOIN artists a ON a.id = c.artist_id
            ORDER BY h.track_id
            """
        ) { row in
            let id = TrackID(rawValue: try row[0])
            return ListenedTrack(
                track: id, recording: Recording.hash(of: id, artist: try row[2], title: try row[1]),
                history: TrackHistory(
                    played: try row[3], served: try row[4], skipped: try row[5], liked: try row[6],
                    disliked: try row[7]),
                plays: try row[8], affinity: try row[9])
        }
    }
}

/// What makes releases of one recording known as such: the same hashes that the index has.
enum Recording {
    /// Equal for releases of one recording; a track without artist or title is its own.
    static func hash(of id: TrackID, artist: String?, title: String?) -> UInt64 {
        RecordingKey.hash(RecordingKey.make(artist: artist, title: title) ?? "#\(id.rawValue)")
    }
}
