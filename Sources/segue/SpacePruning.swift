import Features
import IndexLifecycle
import Storage

/// Removes feature spaces, with their vectors, that no generation uses any more.
struct SpacePruning: Sendable {
    let directory: GenerationDirectory
    let store: PostgresStore

    /// The newest space stays whatever uses it: a build that has just begun may be filling it. Where a manifest cannot
    /// be read, nothing is removed, for its space is not known.
    func run() async throws {
        var kept: [FeatureSpaceID] = []
        for id in directory.generations {
            guard let manifest = try? directory.manifest(id) else { return }
            kept.append(FeatureSpaceID(rawValue: manifest.space))
        }
        if let latest = try await store.latestSpace() { kept.append(latest.id) }
        try await store.removeSpaces(except: kept)
    }
}
