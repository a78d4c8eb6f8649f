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
                for _ in 0..<500 where log.minimum != level { try await Task.sleep(for: .milliseconds(10)) }
                #expect(log.minimum == level)
            }
        }
    }
}
