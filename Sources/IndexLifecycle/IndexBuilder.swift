public import Catalog
internal import ColumnFile
public import Features
internal import FileSystem
internal import Foundation
internal import Recommendation
internal import VectorIndex

/// Builds a generation from the catalog: fit, vectors, index, snapshot, verification, publication.
///
/// Everything is read from one consistent view of the catalog, written to a folder of its own, opened and checked the
/// way servers open it, and only then published.
public struct IndexBuilder: Sendable {
    let catalog: any CatalogReading
    let features: any FeatureStore
    let registry: any GenerationRegistry
    let directory: GenerationDirectory
    let options: BuildOptions
    let progress: @Sendable (BuildProgress) -> Void

    /// Builds from `catalog` into `directory`, keeping space and vectors in `features`; `progress` is called often.
    public init(
        catalog: any CatalogReading, features: any FeatureStore, registry: any GenerationRegistry,
        directory: GenerationDirectory, options: BuildOptions = BuildOptions(),
        progress: @escaping @Sendable (BuildProgress) -> Void = { _ in }
    ) {
        self.catalog = catalog
        self.features = features
        self.registry = registry
        self.directory = directory
        self.options = options
        self.progress = progress
    }

    /// Builds, verifies and publishes a generation, and announces it to running servers.
    /// - Throws: `GenerationError`, or the stores' errors; the generation that served before still does.
    public func build() async throws -> GenerationManifest {
        try await withTaskExecutorPreference(BlockingExecutor("index build")) { try await buildAlone() }
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
        let draft = try await catalog.withView { view in
            try await Construction(builder: self, view: view, path: building).run()
        }
        let manifest = try finish(draft, id: id, started: started, at: building)
        report(.publish, 0, 1)
        try directory.publish(id, from: building)
        try await registry.record(Self.record(manifest))
        report(.publish, 1, 1)
        return manifest
    }

    func report(_ stage: BuildProgress.Stage, _ done: Int, _ total: Int) {
        progress(BuildProgress(stage: stage, done: done, total: total))
    }

    /// Writes the manifest, then opens and checks the result as a server would.
    private func finish(
        _ draft: GenerationDraft, id: String, started: Date, at path: String
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
        try GenerationCheck(generation: LoadedGeneration(manifest, at: path)).run()
        manifest.buildSeconds = Date().timeIntervalSince(started)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try Durable.write(Array(encoder.encode(manifest)), to: "\(path)/\(GenerationManifest.fileName)")
        report(.verify, 1, 1)
        return manifest
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
