import Foundation
import Postgres
import Storage
import Terminal
import TestSupport
import Testing

@testable import segue

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty

/// A catalog of thirty tracks, a folder for files, and the environment that leads to both.
private struct Desk: Sendable {
    let database: TestDatabase
    let folder: String
    let environment: [String: String]

    static func with(_ body: @escaping @Sendable (Desk) async throws -> Void) async throws {
        try await withMigratedDatabase { database in
            try await database.session().execute(
                """
                INSERT INTO tracks (id, name, popularity, released)
                SELECT i, 'Track ' || i, i, (1990 + i)::text FROM generate_series(1, 30) AS i
                """)
            try await withTemporaryDirectory { folder in
                let environment = ["DATABASE_URL": database.conninfo, "SEGUE_DATABASE_CONNECTIONS": "4"]
                try await body(Desk(database: database, folder: folder, environment: environment))
            }
        }
    }

    func run(_ arguments: String...) async -> Outcome {
        await segue(["rules"] + arguments, environment: environment)
    }

    /// Writes a rule set of tracks from a year on, and stores it.
    @discardableResult
    func put(_ name: String, since year: Int, target: String? = nil) async throws -> Outcome {
        let target = target.map { #""target":"\#($0)","# } ?? ""
        let text =
            #"{"name":"\#(name)",\#(target)"root":{"match":"all","conditions":[{"field":"year","op":"gte","value":\#(year)}]}}"#
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name).json"))
        return await run("put", "\(folder)/\(name).json")
    }
}

