internal import Catalog
internal import Postgres

/// One import: a session of its own with one transaction, closed however the import ends.
///
/// A table is merged chunk by chunk, each while the next one is being read, so that both work at the same time and
/// neither holds more than two chunks. A service's answers are merged once, at the end: its last word counts, and only
/// then is it known which that is.
actor CatalogImportSession: CatalogImport {
    private let session: PostgresSession
    private let source: ImportSource
    private let second: SecondSession
    private let copies: PendingCopies
    private var staging: ImportStaging
    /// Everything that was sent to the database so far, in order.
    private var sending: Task<Void, any Error>
    /// As far as the last chunk.
    private var merging: Task<Void, any Error>?
    /// As the last of these steps leaves it to the next.
    private let merge: Handover<CatalogMerge>
    private var hasEnded = false

    /// Opens the transaction and takes the lock under which imports follow one another; what the catalog is like is
    /// looked up while the first records arrive.
    init(of source: ImportSource, in configuration: PostgresConfiguration, timeout: Duration) async throws {
        self.source = source
        let session = try await PostgresSession.connect(configuration)
        try await session.execute("SET temp_buffers = '256MB'")
        try await session.begin()
        try await session.takeWriterLock(waiting: timeout, makesKeys: false)
        let (copies, second) = (PendingCopies(session: session), SecondSession(configuration))
        let merge = Handover<CatalogMerge>()
        (self.session, self.copies, self.second, self.merge) = (session, copies, second, merge)
        staging = ImportStaging(holding: source.authority == .table)
        sending = Task {
            try await session.executeScript(Self.settings)
            merge.leave(
                try await CatalogMerge(session: session, source: source, copies: copies, second: second))
        }
    }

    /// Staging tables are small and short-lived: a coarse idea of them is good for their plans, and cheap.
    private static let settings = """
        SET LOCAL work_mem = '128MB';
        SET LOCAL jit = off;
        SET LOCAL gin_pending_list_limit = '64MB';
        SET LOCAL default_statistics_target = 10;

        """

    func append(_ records: [CatalogRecord]) async throws {
        guard !hasEnded else { throw Self.ended }
        do {
            // Read in their place: a copy counts references to each of a dozen parts.
            for index in records.indices {
                // What belongs to a track follows it, and is best merged with it.
                if case .track = records[index], staging.isChunkFull { try await mergeChunk() }
                staging.add(records[index])
                while let (table, bytes) = staging.nextFull() { try await send(bytes, to: table) }
            }
            // So has what came with the last record: the database need not wait for the next batch.
            if staging.isChunkFull { try await mergeChunk() }
        } catch {
            await end()
            throw CatalogStoreError.translating(error)
        }
    }

    func commit() async throws -> ImportCounts {
        guard !hasEnded else { throw Self.ended }
        do {
            sendRest()
            let chunk = Handover(staging.endChunk())
            hasEnded = true
            try await then {
                try await $0.absorb(chunk.take(), isLast: true)
                try await $0.finish()
            }.joined()
            // Freed while the database makes keys, which takes it longer.
            staging = ImportStaging()
            var merge = merge.take()
            let counts = try await merge.end()
            if counts.isUnchanged {
                try await merge.forgetOrigin()
            } else {
                try await session.notify(Channel.catalog.rawValue)
            }
            try await session.commit()
            await tidy(after: counts)
            return counts
        } catch {
            await end()
            throw CatalogStoreError.translating(error)
        }
    }

    func cancel() async { await end() }

    /// A service's buffers travel one by one while the next one fills; those of a table wait for the merge before them.
    private func send(_ bytes: [UInt8], to table: StagingTable) async throws {
        if source.authority == .service { try await sending.joined() }
        enqueue(bytes, table)
    }

    private func enqueue(_ bytes: [UInt8], _ table: StagingTable) {
        then { [session] in
            try await $0.prepareStaging()
            try await session.copyIn("COPY \(unsafeRaw: table.name) FROM STDIN (FORMAT binary)", bytes)
        }
    }

    /// Does something with the merge after what comes before.
    @discardableResult
    private func then(
        _ step: @escaping @Sendable (inout CatalogMerge) async throws -> Void
    ) -> Task<Void, any Error> {
        let task = Task { [sending, merge] in
            try await sending.joined()
            var taken = merge.take()
            try await step(&taken)
            merge.leave(taken)
        }
        sending = task
        return task
    }

    private func sendRest() {
        while let (table, bytes) = staging.nextRemaining() { enqueue(bytes, table) }
    }

    /// Merges the chunk behind the one before it, for the end of which it waits: no third one is ever in memory.
    private func mergeChunk() async throws {
        try await merging?.joined()
        await second.open()
        sendRest()
        let chunk = Handover(staging.endChunk())
        merging = then {
            try await $0.absorb(chunk.take(), isLast: false)
            try await $0.makeRoom()
        }
    }

    private func end() async {
        hasEnded = true
        _ = await sending.result
        await copies.drain()
        await session.rollback()
    }

    /// The import has succeeded; what does not get tidied now does after the next one.
    private func tidy(after counts: ImportCounts) async {
        guard !counts.isUnchanged else { return }
        try? await CatalogTidying(session: session, second: second).run(
            afterMuch: counts.newTracks > Self.worthTidying)
    }

    private static let worthTidying = 10_000

    private static let ended = CatalogStoreError.failed("the import has ended already")
}

extension PostgresSession {
    /// The key of the advisory lock under which imports and removals take turns.
    static var writerLock: Int { 0x5e67_7565_0002 }

    /// Takes the lock under which imports and removals take turns, until the transaction ends.
    ///
    /// Tables without references among themselves rely on it: what an import has looked up cannot be removed under it.
    /// So do keys that the first import makes at its end: any other writer makes them first.
    func takeWriterLock(waiting patience: Duration, makesKeys: Bool = true) async throws {
        let milliseconds = max(
            1, patience.components.seconds * 1_000 + patience.components.attoseconds / 1_000_000_000_000_000)
        try await execute("SET LOCAL lock_timeout = \(unsafeRaw: String(milliseconds))")
        try await execute("SELECT pg_advisory_xact_lock(\(Self.writerLock))")
        try await execute("SET LOCAL lock_timeout = 0")
        if makesKeys { try await makeKeys() }
    }

    /// Makes the keys that a migration left to the first import, where they are missing.
    func makeKeys(_ keys: [CatalogTidying.DeferredIndex] = CatalogTidying.keys) async throws {
        let missing = try await rows(
            """
            SELECT name FROM unnest(\(keys.map(\.name))) AS name
            WHERE NOT EXISTS (SELECT FROM pg_class
                WHERE relname = name AND relnamespace = current_schema()::regnamespace)
            """
        ) { try $0[0] as String }
        for key in keys where missing.contains(key.name) { try await execute(key.creation) }
    }
}
