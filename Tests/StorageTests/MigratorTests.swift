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

    @Test func embeddedStepsAreNumberedWithoutHoles() {
        #expect(Migration.all.map(\.version) == Array(1...Migration.all.count))
        #expect(Migration.all.allSatisfy { !$0.script.isEmpty && $0.checksum.count == 16 })
    }
}
