internal import Catalog
internal import Postgres

/// Finds what references name, and the tracks that they stand for.
struct EntityLookup: Sendable {
    let session: PostgresSession

    /// The tracks of an entity in the order that `CatalogReading` promises, or nil where there is none.
    func tracks(of reference: EntityReference, limit: Int) async throws -> [TrackID]? {
        guard reference.kind != .tag else { return try await tracks(tagged: reference.id.value, limit) }
        guard let id = try await entity(reference.kind, reference.id) else { return nil }
        switch reference.kind {
        case .playlist: return try await tracks(ofPlaylist: id, limit)
        case .album: return try await tracks(ofAlbum: id, limit)
        case .artist: return try await tracks(ofArtist: id, limit)
        case .track, .tag: return Array([TrackID(rawValue: id)].prefix(limit))
        }
    }

    /// The entity that somebody gave an id to, or nil.
    func externalID(of kind: EntityReference.Kind, _ id: ExternalID) async throws -> Int64? {
        // What the database could not hold it does not have.
        guard !id.namespace.utf8.contains(0), !id.value.utf8.contains(0) else { return nil }
        return try await session.first(
            """
            SELECT entity_id FROM external_ids
            WHERE kind = \(kind.rawValue)::entity_kind AND namespace = \(id.namespace) AND value = \(id.value)
            """
        ) { try $0[0] }
    }

    private func entity(_ kind: EntityReference.Kind, _ id: ExternalID) async throws -> Int64? {
        guard id.namespace == "segue" else { return try await externalID(of: kind, id) }
        guard let number = Int64(id.value) else { return nil }
        return try await session.first("SELECT id FROM \(unsafeRaw: kind.rawValue)s WHERE id = \(number)") { try $0[0] }
    }

    /// Whether a playlist has a place to go on from, and was never read to its end.
    func isPartial(_ playlist: EntityReference) async throws -> Bool {
        guard let id = try await entity(.playlist, playlist.id) else { return false }
        return try await session.first(
            """
            SELECT EXISTS (SELECT FROM external_ids x
                JOIN collection_syncs s ON s.service = x.namespace AND s.collection = 'playlist:' || x.value
                WHERE x.kind = 'playlist' AND x.entity_id = \(id)
                    AND s.checkpoint_offset IS NOT NULL AND s.completed_at IS NULL)
            """
        ) { try $0[0] } ?? false
    }

    private func tracks(ofPlaylist id: Int64, _ limit: Int) async throws -> [TrackID] {
        try await tracks(
            """
            SELECT track_id FROM playlist_entries WHERE playlist_id = \(id)
            GROUP BY track_id ORDER BY min(position) LIMIT \(limit)
            """)
    }

    private func tracks(ofAlbum id: Int64, _ limit: Int) async throws -> [TrackID] {
        try await tracks(
            "SELECT id FROM tracks WHERE album_id = \(id) ORDER BY disc_number, track_number, id LIMIT \(limit)")
    }

    private func tracks(ofArtist id: Int64, _ limit: Int) async throws -> [TrackID] {
        try await tracks(
            """
            SELECT t.id FROM track_artists c JOIN tracks t ON t.id = c.track_id
            WHERE c.artist_id = \(id) AND c.position = 0
            ORDER BY t.popularity DESC NULLS LAST, (
                SELECT count(DISTINCT e.playlist_id) FROM playlist_entries e WHERE e.track_id = t.id) DESC, t.id
            LIMIT \(limit)
            """)
    }

    /// Some sources name genres with the tracks, others only with the artists. The empty lists are excluded in the
    /// words of the indexes, which leave them out.
    private func tracks(tagged name: String, _ limit: Int) async throws -> [TrackID]? {
        guard !name.utf8.contains(0) else { return nil }
        let own = try await tracks(
            """
            SELECT id FROM tracks WHERE genres @> ARRAY[\(name)] AND genres <> '{}'
            ORDER BY popularity DESC NULLS LAST, id LIMIT \(limit)
            """)
        guard own.isEmpty else { return own }
        let artists = try await session.rows(
            "SELECT id FROM artists WHERE genres @> ARRAY[\(name)] AND genres <> '{}'"
        ) { try $0[0] as Int64 }
        guard !artists.isEmpty else { return nil }
        return try await tracks(
            """
            SELECT t.id FROM track_artists c JOIN tracks t ON t.id = c.track_id
            WHERE c.artist_id = ANY(\(artists)) AND c.position = 0
            ORDER BY t.popularity DESC NULLS LAST, t.id LIMIT \(limit)
            """)
    }

    private func tracks(_ query: SQL) async throws -> [TrackID] {
        try await session.rows(query) { TrackID(rawValue: try $0[0]) }
    }
}
