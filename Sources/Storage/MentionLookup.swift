internal import Catalog
internal import Postgres

/// Finds tracks that are named in words or by foreign ids, without an import: by id, ISRCs last, then by name and length.
struct MentionLookup {
    let session: PostgresSession
    /// How far, in milliseconds, a named length may be from that of the track.
    var tolerance = ImportSource(name: "", authority: .table).durationTolerance

    /// The tracks by value of the mentions' handles; what the catalog lacks is absent.
    func tracks(of mentions: [MentionRecord]) async throws -> [String: Int64] {
        let named = Dictionary(mentions.map { ($0.handle.value, $0) }) { first, _ in first }
        guard !named.isEmpty else { return [:] }
        var found = try await tracksByID(named)
        let rest = named.filter { found[$0.key] == nil }.sorted { $0.key < $1.key }
        let matcher = try await MentionMatcher(
            rest.map { MentionMatcher.Wanted(value: $0.key, mention: $0.value) }, tolerance: tolerance
        ).offered(by: session)
        for (value, id) in matcher.matches { found[value] = id }
        return found
    }

    private func tracksByID(_ named: [String: MentionRecord]) async throws -> [String: Int64] {
        let ids = named.flatMap { value, mention in
            mention.ids.enumerated().map { (value: value, id: $1, place: Int64($0)) }
        }
        guard !ids.isEmpty else { return [:] }
        let found = try await session.rows(
            """
            SELECT DISTINCT ON (m.value) m.value, x.entity_id
            FROM unnest(\(ids.map(\.value)), \(ids.map(\.id.namespace)), \(ids.map(\.id.value)), \(ids.map(\.place)))
                AS m (value, namespace, id, place)
            JOIN external_ids x ON x.kind = 'track' AND x.namespace = m.namespace AND x.value = m.id
            ORDER BY m.value, m.namespace = 'isrc', m.place
            """
        ) { (value: try $0[0] as String, id: try $0[1] as Int64) }
        return Dictionary(uniqueKeysWithValues: found.map { ($0.value, $0.id) })
    }
}

extension MentionMatcher {
    /// The matcher once it has seen every track whose first artist somebody asks for.
    func offered(by session: PostgresSession) async throws -> MentionMatcher {
        let artists = artists
        guard !artists.isEmpty else { return self }
        return try await session.reduceRows(
            """
            SELECT t.id, a.name, t.name, t.duration_ms
            FROM (SELECT DISTINCT name_key FROM unnest(\(artists)) AS u (name_key)) w
            JOIN artists a ON a.name_key = w.name_key
            JOIN track_artists c ON c.artist_id = a.id AND c.position = 0
            JOIN tracks t ON t.id = c.track_id
            """, into: self
        ) { matcher, row in
            matcher.consider(
                Candidate(
                    id: try row[0], artist: try row[1], title: try row[2],
                    duration: (try row[3] as Int?)))
        }
    }
}
