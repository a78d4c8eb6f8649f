internal import Catalog
internal import Postgres

extension CatalogMerge {
    /// Takes the chunk's albums straight into the catalog, where it has all that is said of those that it knows and so
    /// there is nothing to settle; false where that is not so, and nothing was done.
    ///
    /// The rules are those of `mergeAlbums`.
    mutating func loadAlbums() async throws -> Bool {
        var albums = AlbumResolution(chunk.albums, artists: artistIDs)
        albums.settle(try await knownNames(.album, albums.ids))
        albums.settle(byTitle: try await self.albums(titled: albums.titles))
        albums.resolveRest()
        guard try await hasAll(albums.additions) else { return false }
        let fresh = albums.fresh
        let first = fresh.isEmpty ? 0 : try await reserve(fresh.count, of: "albums_id_seq")
        brought?.rows?.add(fresh, first: first, named: albums.newIDs)
        await copyNew(fresh, from: first)
        await nameNew(.album, albums.newIDs.map { ($0.id, $0.album.id(first: first)) })
        counts.newAlbums += fresh.count
        unlisted.albums.append(albumIDs.count..<(albumIDs.count + chunk.albums.count))
        albumIDs += albums.references().map { $0.id(first: first) }
        return true
    }

    private mutating func copyNew(_ albums: [AlbumResolution.Values], from first: Int64) async {
        var rows = CopyBuffer(capacity: albums.count * 96)
        for (place, album) in albums.enumerated() {
            // An album with an id is found by its title too.
            if let title = album.title { brought?.insert(.album(title)) }
            rows.beginRow(columns: 7)
            rows.append(first + Int64(place))
            rows.append(album.name)
            rows.append(album.key)
            rows.append(album.artist)
            rows.append(album.released)
            rows.append(album.kind)
            rows.append(album.totalTracks)
        }
        guard !rows.isEmpty else { return }
        await copies.send(
            rows.finished(), to: "albums (id, name, name_key, artist_id, released, kind, total_tracks)")
    }

    /// The oldest stored albums of those of the titles that the catalog knows, by their places. The least of plain ids
    /// would be looked for in order of id, through most of the table; of a sum it is looked for by title.
    private mutating func albums(
        titled all: [AlbumResolution.Title]
    ) async throws -> [(place: Int, id: Int64)] {
        if let rows = brought?.rows { return rows.albums(titled: all) }
        let suspects = all.indices.filter { brought?.insert(.album(all[$0])) ?? true }
        let titles = suspects.map { all[$0] }
        guard !titles.isEmpty else { return [] }
        try await copies.settle()
        let stored: SQL =
            namesAreIndexed
            ? """
            CROSS JOIN LATERAL (SELECT min(id + 0) AS id FROM albums
                WHERE name_key = p.name_key AND coalesce(artist_id, 0) = p.artist) AS a
            WHERE a.id IS NOT NULL
            """
            : """
            JOIN (SELECT name_key, coalesce(artist_id, 0) AS artist, min(id) AS id FROM albums GROUP BY 1, 2) AS a
                USING (name_key, artist)
            """
        let found = try await session.rows(
            """
            SELECT p.place, a.id FROM unnest(\(titles.map(\.key)), \(titles.map(\.artist))) WITH ORDINALITY
                AS p (name_key, artist, place) \(fragment: stored)
            """
        ) { (place: try $0[0] as Int, id: try $0[1] as Int64) }
        return found.map { (suspects[$0.place - 1], $0.id) }
    }

    /// Whether the catalog has a value wherever one is given.
    private func hasAll(_ given: [Int64: AlbumResolution.Values]) async throws -> Bool {
        guard !given.isEmpty else { return true }
        if let rows = brought?.rows { return rows.hasAll(given) }
        try await copies.settle()
        let stored = try await session.rows(
            """
            SELECT id, \(unsafeRaw: StoredTrack.mask(AlbumResolution.Values.columns.map { "\($0) IS NOT NULL" }))
            FROM albums WHERE id = ANY(\(given.keys.sorted()))
            """
        ) { (id: try $0[0] as Int64, mask: try $0[1] as Int) }
        return stored.count == given.count && stored.allSatisfy { (given[$0.id]?.mask ?? 0) & ~$0.mask == 0 }
    }
}
