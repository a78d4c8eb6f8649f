internal import Catalog
internal import Postgres

extension CatalogMerge {
    /// Whether what is given has to be told from what files gave.
    private var isOfAnotherService: Bool { replaces && source.name != MusicFile.provider }

    /// Takes values and ids of tracks over that files gave and this service gives as well: they are not to leave with the
    /// files. What differs is the service's already.
    func takeOverTracks() async throws {
        guard isOfAnotherService else { return }
        let given =
            Self.names.map { "CASE WHEN g.\($0) IS NOT NULL THEN '\($0)' END" }
            + ["CASE WHEN cardinality(g.artists) > 0 THEN 'artists' END"]
        try await session.execute(
            """
            WITH same AS MATERIALIZED (
                SELECT t.id, array_agg(f.field) AS fields, t.import_id FROM track_given g JOIN tracks t USING (id)
                CROSS JOIN LATERAL unnest(ARRAY[\(unsafeRaw: given.joined(separator: ", "))]) AS f (field)
                LEFT JOIN value_imports v ON v.kind = 'track' AND v.entity_id = t.id AND v.field = f.field
                JOIN imports i ON i.id = coalesce(v.import_id, t.import_id)
                WHERE f.field IS NOT NULL AND i.source = \(MusicFile.provider) GROUP BY t.id),
            noted AS (\(fragment: noteOrigins(of: "track", from: "SELECT id, fields, import_id FROM same")))
            INSERT INTO touched SELECT id FROM same
            """)
        try await session.execute(
            """
            WITH named AS (
                SELECT id, namespace || ':' || value AS field FROM track_key
                UNION SELECT o.id, s.namespace || ':' || s.value FROM in_alias s JOIN track_of o ON o.no = s.track),
            taken AS (
                UPDATE value_imports v SET import_id = \(importID) FROM named n, imports i
                WHERE v.kind = 'track' AND v.entity_id = n.id AND v.field = n.field
                AND i.id = v.import_id AND i.source = \(MusicFile.provider)
                RETURNING v.entity_id)
            INSERT INTO touched SELECT entity_id FROM taken
            """)
    }

    /// Takes the dates of albums over in the same way, from a table of what is given.
    func takeOverAlbums(in table: SQL) async throws {
        guard isOfAnotherService else { return }
        try await session.execute(
            """
            WITH same AS MATERIALIZED (
                SELECT a.id, ARRAY['released'] AS fields, a.import_id FROM \(fragment: table) g JOIN albums a USING (id)
                LEFT JOIN value_imports v ON v.kind = 'album' AND v.entity_id = a.id AND v.field = 'released'
                JOIN imports i ON i.id = coalesce(v.import_id, a.import_id)
                WHERE g.released IS NOT NULL AND i.source = \(MusicFile.provider)),
            noted AS (\(fragment: noteOrigins(of: "album", from: "SELECT id, fields, import_id FROM same")))
            INSERT INTO touched SELECT t.id FROM tracks t JOIN same s ON s.id = t.album_id
            """)
    }
}
