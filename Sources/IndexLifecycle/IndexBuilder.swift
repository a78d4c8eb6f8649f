public import Catalog
internal import ColumnFile
public import Features
internal import FileSystem
internal import Foundation
internal import Recommendation

/// Builds a generation from the catalog: learning, vectors, index, verification, judgement, publication.
///
/// Everything is read from one consistent view of the catalog, written to a folder of its own, opened and checked the
/// way servers open it, compared with what serves, and only then published.
public struct IndexBuilder: Sendable {
    let catalog: any CatalogReading
    let features: any FeatureStore
    let registry: any GenerationRegistry
    let directory: GenerationDirectory
    let options: BuildOptions
    let gate: (any PublicationGate)?
    let progress: @Sendable (BuildProgress) -> Void

    /// Builds from `catalog` into `directory`, keeping space and vectors in `features`, and asks `gate`, where there is
    /// one, before publishing; `progress` is called often.
    public init(
        catalog: any CatalogReading, features: any FeatureStore, registry: any GenerationRegistry,
        directory: GenerationDirectory, options: BuildOptions = BuildOptions(), gate: (any PublicationGate)? = nil,
        progress: @escaping @Sendable (BuildProgress) -> Void = { _ in }
    ) {
        self.catalog = catalog
        self.features = features
        self.registry = registry
        self.directory = directory
        self.options = options
        self.gate = gate
        self.progress = progress
    }

    /// Builds, verifies and publishes a generation, and announces it to running servers.
    /// - Throws: `GenerationError`, with `refused` where the gate refuses it, or the stores' errors; the generation that
    ///   served before still does.
    public func build() async throws -> GenerationManifest {
        try await withTaskExecutorPreference(BuildExecutor()) { try await buildAlone() }
    }

    private func buildAlone() async throws -> GenerationManifest {
        let lock = try directory.takeBuildLock()
        defer { withExtendedLifetime(lock) {} }
        try directory.removeRemains()
        let started = Date()
        let id = Self.name(at: started)
        let building = "\(directory.path)/building-\(id)"
        try FileManager.default.createDirectory(atPath: building, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: building) }
        let manifest: GenerationManifest = try await catalog.withView { view in
            let draft = try await Construction(builder: self, view: view, path: building).run()
            var manifest = try self.manifest(of: draft, id: id, started: started, at: building)
            let candidate = try LoadedGeneration(manifest, at: building)
            try GenerationCheck(generation: candidate).run()
            report(.verify, 1, 1)
            manifest.judgement = try await judge(candidate.serving, view)
            manifest.buildSeconds = Date().timeIntervalSince(started)
            return manifest
        }
        try write(manifest, to: building)
        report(.publish, 0, 1)
        try directory.publish(id, from: building)
        try await registry.record(Self.record(manifest))
        report(.publish, 1, 1)
        return manifest
    }

    /// Asks the gate, which sees what serves as far as this program can open it.
    private func judge(
        _ candidate: ServingCatalog, _ view: any CatalogView
    ) async throws -> GenerationManifest.Judgement? {
        guard let gate else { return nil }
        report(.judge, 0, 1)
        let current = directory.current.flatMap { try? LoadedGeneration($0, in: directory, .lengths) }
        let verdict = try await gate.judge(candidate: candidate, current: current?.serving, view: view)
        report(.judge, 1, 1)
        switch verdict {
        case .pass(let summary): return .init(isPassed: true, summary: summary)
        case .refuse(let reason) where options.overridesGate: return .init(isPassed: false, summary: reason)
        case .refuse(let reason):
            throw GenerationError(
                .refused,
                "the new index is worse than the one that serves and was not published: \(reason); the old one goes on "
                    + "serving, and `segue index build --override-gate quality` publishes the new one nevertheless")
        }
    }

    func report(_ stage: BuildProgress.Stage, _ done: Int, _ total: Int) {
        progress(BuildProgress(stage: stage, done: done, total: total))
    }

    /// Describes what was built, each file with its checksum once it is on disk.
    private func manifest(
        of draft: GenerationDraft, id: String, started: Date, at path: String
    ) throws -> GenerationManifest {
        report(.verify, 0, 1)
        var manifest = draft.manifest(id: id, builtAt: started.ISO8601Format())
        for name in GenerationFile.all {
            let file = "\(path)/\(name)"
            try Durable.synchronizeFile(file)
            let size = try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int
            manifest.files.append(
                .init(name: name, bytes: size ?? 0, sha256: try GenerationDirectory.checksum(file)))
        }
        return manifest
    }

    private func write(_ manifest: GenerationManifest, to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try Durable.write(Array(encoder.encode(manifest)), to: "\(path)/\(GenerationManifest.fileName)")
    }

    private static func record(_ manifest: GenerationManifest) throws -> GenerationRecord {
        GenerationRecord(
            id: manifest.id, space: manifest.space, tracks: manifest.tracks,
            publishedAt: Date().timeIntervalSince1970, watermark: manifest.watermark,
            manifest: String(decoding: try JSONEncoder().encode(manifest), as: UTF8.self))
    }

    /// Time of building to the millisecond, so that names sort by it, then something to tell two machines apart.
    private static func name(at date: Date) -> String {
        let time = date.ISO8601Format().filter { $0 != "-" && $0 != ":" && $0 != "Z" }
        let milliseconds = Int(date.timeIntervalSince1970 * 1_000) % 1_000
        let suffix = String(UInt32.random(in: 0x1000_0000...UInt32.max), radix: 16)
        return "\(time)\(String(milliseconds + 1_000).dropFirst())z-\(suffix)".lowercased()
    }
}
