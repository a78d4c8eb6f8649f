internal import Catalog
internal import Foundation
internal import Postgres
internal import Rules
internal import Sampling

/// Loads what rules can ask of whole tracks: what answers are made from, and the facts that only rules look at.
struct RuleFactsLoading: Sendable {
    let session: PostgresSession
    /// Whose listening and library count; nil for everybody's.
    var listener: String?

    private typealias Facts = [Int64: RuleFacts]

    /// The facts of the tracks that exist, in order of id.
    func facts(_ ids: [Int64]) async throws -> [(track: TrackID, facts: RuleFacts)] {
        let tracks = try await TrackLoading(session: session).tracks(ids)
        var facts = Dictionary(uniqueKeysWithValues: tracks.map { ($0.id.rawValue, Self.columns(of: $0)) })
        try await addAlbums(ids, to: &facts)
        try await addArtists(ids, to: &facts)
        try await addProviders(ids, to: &facts)
        try await addSayings(ids, to: &facts)
        try await addPlays(ids, to: &facts)
        try await addLibrary(ids, to: &facts)
        try await addPlaylists(ids, to: &facts)
        return tracks.map { ($0.id, facts[$0.id.rawValue] ?? RuleFacts()) }
    }

    /// What a generation would carry of a track.
    private static func columns(of track: CatalogTrack) -> RuleFacts {
        var facts = RuleFacts()
        facts.set(.text(.name), [track.name].compactMap(\.self))
        facts.set(.text(.album), [track.album].compactMap(\.self))
        facts.set(.text(.artist), track.artists.map(\.name))
        facts.set(.text(.genre), track.genres)
        facts.set(.explicit, flag: track.explicit)
        for feature in AudioFeature.allCases {
            facts.set(.number(.feature(feature)), rounding: track.features[feature].map(Double.init))
        }
        if let duration = track.duration { facts.set(.number(.feature(.duration)), rounding: Double(duration)) }
        facts.set(.number(.year), rounding: track.year.map(Double.init))
        facts.set(.number(.popularity), rounding: track.popularity.map(Double.init))
        facts.set(.number(.playlistCount), rounding: Double(track.playlistCount))
        facts.set(.stored(.artistCount), rounding: Double(track.artists.count))
        for count in [StoredField.playCount, .skipCount, .likeCount, .servedCount] {
            facts.set(.stored(count), rounding: 0)
        }
        facts.set(.stored(.saved), flag: false)
        return facts
    }

    private func addAlbums(_ ids: [Int64], to facts: inout Facts) async throws {
        let rows = try await session.rows(
            """
            SELECT t.id, coalesce(t.released, a.released), t.track_number, t.disc_number, a.kind, a.total_tracks, r.name
            FROM tracks t LEFT JOIN albums a ON a.id = t.album_id LEFT JOIN artists r ON r.id = a.artist_id
            WHERE t.id = ANY(\(ids))
            """
        ) { row in
            let release = (try row[1] as String?).flatMap { ReleaseDate($0) }
            return (
                id: try row[0] as Int64, released: release?.firstSecond, number: try row[2] as Int?,
                disc: try row[3] as Int?, kind: try row[4] as String?, total: try row[5] as Int?,
                artist: try row[6] as String?
            )
        }
        for row in rows {
            facts[row.id]?.set(.stored(.released), date: row.released)
            facts[row.id]?.set(.stored(.trackNumber), row.number.map(Double.init))
            facts[row.id]?.set(.stored(.discNumber), row.disc.map(Double.init))
            facts[row.id]?.set(.stored(.albumType), [row.kind].compactMap(\.self))
            facts[row.id]?.set(.stored(.albumTracks), rounding: row.total.map(Double.init))
            facts[row.id]?.set(.stored(.albumArtist), [row.artist].compactMap(\.self))
        }
    }

    private func addArtists(_ ids: [Int64], to facts: inout Facts) async throws {
        let rows = try await session.rows(
            """
            SELECT c.track_id, c.position, a.popularity, a.genres FROM track_artists c JOIN artists a ON a.id = c.artist_id
            WHERE c.track_id = ANY(\(ids)) ORDER BY c.track_id, c.position
            """
        ) {
            (
                id: try $0[0] as Int64, place: try $0[1] as Int, popularity: try $0[2] as Int?,
                genres: try $0[3] as [String]
            )
        }
        for (id, credits) in Dictionary(grouping: rows, by: \.id) {
            facts[id]?.set(.stored(.artistGenre), credits.flatMap(\.genres))
            if let first = credits.first, first.place == 0 {
                facts[id]?.set(.stored(.artistPopularity), first.popularity.map(Double.init))
            }
        }
    }

