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