@Suite("Rules on the command line", .enabled(if: hasDatabase, "DATABASE_URL is not set")) struct RulesCommandTests {
    @Test func ruleSetsAreStoredListedAndBroughtBack() async throws {
        try await Desk.with { desk in
            let first = try await desk.put("late", since: 2015)
            #expect(first.status == .success && first.output == "new late, version 1\n", "\(first.errors)")
            let second = try await desk.put("late", since: 2016)
            #expect(second.output == "changed late, version 2\n")
            let same = try await desk.put("late", since: 2016)
            #expect(same.output == "unchanged late, version 2\n")
            let list = await desk.run("list")
            #expect(list.output.contains("late") && list.output.contains("Version"))
            let shown = await desk.run("show", "late")
            #expect(shown.output.contains("year gte"))
            let back = await desk.run("rollback", "late", "--to", "1")
            #expect(back.output == "changed late, version 3\n", "\(back.errors)")
            let gone = await desk.run("delete", "late")
            #expect(gone.status == .success)
            let versions = await desk.run("versions", "late")
            #expect(versions.output.contains("removed") && versions.output.contains("rolled back"))
            let missing = await desk.run("show", "late")
            #expect(missing.status == .failure && missing.errors.contains("segue rules list"))
        }
    }

    @Test func badFilesSayWhereAndWhat() async throws {
        try await Desk.with { desk in
            let bad =
                #"{"name":"x","root":{"match":"all","groups":[{"match":"all","conditions":[{"field":"year","op":"like"}]}]}}"#
            try Data(bad.utf8).write(to: URL(filePath: "\(desk.folder)/bad.json"))
            let outcome = await desk.run("put", "\(desk.folder)/bad.json")
            #expect(outcome.status == .failure)
            #expect(outcome.errors.contains("/root/groups/0/conditions/0/op"))
            let deep = String(repeating: #"{"match":"all","groups":["#, count: 10_000)
            try Data(deep.utf8).write(to: URL(filePath: "\(desk.folder)/deep.json"))
            let tooDeep = await desk.run("put", "\(desk.folder)/deep.json")
            #expect(tooDeep.status == .failure && tooDeep.errors.contains("deeper"))
            let absent = await desk.run("put", "\(desk.folder)/absent.json")
            #expect(absent.status == .failure && absent.errors.contains("is it there"))
        }
    }

    @Test func aTrackIsAskedAbout() async throws {
        try await Desk.with { desk in
            try await desk.put("late", since: 2015)
            let outcome = await desk.run("evaluate", "late", "--track", "segue:30")
            #expect(outcome.status == .success && outcome.output.hasPrefix("matches\n"), "\(outcome.errors)")
            #expect(outcome.output.contains("2020"))
            try Data(#"{"year": 1999}"#.utf8).write(to: URL(filePath: "\(desk.folder)/facts.json"))
            let facts = await desk.run("evaluate", "late", "--facts", "\(desk.folder)/facts.json")
            #expect(facts.output.hasPrefix("does not match\n"))
            let neither = await desk.run("evaluate", "late")
            #expect(neither.status == .usage)
        }
    }

    @Test func playlistsAreSyncedByTheSmallestDifference() async throws {
        try await Desk.with { desk in
            try await desk.put("late", since: 2016, target: "segue:playlist:late")
            let preview = await desk.run("preview", "late", "--limit", "1")
            #expect(
                preview.output.contains("gain 5, lose 0, keep 0") && preview.output.contains("Track 30"),
                "\(preview.errors)")
            let first = await desk.run("sync", "--here")
            #expect(first.status == .success, "\(first.errors)")
            #expect(first.output.contains("segue:playlist:late"))
            try await desk.put("late", since: 2018, target: "segue:playlist:late")
            let second = await desk.run("preview", "late")
            #expect(second.output.contains("gain 0, lose 2, keep 3"))
            let synced = await desk.run("sync", "late", "--here")
            #expect(synced.status == .success, "\(synced.errors)")
            let entries = try await desk.database.session().rows(
                "SELECT track_id FROM playlist_entries ORDER BY position"
            ) { try $0[0] as Int64 }
            #expect(entries == [30, 29, 28])
        }
    }

    @Test func aDisabledRuleSetIsCountedWhereItIsNamedAndNeverSynced() async throws {
        try await Desk.with { desk in
            let text =
                #"{"name":"off","enabled":false,"target":"segue:playlist:off","root":{"match":"all"}}"#
            try Data(text.utf8).write(to: URL(filePath: "\(desk.folder)/off.json"))
            let put = await desk.run("put", "\(desk.folder)/off.json")
            #expect(put.status == .success, "\(put.errors)")
            let synced = await desk.run("sync", "off", "--here")
            #expect(
                synced.status != .success && synced.errors.contains("off is disabled")
                    && synced.errors.contains("enable it"), "\(synced.errors)")
            let all = await desk.run("sync", "--here")
            #expect(all.status == .success && !all.output.contains("segue:playlist:off"), "\(all.errors)")
            let kept = try await desk.database.store.rulePlaylists()
            #expect(kept.isEmpty)
            let counted = await desk.run("classify", "off", "--here")
            #expect(counted.status == .success && counted.output.contains("off"), "\(counted.errors)")
            #expect(counted.output.contains("30 of 30 tracks matched"), "\(counted.output)")
        }
    }

    @Test func oneTargetThatIsGoneKeepsNoOtherFromBeingSynced() async throws {
        try await Desk.with { desk in
            try await desk.put("a-gone", since: 2016, target: "segue:playlist:4711")
            try await desk.put("b-spotify", since: 2016, target: "spotify:playlist:37i9dQZF1DX4sWSpwq3LiO")
            try await desk.put("c-late", since: 2016, target: "segue:playlist:late")
            let claimed = try await desk.put("d-late", since: 2016, target: "segue:playlist:late")
            #expect(claimed.status == .failure && claimed.errors.contains("c-late"))
            let outcome = await desk.run("sync", "--here")
            #expect(outcome.status == .failure)
            #expect(outcome.errors.contains("there is no playlist segue:playlist:4711"))
            #expect(outcome.output.contains("SEGUE_SPOTIFY_CLIENT_ID") || outcome.output.contains("account"))
            let count = try await desk.database.session().first("SELECT count(*) FROM playlist_entries") {
                try $0[0] as Int
            }
            #expect(count == 5)
        }
    }

    @Test func classificationCounts() async throws {
        try await Desk.with { desk in
            try await desk.put("late", since: 2016)
            try await desk.put("later", since: 2018)
            let outcome = await desk.run("classify", "--here")
            #expect(outcome.status == .success, "\(outcome.errors)")
            let words = outcome.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
            #expect(words.contains(["late", "late", "5", "2"]), "\(outcome.output)")
            #expect(words.contains(["in", "several", "3"]) && words.contains(["unmatched", "25"]))
        }
    }
}
