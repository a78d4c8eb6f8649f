internal import Catalog
internal import Postgres

/// One import: a session of its own with one transaction, closed however the import ends.
actor CatalogImportSession: CatalogImport {
    private let session: PostgresSession
    private let source: ImportSource
    private var staging = ImportStaging()
    private var copying: Task<Void, any Error>?
    private var hasEnded = false

    /// Opens the transaction, takes the lock under which imports follow one another, and makes the staging tables.
    init(of source: ImportSource, in configuration: PostgresConfiguration, timeout: Duration) async throws {
        self.source = source
        session = try await PostgresSession.connect(configuration)
        try await session.execute("SET temp_buffers = '256MB'")
        try await session.begin()
        try await session.takeWriterLock(waiting: timeout)
        try await session.executeScript(Self.settings + StagingTable.allCases.map(\.definition).joined())
    }

    private static let settings = """
        SET LOCAL work_mem = '128MB';
        SET LOCAL jit = off;
        SET LOCAL gin_pending_list_limit = '64MB';

        """

    func append(_ records: [CatalogRecord]) async throws {
        guard !hasEnded else { throw Self.ended }
        do {
            for record in records {
                staging.add(record)
                while let (table, bytes) = staging.nextFull() { try await send(bytes, to: table) }
            }
        } catch {
            await end()
            throw CatalogStoreError.translating(error)
        }
    }

    func commit() async throws -> ImportCounts {
        guard !hasEnded else { throw Self.ended }
        do {
            while let (table, bytes) = staging.nextRemaining() { try await send(bytes, to: table) }
            try await copying?.value
            hasEnded = true
            var merge = CatalogMerge(session: session, source: source, staging: staging)
            let counts = try await merge.run()
            if !counts.isUnchanged { try await session.notify(Channel.catalog.rawValue) }
            try await session.commit()
            if counts.newTracks > Self.worthTidying { try? await tidy() }
            return counts
        } catch {
            await end()
            throw CatalogStoreError.translating(error)
        }
    }

    func cancel() async { await end() }

    /// One buffer travels while the next one fills.
    private func send(_ bytes: [UInt8], to table: StagingTable) async throws {
        try await copying?.value
        copying = Task { [session] in
            try await session.copyIn("COPY \(unsafeRaw: table.name) FROM STDIN (FORMAT binary)", bytes)
        }
    }

    private func end() async {
        hasEnded = true
        _ = try? await copying?.value
        await session.rollback()
    }

    private static let worthTidying = 10_000

    /// Fresh statistics of what queries look for, and the backlog of the indexes over texts sorted in, so that the first readers
    /// are not the ones who wait.
    private func tidy() async throws {
        for index in ["tracks_search", "tracks_genres", "artists_genres"] {
            try await session.execute("SELECT gin_clean_pending_list(\(index)::regclass)")
        }
        try await session.executeScript(
            """
            ANALYZE artists (id, name_key), albums (id, name_key, artist_id), tracks (id, album_id, changed_in, search_text, genres),
                track_artists, external_ids, audio_features (track_id, provider),
                playlist_entries (playlist_id, position, track_id)
            """)
    }

    private static let ended = CatalogStoreError.failed("the import has ended already")
}

extension PostgresSession {
    /// Takes the lock under which imports and removals take turns, until the transaction ends.
    ///
    /// Tables without references among themselves rely on it: what an import has looked up cannot be removed under it.
    func takeWriterLock(waiting patience: Duration) async throws {
        let milliseconds = max(
            1, patience.components.seconds * 1_000 + patience.components.attoseconds / 1_000_000_000_000_000)
        try await execute("SET LOCAL lock_timeout = \(unsafeRaw: String(milliseconds))")
        try await execute("SELECT pg_advisory_xact_lock(\(0x5e67_7565_0002))")
        try await execute("SET LOCAL lock_timeout = 0")
    }
}

extension StagingTable {
    fileprivate var definition: String { "CREATE TEMP TABLE \(name) (\(columns)) ON COMMIT DROP;\n" }
}
