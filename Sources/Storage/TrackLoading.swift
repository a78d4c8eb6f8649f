internal import Catalog
internal import Foundation
internal import Postgres

/// Loads whole tracks by id: one query for each kind of part, all in order of track, merged here.
///
/// Seven plain index scans of a page cost less than one query that joins and aggregates, and no planner can go wrong.
struct TrackLoading: Sendable {
    let session: PostgresSession

    /// The tracks whose ids a query gives, in order of id.
    func tracks(_ selection: SQL) async throws -> [CatalogTrack] {
        try await tracks(try await session.rows(selection) { try $0[0] as Int64 })
    }

    /// The tracks with these ids that exist, in order of id.
    func tracks(_ ids: [Int64]) async throws -> [CatalogTrack] {
        guard !ids.isEmpty else { return [] }
        var tracks = try await rows(ids)
        try await merge(externalIDs(ids), into: &tracks) { $0.externalIDs.append($1) }
        try await merge(credits(ids), into: &tracks) { $0.artists.append($1) }
        try await merge(FeatureChoice(session: session).features(of: ids), into: &tracks) { $0.features = $1 }
        try await merge(structures(ids), into: &tracks) { $0.structure = $1 }
        try await merge(sounds(ids), into: &tracks) { ($0.sound, $0.form) = $1 }
        try await merge(playlistCounts(ids), into: &tracks) { $0.playlistCount = $1 }
        return tracks
    }

    private typealias Part<Value> = (track: Int64, value: Value)

    /// Both sides are in order of track, so each is walked once.
    private func merge<Value>(
        _ parts: [Part<Value>], into tracks: inout [CatalogTrack], _ take: (inout CatalogTrack, Value) -> Void
    ) {
        var index = 0
        for part in parts {
            while index < tracks.count, tracks[index].id.rawValue < part.track { index += 1 }
            guard index < tracks.count else { return }
            if tracks[index].id.rawValue == part.track { take(&tracks[index], part.value) }
        }
    }

    private func rows(_ ids: [Int64]) async throws -> [CatalogTrack] {
        try await session.rows(
            """
            SELECT t.id, t.name, a.name, left(coalesce(t.released, a.released), 4)::integer, t.duration_ms, t.popularity,
                t.explicit, t.genres
            FROM tracks t LEFT JOIN albums a ON a.id = t.album_id
            WHERE t.id = ANY(\(ids)) ORDER BY t.id
            """
        ) { row in
            CatalogTrack(
                id: TrackID(rawValue: try row[0]), externalIDs: [], name: try row[1], album: try row[2],
                year: try row[3], duration: try row[4], popularity: try row[5], explicit: try row[6],
                genres: try row[7])
        }
    }

    private func externalIDs(_ ids: [Int64]) async throws -> [Part<ExternalID>] {
        try await session.rows(
            """
            SELECT entity_id, namespace, value FROM external_ids
            WHERE kind = 'track' AND entity_id = ANY(\(ids))
            ORDER BY entity_id, namespace <> 'spotify', namespace, value
            """
        ) { (track: try $0[0], value: ExternalID(namespace: try $0[1], value: try $0[2])) }
    }

    private func credits(_ ids: [Int64]) async throws -> [Part<CreditedArtist>] {
        let credits = try await session.rows(
            """
            SELECT c.track_id, a.id, a.name FROM track_artists c JOIN artists a ON a.id = c.artist_id
            WHERE c.track_id = ANY(\(ids)) ORDER BY c.track_id, c.position
            """
        ) { (track: try $0[0] as Int64, artist: try $0[1] as Int64, name: try $0[2] as String) }
        let names = try await artistIDs(Array(Set(credits.map(\.artist))))
        return credits.map {
            ($0.track, CreditedArtist(id: ArtistID(rawValue: $0.artist), name: $0.name, publicID: names[$0.artist]))
        }
    }

    /// One id for each artist that has any; a page of tracks names few artists often.
    private func artistIDs(_ ids: [Int64]) async throws -> [Int64: ExternalID] {
        let found = try await session.rows(
            """
            SELECT DISTINCT ON (entity_id) entity_id, namespace, value FROM external_ids
            WHERE kind = 'artist' AND entity_id = ANY(\(ids))
            ORDER BY entity_id, namespace <> 'spotify', namespace, value
            """
        ) { (try $0[0] as Int64, ExternalID(namespace: try $0[1], value: try $0[2])) }
        return Dictionary(uniqueKeysWithValues: found)
    }

    private func structures(_ ids: [Int64]) async throws -> [Part<StructureMetrics>] {
        try await session.rows(
            """
            SELECT DISTINCT ON (track_id) track_id, metrics FROM audio_analyses
            WHERE track_id = ANY(\(ids)) ORDER BY track_id, provider <> 'spotify', provider
            """
        ) { row in
            let json: String = try row[1]
            return (track: try row[0], value: try JSONDecoder().decode(StructureMetrics.self, from: Data(json.utf8)))
        }
    }

    private func sounds(_ ids: [Int64]) async throws -> [Part<(sound: [Float]?, form: [Float]?)>] {
        try await session.rows(
            """
            SELECT DISTINCT ON (track_id) track_id, sound, form FROM sound_descriptors
            WHERE track_id = ANY(\(ids)) ORDER BY track_id, provider
            """
        ) { (track: try $0[0], value: (sound: try $0[1], form: try $0[2])) }
    }

    private func playlistCounts(_ ids: [Int64]) async throws -> [Part<Int>] {
        try await session.rows(
            """
            SELECT track_id, count(DISTINCT playlist_id) FROM playlist_entries
            WHERE track_id = ANY(\(ids)) AND \(unsafeRaw: PlaylistLoading.isFound)
            GROUP BY track_id ORDER BY track_id
            """
        ) { (track: try $0[0], value: try $0[1]) }
    }
}
