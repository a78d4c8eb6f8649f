import Configuration
import IndexLifecycle
import Storage

/// Removes old generations, and what belonged to them.
struct IndexPruning: Sendable {
    let settings: Settings
    let store: PostgresStore

    /// Removes folders first: a generation without a record still opens, a record without a folder is only untidy.
    /// - Returns: the names of the generations removed.
    func run() async throws -> [String] {
        let directory = GenerationDirectory(settings[.indexDirectory])
        let removed = try directory.prune(keeping: settings[.generationsKept])
        for id in removed { try await store.forget(id) }
        try await SpacePruning(directory: directory, store: store).run()
        return removed
    }
}
