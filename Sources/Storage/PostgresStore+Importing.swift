public import Catalog
internal import Postgres

extension PostgresStore: CatalogImporting {
    /// Begins an import on a session of its own, outside the pool.
    /// - Throws: `CatalogStoreError.busy` when another import did not end in time, `CatalogStoreError.unavailable`.
    public func beginImport(of source: ImportSource) async throws -> any CatalogImport {
        do {
            return try await CatalogImportSession(of: source, in: pool.configuration, timeout: importTimeout)
        } catch {
            throw CatalogStoreError.translating(error)
        }
    }
}
