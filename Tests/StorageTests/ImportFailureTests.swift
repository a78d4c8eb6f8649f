import Catalog
import Postgres
import TestSupport
import Testing

@testable import Storage

@Suite struct ImportFailureTests {
    private let source = ImportSource(name: "test.csv", authority: .table)

    @Test func anImportThatIsCancelledHalfWayLeavesNothing() async throws {
        try await withMigratedDatabase { database in
            let before = try await database.checksums()
            let session = try await database.store.beginImport(of: source)
            try await session.append(sampleRecords)
            await session.cancel()
            await #expect(throws: CatalogStoreError.self) { try await session.append(sampleRecords) }
            await #expect(throws: CatalogStoreError.self) { try await session.commit() }
            #expect(try await database.checksums() == before)
        }
    }

    @Test func anImportThatIsDroppedLeavesNothing() async throws {
        try await withMigratedDatabase { database in
            for _ in 0..<2 {
                let session = try await database.store.beginImport(of: source)
                try await session.append(sampleRecords)
            }
            #expect(try await database.store.allTracks().isEmpty)
        }
    }

    @Test func anImportWhoseConnectionIsKilledLeavesNothingAndSaysSo() async throws {
        try await withMigratedDatabase { database in
            let session = try await database.store.beginImport(of: source)
            try await session.append(sampleRecords)
            try await database.session().execute(
                """
                SELECT pg_terminate_backend(pid, 120000) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()
                """)
            let error = await #expect(throws: CatalogStoreError.self) { try await session.commit() }
            guard case .unavailable = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try await database.store.allTracks().isEmpty)
            #expect(try await database.store.load(sampleRecords).newTracks == 40)
        }
    }

    @Test func oneImportWaitsForAnotherAndThenSaysBusy() async throws {
        try await withMigratedDatabase { database in
            let impatient = PostgresStore(pool: database.pool, importTimeout: .milliseconds(100))
            let first = try await database.store.beginImport(of: source)
            let error = await #expect(throws: CatalogStoreError.self) { try await impatient.beginImport(of: source) }
            guard case .busy = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            await first.cancel()
            await (try await impatient.beginImport(of: source)).cancel()
        }
    }

    @Test func importsAtTheSameTimeFollowOneAnother() async throws {
        try await withTestDatabase { store in
            let counts = try await withThrowingTaskGroup(of: ImportCounts.self) { group in
                for _ in 0..<2 { group.addTask { try await store.load(sampleRecords) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(counts.map(\.newTracks).sorted() == [0, 40])
            #expect(counts.count(where: \.isUnchanged) == 1)
        }
    }

    @Test func aValueThatTheCatalogCannotHoldFailsTheImportAsAWhole() async throws {
        try await withTestDatabase { store in
            await #expect(throws: CatalogStoreError.self) {
                try await store.load(sampleRecords + [.track(TrackRecord(ids: [spotify(99)], popularity: 1_000))])
            }
            let isEmpty = try await store.allTracks().isEmpty
            #expect(isEmpty)
        }
    }

    @Test func anUnreachableDatabaseIsUnavailable() async throws {
        let store = PostgresStore(pool: PostgresPool(PostgresConfiguration(conninfo: "host=/nonexistent dbname=x")))
        for attempt in [
            { @Sendable in _ = try await store.beginImport(of: source) },
            { @Sendable in _ = try await store.withView { try await $0.trackCount() } },
            { @Sendable in _ = try await store.latestSpace() },
        ] {
            let error = await #expect(throws: CatalogStoreError.self) { try await attempt() }
            guard case .unavailable = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func anEmptyDatabaseAsksToBeMigrated() async throws {
        try await withEmptyDatabase { database in
            let error = await #expect(throws: CatalogStoreError.self) { try await database.store.allTracks() }
            guard case .unavailable(let text) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(text.contains("segue migrate"))
        }
    }

    @Test func anOlderDatabaseAsksToBeMigrated() async throws {
        try await withMigratedDatabase { database in
            try await database.session().executeScript("ALTER TABLE music_files DROP COLUMN ids")
            let error = await #expect(throws: CatalogStoreError.self) { _ = try await database.store.unheldIDs() }
            #expect(String(describing: error).contains("segue migrate"))
        }
    }
}
