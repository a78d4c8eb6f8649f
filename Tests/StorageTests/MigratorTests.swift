import Postgres
import TestSupport
import Testing

@testable import Storage

@Suite struct MigratorTests {
    @Test func appliesEveryStepOnce() async throws {
        try await withEmptyDatabase { database in
            let migrator = Migrator(database.configuration)
            let labels = Migration.all.map(\.label)
            let before = try await migrator.status()
            #expect(before == Migrator.Status(applied: [], pending: labels))
            let applied = try await migrator.migrate()
            #expect(applied == labels)
            let appliedAgain = try await migrator.migrate()
            #expect(appliedAgain == [])
            let after = try await migrator.status()
            #expect(after == Migrator.Status(applied: labels, pending: []))
        }
    }

    @Test func severalProgramsMayMigrateAtOnce() async throws {
        try await withEmptyDatabase { database in
            let applied = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<4 { group.addTask { try await Migrator(database.configuration).migrate() } }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(applied == Migration.all.map(\.label))
        }
    }

    @Test func aChangedStepIsRefusedByName() async throws {
        try await withMigratedDatabase { database in
            try await database.session().execute("UPDATE schema_migrations SET checksum = 'x' WHERE version = 2")
            let migrator = Migrator(database.configuration)
            await #expect(throws: MigrationError.changed("0002_vectors")) { try await migrator.migrate() }
            await #expect(throws: MigrationError.changed("0002_vectors")) { try await migrator.status() }
        }
    }

    @Test func aNewerDatabaseIsRefused() async throws {
        try await withMigratedDatabase { database in
            let known = Migration.all.count
            try await database.session().execute(
                "INSERT INTO schema_migrations (version, name, checksum) VALUES (\(known + 1), 'next', 'x')")
            let expected = MigrationError.newerDatabase(found: known + 1, known: known)
            await #expect(throws: expected) { try await Migrator(database.configuration).migrate() }
        }
    }

    @Test func aFailingStepIsUndoneAndTheEarlierOnesStay() async throws {
        try await withEmptyDatabase { database in
            let steps = [
                Migration(version: 1, name: "good", script: "CREATE TABLE good (n integer)"),
                Migration(version: 2, name: "bad", script: "CREATE TABLE bad (n integer); SELECT 1/0"),
            ]
            let migrator = Migrator(database.configuration, migrations: steps)
            await #expect(throws: MigrationError.self) { try await migrator.migrate() }
            let status = try await migrator.status()
            #expect(status == Migrator.Status(applied: ["0001_good"], pending: ["0002_bad"]))
            let leftovers = try await database.count("pg_tables WHERE tablename = 'bad'")
            #expect(leftovers == 0)
        }
    }

    /// Those of one track that has a MusicBrainz id and are not the same bytes.
    @Test func filesThatWereTakenForOneRecordingAreDueAgain() async throws {
        try await withEmptyDatabase { database in
            _ = try await Migrator(database.configuration, migrations: Array(Migration.all.prefix(20))).migrate()
            let session = try await database.session()
            for (track, paths, id) in [(1, ["a", "b"], "mbid"), (2, ["c", "d"], "isrc"), (3, ["e"], "mbid")] {
                try await session.execute("INSERT INTO tracks (id, name) VALUES (\(track), 'One')")
                let names = paths.map { ("file", "/\($0)") } + [(id, "id \(track)")]
                for (namespace, value) in names {
                    try await session.execute(
                        "INSERT INTO external_ids VALUES ('track', \(namespace), \(value), \(track))")
                }
                for path in paths {
                    try await session.execute(
                        """
                        INSERT INTO music_files (path, size, modified, content, version)
                        VALUES (\("/\(path)"), 1, 1, \(path), 4)
                        """)
                }
            }
            _ = try await Migrator(database.configuration).migrate()
            let due = try await session.rows("SELECT path FROM music_files WHERE version = 0 ORDER BY path") {
                try $0[0] as String
            }
            #expect(due == ["/a", "/b"])
        }
    }

    @Test func embeddedStepsAreNumberedWithoutHoles() {
        #expect(Migration.all.map(\.version) == Array(1...Migration.all.count))
        #expect(Migration.all.allSatisfy { !$0.script.isEmpty && $0.checksum.count == 16 })
    }
}
