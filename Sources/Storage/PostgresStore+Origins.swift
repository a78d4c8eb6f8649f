internal import Catalog
internal import Foundation
internal import Postgres

extension PostgresStore {
    /// Where each value of a track comes from that is known, in the order of `ValueOrigin.Field`.
    static func origins(_ id: TrackID, _ session: PostgresSession) async throws -> [ValueOrigin] {
        let found = try await session.rows(
            """
            SELECT v.name, i.source, i.authority, extract(epoch FROM i.begun_at)::float8
            FROM (SELECT t.*, a.name AS album, a.released AS album_released, a.import_id AS album_import_id,
                      t.released IS NULL AS is_albums_year
                  FROM tracks t LEFT JOIN albums a ON a.id = t.album_id WHERE t.id = \(id.rawValue)) AS t
            CROSS JOIN LATERAL (VALUES
                ('name', t.name IS NOT NULL, false, 'name'), ('album', t.album IS NOT NULL, true, 'name'),
                ('artists', EXISTS (SELECT FROM track_artists c WHERE c.track_id = t.id), false, 'artists'),
                ('year', coalesce(t.released, t.album_released) IS NOT NULL, t.is_albums_year, 'released'),
                ('duration_ms', t.duration_ms IS NOT NULL, false, 'duration_ms'),
                ('popularity', t.popularity IS NOT NULL, false, 'popularity'),
                ('explicit', t.explicit IS NOT NULL, false, 'explicit'), ('genres', t.genres <> '{}', false, 'genres')
            ) AS v (name, is_known, is_albums, field)
            LEFT JOIN value_imports o ON o.kind = (CASE WHEN v.is_albums THEN 'album' ELSE 'track' END)::entity_kind
                AND o.entity_id = CASE WHEN v.is_albums THEN t.album_id ELSE t.id END AND o.field = v.field
            LEFT JOIN imports i ON i.id = coalesce(
                o.import_id, CASE WHEN v.is_albums THEN t.album_import_id ELSE t.import_id END)
            WHERE v.is_known
            """
        ) { try origin($0) }
        return ValueOrigin.Field.allCases.compactMap { field in found.first { $0.field == field } }
    }

    /// Where those ids of a track come from of which it was noted, in the order of its ids.
    static func idOrigins(of track: CatalogTrack, _ session: PostgresSession) async throws -> [IDOrigin] {
        let found = try await session.rows(
            """
            SELECT v.field, i.source, i.authority, extract(epoch FROM i.begun_at)::float8
            FROM value_imports v JOIN imports i ON i.id = v.import_id
            WHERE v.kind = 'track' AND v.entity_id = \(track.id.rawValue) AND v.field LIKE '%:%'
            UNION ALL
            SELECT 'file:' || m.path, 'analyze', 'service', extract(epoch FROM m.analyzed_at)::float8
            FROM external_ids x JOIN music_files m ON m.path = x.value
            WHERE x.kind = 'track' AND x.namespace = 'file' AND x.entity_id = \(track.id.rawValue)
            """
        ) { try (name: $0[0] as String, source: $0[1] as String, authority: $0[2] as String, moment: $0[3] as Double) }
        return track.externalIDs.compactMap { id in
            guard let row = found.first(where: { $0.name == "\(id.namespace):\(id.value)" }),
                let authority = ImportSource.Authority(rawValue: row.authority)
            else { return nil }
            return IDOrigin(
                id: id, source: ImportSource(name: row.source, authority: authority),
                updatedAt: Date(timeIntervalSince1970: row.moment))
        }
    }

    private static func origin(_ row: borrowing PostgresRow) throws -> ValueOrigin {
        let (name, source, authority): (String, String?, String?) = (try row[0], try row[1], try row[2])
        guard let field = ValueOrigin.Field(rawValue: name) else {
            throw CatalogStoreError.failed("the database knows the origin of the unknown value \(name)")
        }
        let moment: Double? = try row[3]
        let known = authority.flatMap(ImportSource.Authority.init(rawValue:)).flatMap { authority in
            source.map { ImportSource(name: $0, authority: authority) }
        }
        return ValueOrigin(
            field: field, source: known, updatedAt: moment.map { Date(timeIntervalSince1970: $0) })
    }
}