    private func addProviders(_ ids: [Int64], to facts: inout Facts) async throws {
        let rows = try await session.rows(
            """
            SELECT track_id, provider, \(fragment: FeatureColumns.list()) FROM audio_features
            WHERE track_id = ANY(\(ids))
            """
        ) { row in
            var features = AudioFeatures()
            for feature in AudioFeature.allCases { features[feature] = try row[feature.rawValue + 2] as Float? }
            return (id: try row[0] as Int64, provider: try row[1] as String, features: features)
        }
        for row in rows {
            for feature in AudioFeature.allCases {
                facts[row.id]?.set(.feature(feature, provider: row.provider), row.features[feature].map(Double.init))
            }
        }
    }

    private func addSayings(_ ids: [Int64], to facts: inout Facts) async throws {
        let rows = try await session.rows(
            """
            SELECT track_id, source, categories, confidence FROM enrichments
            WHERE track_id = ANY(\(ids)) AND retry_at IS NULL
            """
        ) { row in
            let json: String = try row[2]
            let categories = try JSONDecoder().decode([String: EnrichmentValue].self, from: Data(json.utf8))
            return (
                id: try row[0] as Int64, source: try row[1] as String,
                saying: RuleFacts.Saying(categories: categories, confidence: try row[3])
            )
        }
        for row in rows { facts[row.id]?.sayings[row.source] = row.saying }
    }

    private func addPlays(_ ids: [Int64], to facts: inout Facts) async throws {
        let rows = try await session.rows(
            """
            SELECT track_id, kind, extract(epoch FROM played_at)::float8 FROM plays
            WHERE track_id = ANY(\(ids)) AND (\(listener)::text IS NULL OR listener = \(listener))
            ORDER BY track_id, played_at
            """
        ) { (id: try $0[0] as Int64, kind: try $0[1] as String, moment: try $0[2] as Double) }
        for (id, plays) in Dictionary(grouping: rows, by: \.id) {
            let moments = Dictionary(grouping: plays, by: \.kind).mapValues { $0.map(\.moment) }
            let count = { (kind: PlayRecord.Kind) in moments[kind.rawValue]?.count ?? 0 }
            let last = { (kind: PlayRecord.Kind) in moments[kind.rawValue]?.last }
            facts[id]?.set(.stored(.playCount), rounding: Double(count(.played)))
            facts[id]?.set(.stored(.skipCount), rounding: Double(count(.skipped)))
            facts[id]?.set(.stored(.likeCount), rounding: Double(count(.liked)))
            facts[id]?.set(.stored(.servedCount), rounding: Double(count(.served)))
            let heard = count(.played) + count(.skipped)
            facts[id]?.set(
                .stored(.skipRate), heard == 0 ? nil : Double(Float(count(.skipped)) / Float(heard)))
            facts[id]?.set(.stored(.firstPlayed), date: moments[PlayRecord.Kind.played.rawValue]?.first)
            facts[id]?.set(.stored(.lastPlayed), date: last(.played))
            facts[id]?.set(.stored(.lastSkipped), date: last(.skipped))
            facts[id]?.set(.stored(.lastLiked), date: last(.liked))
            facts[id]?.set(.stored(.lastServed), date: last(.served))
        }
    }

    private func addLibrary(_ ids: [Int64], to facts: inout Facts) async throws {
        guard listener ?? Listener.standard == Listener.standard else { return }
        let rows = try await session.rows(
            "SELECT track_id, extract(epoch FROM saved_at)::float8 FROM saved_tracks WHERE track_id = ANY(\(ids))"
        ) { (id: try $0[0] as Int64, moment: try $0[1] as Double?) }
        for row in rows {
            facts[row.id]?.set(.stored(.saved), flag: true)
            facts[row.id]?.set(.stored(.savedAt), date: row.moment)
        }
    }

    private func addPlaylists(_ ids: [Int64], to facts: inout Facts) async throws {
        let rows = try await session.rows(
            """
            SELECT DISTINCT e.track_id, e.playlist_id, x.namespace, x.value FROM playlist_entries e
            LEFT JOIN external_ids x ON x.kind = 'playlist' AND x.entity_id = e.playlist_id
            WHERE e.track_id = ANY(\(ids))
            """
        ) {
            (
                id: try $0[0] as Int64, playlist: PlaylistID(rawValue: try $0[1]), namespace: try $0[2] as String?,
                value: try $0[3] as String?
            )
        }
        for row in rows {
            facts[row.id]?.playlists.insert(PlaylistName(row.playlist))
            if let namespace = row.namespace, let value = row.value {
                facts[row.id]?.playlists.insert(PlaylistName(ExternalID(namespace: namespace, value: value)))
            }
        }
    }
}
