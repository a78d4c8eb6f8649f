import API
import Configuration
import Storage
import Terminal

/// Keeps a process's settings what the database says, from the first moment and after each change.
///
/// Without the database the last ones known go on counting, at first those of the environment.
struct SettingsFollower: Sendable {
    let settings: Settings
    let store: PostgresStore
    let log: Log

    /// Follows until the task is cancelled.
    func run() async {
        settings.runtime.observe { [settings, log] in log.minimum = settings[.logLevel].level }
        for await _ in store.settingAnnouncements() { await refresh() }
    }

    private func refresh() async {
        do {
            let problems = try await SettingsAccess(settings: settings, store: store).refresh().problems
            for problem in problems {
                log.write(.warning, "a stored setting does not count", ["reason": .text(problem)])
            }
        } catch {
            log.write(.error, "stored settings cannot be read", ["cause": .text(String(reflecting: error))])
        }
    }
}

extension Settings {
    /// The same with what the database says counts instead; of a command that ends soon, which asks once.
    /// - Throws: what the store throws.
    func withStored(in store: PostgresStore, warning console: (String) -> Void) async throws -> Settings {
        for problem in try await SettingsAccess(settings: self, store: store).refresh().problems { console(problem) }
        return self
    }
}

extension Context {
    /// The settings of an invocation as they are at this moment, what the database says included, and the database.
    /// - Throws: what is wrong with the settings, what the store throws.
    func current(_ invocation: Invocation) async throws -> (settings: Settings, store: PostgresStore) {
        let settings = try self.settings(invocation)
        let store = try settings.store()
        return (try await settings.withStored(in: store, warning: console.warn), store)
    }
}
