import Configuration
import Foundation
import Storage
import Terminal
import TestSupport
import Testing

@testable import API
@testable import segue

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty

@Suite("Settings on the command line", .enabled(if: hasDatabase, "DATABASE_URL is not set"))
struct SettingsCommandsTests {
    @Test func settingsAreSetListedAndReset() async throws {
        try await withMigratedDatabase { database in
            let environment = ["DATABASE_URL": database.conninfo, "SEGUE_MAX_K": "50", "USER": "anna"]
            let set = await segue(["settings", "set", "SEGUE_MAX_K", "20"], environment: environment)
            #expect(set.status == .success && set.output.contains("database"), "\(set.errors)")
            let list = await segue(["settings", "list", "--json"], environment: environment)
            #expect(list.status == .success && list.output.contains("anna"), "\(list.errors)")
            let reset = await segue(["settings", "reset", "SEGUE_MAX_K"], environment: environment)
            #expect(reset.status == .success && reset.output.contains("50"), "\(reset.errors)")
            let history = await segue(["settings", "history"], environment: environment)
            #expect(history.output.contains("command line (anna)") && history.output.contains("(environment)"))
            let document = await segue(["settings", "history", "--json"], environment: environment)
            #expect(document.output.contains("20"))
        }
    }

    @Test func whatCannotBeIsRefusedWithTheMend() async throws {
        try await withMigratedDatabase { database in
            let environment = ["DATABASE_URL": database.conninfo]
            let attempts = [
                (["set", "SEGUE_MAX_K", "0"], "from 1 to 10000"), (["set", "SEGUE_PORT", "1"], "in the environment"),
                (["set", "SEGUE_MAX_KK", "1"], "did you mean SEGUE_MAX_K?"),
                (["reset", "SEGUE_PORT"], "while Segue runs"),
            ]
            for (arguments, mend) in attempts {
                let refused = await segue(["settings"] + arguments, environment: environment)
                #expect(refused.status == .failure && refused.errors.contains(mend), "\(refused.errors)")
            }
            let incomplete = await segue(["settings", "set", "SEGUE_MAX_K"], environment: environment)
            #expect(incomplete.status == .usage)
            let stored = try await database.store.storedSettings()
            #expect(stored.isEmpty)
        }
    }

    @Test func aRunningProcessFollowsAtOnce() async throws {
        try await withMigratedDatabase { database in
            let settings = try Settings(environment: [:])
            let log = Log(minimum: .error)
            let follower = Task { await SettingsFollower(settings: settings, store: database.store, log: log).run() }
            defer { follower.cancel() }
            let environment = ["DATABASE_URL": database.conninfo]
            for (value, level) in [("debug", Log.Level.debug), ("error", .error)] {
                let set = await segue(["settings", "set", "SEGUE_LOG_LEVEL", value], environment: environment)
                #expect(set.status == .success, "\(set.errors)")
                try await eventually { log.minimum == level }
            }
        }
    }
}

@Suite("Commands follow settings in the database", .enabled(if: hasDatabase, "DATABASE_URL is not set"))
struct StoredSettingsTests {
    @Test func limitsOfPlaylistsAndRulesCountOnTheCommandLineToo() async throws {
        try await withMigratedDatabase { database in
            try await withTemporaryDirectory { folder in
                let environment = ["DATABASE_URL": database.conninfo, "SEGUE_INDEX_DIR": "\(folder)/index"]
                let demo = await segue(["demo", "--tracks", "60", "--playlists", "2"], environment: environment)
                #expect(demo.status == .success, "\(demo.errors)")
                let rule = #"{"name": "nested", "root": {"match": "all", "groups": [{"match": "all"}]}}"#
                try Data(rule.utf8).write(to: URL(filePath: "\(folder)/rule.json"))
                let liked = await segue(
                    ["feedback", "liked"] + (1...30).map { "segue:\($0)" }, environment: environment)
                #expect(liked.status == .success)
                let create = ["playlist", "create", "x", "--from", "library", "--count", "6", "--dry-run"]
                let put = ["rules", "put", "\(folder)/rule.json"]
                for (most, depth, isTaken) in [("5", "1", false), ("6", "2", true)] {
                    for setting in [["SEGUE_MAX_PLAYLIST", most], ["SEGUE_MAX_RULE_DEPTH", depth]] {
                        let set = await segue(["settings", "set"] + setting, environment: environment)
                        #expect(set.status == .success, "\(set.errors)")
                    }
                    let made = await segue(create, environment: environment)
                    #expect((made.status == .success) == isTaken, "\(made.errors)")
                    #expect(isTaken || made.errors.contains("6 is not between 1 and 5"))
                    let stored = await segue(put, environment: environment)
                    #expect((stored.status == .success) == isTaken, "\(stored.errors)")
                    #expect(isTaken || stored.errors.contains("nest deeper than 1"))
                }
            }
        }
    }

    @Test func valuesHaveTheirTypesInJSON() async throws {
        try await withMigratedDatabase { database in
            let list = await segue(
                ["settings", "list", "--json"], environment: ["DATABASE_URL": database.conninfo, "SEGUE_MAX_K": "50"])
            struct Row: Decodable {
                var name: String
                var value: Double?

                private enum CodingKeys: String, CodingKey { case name, value }

                init(from decoder: any Decoder) throws {
                    let container = try decoder.container(keyedBy: CodingKeys.self)
                    name = try container.decode(String.self, forKey: .name)
                    value = try? container.decode(Double.self, forKey: .value)
                }
            }
            let rows = try list.json([String: [Row]].self)["settings"] ?? []
            let byName = Dictionary(uniqueKeysWithValues: rows.map { ($0.name, $0.value) })
            #expect(byName["SEGUE_MAX_K"] == 50 && byName["SEGUE_MAX_POOL"] == 20_000)
            #expect(byName["SEGUE_LOG_LEVEL"] == .some(nil), "a text")
        }
    }
}
