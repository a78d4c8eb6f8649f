internal import Catalog
internal import Postgres

extension CatalogMerge {
    /// Begins to tell the import apart: rows that its transaction makes bear its id by default.
    static func begin(_ source: ImportSource, _ session: PostgresSession) async throws -> Int64 {
        let id = try await session.first(
            """
            WITH begun AS (
                INSERT INTO imports (id, source, authority)
                SELECT coalesce(max(id), 0) + 1, \(source.name.withoutZeros), \(source.authority.rawValue) FROM imports
                RETURNING id)
            SELECT id, set_config('segue.import', id::text, true) FROM begun
            """
        ) { try $0[0] as Int64 }
        return id ?? 0
    }

    /// Forgets an import that changed nothing.
    func forgetOrigin() async throws {
        try await session.execute("DELETE FROM imports WHERE id = \(importID)")
    }

    /// Which of some columns differ between two rows, as an array of their names.
    static func differing(_ columns: [String], _ stored: String, _ wanted: String) -> SQL {
        let cases = columns.map { "CASE WHEN \(stored).\($0) IS DISTINCT FROM \(wanted).\($0) THEN '\($0)' END" }
        return "array_remove(ARRAY[\(unsafeRaw: cases.joined(separator: ", "))], NULL)"
    }

    /// Notes this import as the origin of values, from rows of `id`, `fields` and `import_id`; what the import itself has
    /// made needs no note.
    func noteOrigins(of kind: String, from rows: SQL) -> SQL {
        """
        INSERT INTO value_imports (kind, entity_id, field, import_id)
        SELECT \(kind)::entity_kind, d.id, f.field, \(importID)
        FROM (\(fragment: rows)) AS d CROSS JOIN unnest(d.fields) AS f (field)
        WHERE d.import_id IS DISTINCT FROM \(importID)
        ON CONFLICT (kind, entity_id, field) DO UPDATE SET import_id = excluded.import_id
        """
    }
}
