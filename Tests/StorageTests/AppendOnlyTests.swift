import Catalog
import Foundation
import JSONText
import Postgres
import Rules
import Sampling
import TestSupport
import Testing

@testable import Storage

/// A setting, a rule set and its playlist, and a run of another playlist, each with its history; the two playlists.
private func fill(
    _ database: TestDatabase, keepingUp keep: (PlaylistName) async throws -> Void
) async throws -> (kept: PlaylistID, made: PlaylistID) {
    let store = database.store
    try await store.load((1...3).map { .track(TrackRecord(ids: [spotify($0)], name: "Song \($0)", artists: [])) })
    _ = try await store.changeSettings(["A": "1"], by: "anna")
    let rule = Array(#"{"name": "Calm", "target": "segue:playlist:calm", "root": {"match": "all"}}"#.utf8)
    _ = try await store.save(try RuleSet.draft(try JSONParser.parse(rule, 0..<rule.count)), mayReplace: false)
    let name = try PlaylistName(parsing: "segue:playlist:calm")
    try await keep(name)
    let kept = try #require(try await store.rulePlaylists().first).id
    let made = try await database.session().first(
        """
        WITH playlist AS (INSERT INTO playlists (name, owner) VALUES ('Made', 'segue') RETURNING id),
            made AS (
                INSERT INTO made_playlists (playlist_id, listener, kind, recipe)
                SELECT id, 'default', 'sampled', '{}' FROM playlist),
            entry AS (
                INSERT INTO playlist_entries (playlist_id, position, track_id)
                SELECT p.id, 0, min(t.id) FROM playlist p, tracks t GROUP BY p.id),
            run AS (
                INSERT INTO playlist_runs (playlist_id, listener, cause, batch, status, seed, recipe, snapshot, total,
                    new_tracks, kept_tracks, missing, report, started_at, finished_at)
                SELECT id, 'default', 'create', 'b', 'done', 1, '{}', 's', 1, 1, 0, 0, '{}', now(), now() FROM playlist
                RETURNING id, playlist_id),
            track AS (
                INSERT INTO playlist_run_tracks (run_id, position, track_id, reason)
                SELECT r.id, 0, min(t.id), '{}' FROM run r, tracks t GROUP BY r.id)
        SELECT playlist_id FROM run
        """
    ) { PlaylistID(rawValue: try $0[0]) }
    return (kept, try #require(made))
}

private let histories = [
    "playlist_entry_history", "playlist_runs", "playlist_run_tracks", "rule_set_versions", "setting_changes",
]

private func contents(_ database: TestDatabase) async throws -> [String: String] {
    let session = try await database.session()
    var contents: [String: String] = [:]
    for table in histories {
        contents[table] = try await session.first(
            "SELECT string_agg(t::text, '|' ORDER BY t::text) FROM \(unsafeRaw: table) t"
        ) { try $0[0] as String? ?? "" }
    }
    return contents
}

private func expectRefusals(_ database: TestDatabase) async throws {
    let before = try await contents(database)
    #expect(before.values.allSatisfy { !$0.isEmpty }, "\(before)")
    let session = try await database.session()
    for table in histories {
        let column = table == "playlist_run_tracks" ? "position" : table == "setting_changes" ? "changed_by" : "batch"
        let changed = table == "rule_set_versions" ? "change" : column
        for statement in [
            "UPDATE \(table) SET \(changed) = \(changed)", "DELETE FROM \(table)", "TRUNCATE \(table) CASCADE",
        ] {
            let error = await #expect(throws: PostgresError.self, "\(statement)") {
                try await session.executeScript(statement)
            }
            #expect(error?.message.hasSuffix("is append-only") == true, "\(statement)")
        }
    }
    let after = try await contents(database)
    #expect(after == before)
}

@Suite("Histories", .enabled(if: ProcessInfo.processInfo.environment["DATABASE_URL"] != nil))
struct AppendOnlyTests {
    @Test func noHistoryCanBeRewritten() async throws {
        try await withMigratedDatabase { database in
            _ = try await Self.fill(database)
            try await expectRefusals(database)
        }
    }

    private static func fill(_ database: TestDatabase) async throws -> (kept: PlaylistID, made: PlaylistID) {
        try await StorageTests.fill(database) { name in
            let playlist = OwnPlaylist(in: database.store, name: name, title: "Calm", batch: "t")
            _ = try await playlist.add(["1", "2"], at: nil)
        }
    }

    @Test func whatTheyTellOfCanBeRemovedAndTheyStay() async throws {
        try await withMigratedDatabase { database in
            let ids = try await Self.fill(database)
            let before = try await contents(database)
            for id in [ids.kept, ids.made] {
                let isRemoved = try await database.store.removeMadePlaylist(id)
                #expect(isRemoved)
            }
            let isRemoved = try await database.store.removeRuleSet("calm")
            #expect(isRemoved)
            let left = try await database.count("playlists")
            let gone = try await database.count("playlist_entry_changes WHERE change = 'removed'")
            #expect(left == 0 && gone == 3)
            let after = try await contents(database)
            for (table, rows) in before {
                #expect(Set(rows.split(separator: "|")).isSubset(of: Set((after[table] ?? "").split(separator: "|"))))
            }
            #expect(after["playlist_runs"] == before["playlist_runs"], "runs outlive their playlist")
        }
    }

    @Test func aDatabaseWithHistoriesFromBeforeKeepsThem() async throws {
        try await withEmptyDatabase { database in
            let earlier = Array(Migration.all.prefix(17))
            _ = try await Migrator(database.configuration, migrations: earlier).migrate()
            let session = try await database.session()
            _ = try await StorageTests.fill(database) { _ in
                try await session.executeScript(
                    """
                    INSERT INTO playlists (name, owner) VALUES ('Calm', 'segue');
                    INSERT INTO playlist_entry_history (playlist_id, position, track_id, change, batch) VALUES
                        (1, 0, 1, 'added', 't'), (7, 0, 3, 'added', 't'), (1, 1, 2, 'added', 't'),
                        (1, 1, 2, 'removed', 't'), (1, 3, 2, 'added', 't'), (1, 2, 3, 'added', 'u')
                    """)
                try await session.executeScript(
                    """
                    INSERT INTO playlist_entry_history (playlist_id, position, track_id, change, batch)
                    VALUES (1, 4, 1, 'added', 'u')
                    """)
            }
            try await session.executeScript("UPDATE playlist_entry_history SET batch = batch || 'r'")
            var before = try await contents(database)
            before["playlist_entry_history"] = nil
            let changes = try await Self.changes(database, from: "playlist_entry_history", by: "id")
            let applied = try await Migrator(database.configuration).migrate()
            #expect(applied.first == "0018_append_only")
            var after = try await contents(database)
            after["playlist_entry_history"] = nil
            #expect(after == before)
            #expect(try await Self.changes(database, from: "playlist_entry_changes", by: "number") == changes)
            let groups: [[Int]] = try await session.rows("SELECT positions FROM playlist_entry_history ORDER BY id") {
                try $0[0]
            }
            #expect(groups == [[0, 1], [0], [1], [3], [2], [4]], "what one transaction did in a row is one")
            try await expectRefusals(database)
        }
    }

    /// Each playlist's history in order.
    private static func changes(_ database: TestDatabase, from table: String, by order: String) async throws -> [String]
    {
        try await database.session().rows(
            """
            SELECT concat_ws(' ', playlist_id, position, track_id, change, batch, recorded_in, recorded_at)
            FROM \(unsafeRaw: table) ORDER BY playlist_id, \(unsafeRaw: order)
            """
        ) { try $0[0] }
    }
}
