import Catalog
import Postgres
import Rules
import Sampling
import TestSupport
import Testing

@testable import Storage

/// Keys that are left to the first writer are there before anything of it can be seen.
@Suite struct FirstKeysTests {
    private static let keys = CatalogTidying.keys.map(\.name)

    private static func present(_ database: TestDatabase) async throws -> Set<String> {
        let names = try await database.session().rows(
            "SELECT c.relname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indisunique"
        ) { try $0[0] as String }
        return Set(keys).intersection(names)
    }

    /// Tracks that the catalog takes as they are; tracks of which the database settles several rows; nothing new.
    private static let tables: [[CatalogRecord]] = [
        (0..<5_000).flatMap { number -> [CatalogRecord] in
            [
                .track(TrackRecord(ids: [spotify(number)], name: "S", artists: [ArtistRecord(name: "A\(number % 9)")])),
                .playlistEntry(PlaylistEntryRecord(playlist: spotify(9_000), track: spotify(number), position: number)),
            ]
        },
        [
            .track(TrackRecord(ids: [spotify(1), spotify(2)], name: "S")),
            .track(TrackRecord(ids: [spotify(2)], name: "S", duration: 5)),
        ],
        [.artist(ArtistRecord(name: "Air", genres: ["pop"]))],
    ]

    @Test(arguments: tables) func aFirstImportMakesThem(_ table: [CatalogRecord]) async throws {
        try await withMigratedDatabase { database in
            #expect(try await Self.present(database).isEmpty)
            let cancelled = try await database.store.beginImport(of: ImportSource(name: "t", authority: .table))
            try await cancelled.append(table)
            await cancelled.cancel()
            #expect(try await Self.present(database).isEmpty)
            try await database.store.load(table)
            #expect(try await Self.present(database).count == Self.keys.count)
            let before = try await database.checksums()
            let again = try await database.store.load(table)
            let after = try await database.checksums()
            #expect(again.isUnchanged && after == before)
            let session = try await database.session()
            let error = await #expect(throws: PostgresError.self) {
                try await session.executeScript(
                    """
                    INSERT INTO external_ids VALUES ('playlist', 'n', 'v', 1);
                    INSERT INTO external_ids VALUES ('playlist', 'n', 'v', 2)
                    """)
            }
            #expect(error?.sqlState == .uniqueViolation)
        }
    }

    @Test func aFirstImportThatIsCancelledWhileTheyAreMadeLeavesNothing() async throws {
        try await withMigratedDatabase { database in
            let other = try await database.session()
            try await other.begin()
            try await other.execute("LOCK TABLE external_ids IN ROW EXCLUSIVE MODE")
            let pending = try await database.store.beginImport(of: ImportSource(name: "t", authority: .table))
            try await pending.append(Self.tables[0])
            let commit = Task { try await pending.commit() }
            let waiting = "pg_locks WHERE NOT granted AND relation = 'external_ids'::regclass"
            try await eventually { try await database.count(waiting) == 1 }
            commit.cancel()
            try await eventually { try await database.count(waiting) == 0 }
            await #expect(throws: (any Error).self) { try await commit.value }
            try await other.execute("COMMIT")
            #expect(try await database.count("tracks") == 0)
            #expect(try await Self.present(database).isEmpty)
        }
    }

    @Test func aPlaylistOfOnesOwnMakesThemToo() async throws {
        try await withMigratedDatabase { database in
            let name = try PlaylistName(parsing: "segue:playlist:calm")
            _ = try await OwnPlaylist(in: database.store, name: name, title: "Calm", batch: "t").add([], at: nil)
            #expect(try await database.count("external_ids") == 1)
            #expect(try await Self.present(database).count == Self.keys.count)
        }
    }

    @Test func aCatalogFromBeforeKeepsIts() async throws {
        try await withEmptyDatabase { database in
            let earlier = Array(Migration.all.prefix(24))
            _ = try await Migrator(database.configuration, migrations: earlier).migrate()
            try await database.session().execute(
                "INSERT INTO external_ids (kind, namespace, value, entity_id) VALUES ('track', 'n', 'v', 1)")
            let applied = try await Migrator(database.configuration).migrate()
            #expect(applied.first == "0025_first_keys")
            let constraints = try await database.count(
                "pg_constraint WHERE conname IN ('external_ids_pkey', 'track_artists_pkey')")
            #expect(constraints == 2)
        }
    }
}
