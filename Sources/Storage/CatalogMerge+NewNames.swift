internal import Catalog
internal import Postgres

/// An artist or album of a chunk that needs no staging: one that the catalog has, or a new one by its place among those.
enum NameReference {
    case stored(Int64)
    case fresh(Int)

    /// The id, once it is known which one the first new one has.
    func id(first: Int64) -> Int64 {
        switch self {
        case .stored(let id): id
        case .fresh(let place): first + Int64(place)
        }
    }
}

extension CatalogMerge {
    /// Takes the chunk's artists straight into the catalog, where their ids and names are all that is known of them and
    /// so there is nothing to settle; false where that is not so, and nothing was done.
    ///
    /// The rules are those of `mergeArtists`.
    mutating func loadArtists() async throws -> Bool {
        let given = chunk.artists
        let namespaces = Set(given.lazy.compactMap(\.record.id?.namespace))
        guard namespaces.count <= 1, given.allSatisfy({ $0.record.genres.isEmpty && $0.record.popularity == nil })
        else { return false }
        var artists = ArtistResolution(given)
        artists.settle(try await knownNames(.artist, artists.ids))
        artists.settle(byName: try await self.artists(named: artists.unknownNames, namespace: namespaces.first ?? ""))
        let fresh = artists.resolveRest()
        let first = fresh.isEmpty ? 0 : try await reserve(fresh.count, of: "artists_id_seq")
        brought?.rows?.add(fresh, first: first, named: artists.newIDs)
        await copyNew(fresh, from: first)
        await nameNew(.artist, artists.newIDs.map { ($0.id, $0.artist.id(first: first)) })
        counts.newArtists += fresh.count
        unlisted.artists.append(artistIDs.count..<(artistIDs.count + given.count))
        artistIDs += artists.references().map { $0.id(first: first) }
        return true
    }

    /// The entities of those of the ids that the catalog knows, by their places.
    mutating func knownNames(
        _ kind: EntityReference.Kind, _ ids: [ExternalID]
    ) async throws -> [(place: Int, id: Int64)] {
        if let rows = brought?.rows { return rows.known(kind, ids) }
        let suspects = ids.indices.filter { brought?.insert(.id(kind, ids[$0])) ?? true }
        return try await knownIDs(kind, suspects.map { ids[$0] }).map { (suspects[$0.place], $0.id) }
    }

    private func copyNew(_ artists: [StagedArtist], from first: Int64) async {
        var rows = CopyBuffer(capacity: artists.count * 64)
        for (place, artist) in artists.enumerated() {
            rows.beginRow(columns: 3)
            rows.append(first + Int64(place))
            rows.append(artist.name)
            rows.append(artist.key)
        }
        if !rows.isEmpty { await copies.send(rows.finished(), to: "artists (id, name, name_key)") }
    }

    /// Gives entities their external ids.
    func nameNew(_ kind: EntityReference.Kind, _ names: [(id: ExternalID, entity: Int64)]) async {
        guard !names.isEmpty else { return }
        await copies.send(ExternalIDRows.rows(kind, names), to: "external_ids (kind, namespace, value, entity_id)")
    }

    /// The stored artists of each name in order of id, and whether they have an id of the namespace.
    private mutating func artists(
        named all: [String], namespace: String
    ) async throws -> [(name: String, id: Int64, isTaken: Bool)] {
        if let rows = brought?.rows { return rows.artists(named: all, namespace: namespace) }
        let names = all.filter { brought?.insert(.artist($0)) ?? true }
        guard !names.isEmpty else { return [] }
        try await copies.settle()
        // See `knownIDs` on the look into the index.
        let stored: SQL =
            namesAreIndexed
            ? "CROSS JOIN LATERAL (SELECT id FROM artists WHERE name_key = p.name_key OFFSET 0) AS a"
            : "JOIN artists a ON a.name_key = p.name_key"
        return try await session.rows(
            """
            SELECT p.place, a.id, EXISTS (SELECT FROM external_ids x
                WHERE x.kind = 'artist' AND x.entity_id = a.id AND x.namespace = \(namespace.withoutZeros))
            FROM unnest(\(names)) WITH ORDINALITY AS p (name_key, place) \(fragment: stored)
            ORDER BY a.id
            """
        ) { (name: names[try $0[0] as Int - 1], id: try $0[1], isTaken: try $0[2]) }
    }

    /// Stages the chunk's artists, for the database to settle them.
    mutating func stageArtists() async throws {
        var rows = StagingRows()
        for artist in chunk.artists { rows.add(artist) }
        try await stage(&rows)
    }

    /// Stages the chunk's albums, for the database to settle them.
    mutating func stageAlbums() async throws {
        try await listNames()
        var rows = StagingRows()
        for album in chunk.albums { rows.add(album) }
        try await stage(&rows)
    }

    /// Sends rows to the staging tables and counts them as the chunk's.
    mutating func stage(_ rows: inout StagingRows) async throws {
        chunk.add(rows.takeCounts())
        try await prepareStaging()
        while let (table, bytes) = rows.nextRemaining() { try await copy(table.name, bytes) }
    }

    /// Tells the database which artists and albums the numbers stand for that rows to be settled refer to.
    mutating func listNames() async throws {
        try await prepareStaging()
        try await list(unlisted.artists, artistIDs, "artist_of")
        try await list(unlisted.albums, albumIDs, "album_of")
        unlisted = ([], [])
    }

    private func list(_ ranges: [Range<Int>], _ ids: [Int64], _ table: String) async throws {
        var rows = CopyBuffer()
        for number in ranges.joined() {
            rows.beginRow(columns: 4)
            rows.append(Int32(number))
            rows.append(ids[number])
            rows.append(false)
            rows.append(false)
        }
        guard !rows.isEmpty else { return }
        try await copy("\(table) (no, id, is_new, was_named)", rows.drain())
        try await session.execute("ANALYZE \(unsafeRaw: table)")
    }
}
