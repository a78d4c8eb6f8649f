public import Catalog
internal import Postgres

extension PostgresStore: CatalogReading {
    /// Runs `body` over the catalog as of one moment; the view is of no use afterwards.
    /// - Throws: `CatalogStoreError`, what `body` throws.
    public func withView<Result: Sendable>(
        _ body: @Sendable (any CatalogView) async throws -> Result
    ) async throws -> Result {
        try await withSession { session in
            try await session.withTransaction(isolation: .repeatableRead, readOnly: true) { session in
                try await body(StoredCatalogView(session: session))
            }
        }
    }

    /// The internal id of a track, or nil.
    /// - Throws: `CatalogStoreError`.
    public func trackID(for id: ExternalID) async throws -> TrackID? {
        try await withSession { session in
            try await EntityLookup(session: session).externalID(of: .track, id).map(TrackID.init)
        }
    }

    /// The tracks that a reference stands for, or nil where the catalog has no such entity.
    /// - Throws: `CatalogStoreError`.
    public func tracks(of reference: EntityReference, limit: Int) async throws -> [TrackID]? {
        try await withSession { session in
            try await EntityLookup(session: session).tracks(of: reference, limit: max(0, limit))
        }
    }

    /// Whether taking a playlist over has begun and never ended.
    /// - Throws: `CatalogStoreError`.
    public func isPartial(_ reference: EntityReference) async throws -> Bool {
        guard reference.kind == .playlist else { return false }
        return try await withSession { try await EntityLookup(session: $0).isPartial(reference) }
    }

    /// Removes a track for good; false where there is none.
    /// - Throws: `CatalogStoreError`.
    public func removeTrack(_ id: TrackID) async throws -> Bool {
        try await withSession { session in
            try await session.withTransaction { session in
                try await session.takeWriterLock(waiting: min(importTimeout, .seconds(5)))
                let removed = try await session.execute("DELETE FROM tracks WHERE id = \(id.rawValue)")
                if removed > 0 {
                    // Its ids may be another file's, its album and artists nobody's.
                    try await Self.note(filesAreSettled: false, session)
                    try await session.notify(Channel.catalog.rawValue)
                }
                return removed > 0
            }
        }
    }
}
