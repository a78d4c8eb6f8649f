import Catalog
import Demo
import Foundation
import IndexLifecycle
import Recommendation
import Storage
import Synchronization
import TestSupport
import Testing

/// A database with a demo catalog and a folder for generations, both removed afterwards.
struct Workshop: Sendable {
    let store: PostgresStore
    let directory: GenerationDirectory

    static func with(
        tracks: Int = 300, playlists: Int = 5, _ body: @Sendable (Workshop) async throws -> Void
    ) async throws {
        try await withTestDatabase { store in
            let path = NSTemporaryDirectory() + "/generations-\(UUID().uuidString)"
            defer { try? FileManager.default.removeItem(atPath: path) }
            let workshop = Workshop(store: store, directory: GenerationDirectory(path))
            if tracks > 0 { try await workshop.importDemo(tracks: tracks, playlists: playlists) }
            try await body(workshop)
        }
    }

    func importDemo(tracks: Int, playlists: Int = 5, seed: UInt64 = 1) async throws {
        let importing = try await store.beginImport(of: ImportSource(name: "demo", authority: .table))
        for batch in DemoCatalog(tracks: tracks, playlists: playlists, seed: seed) { try await importing.append(batch) }
        _ = try await importing.commit()
    }

    func load(_ records: [CatalogRecord]) async throws {
        let importing = try await store.beginImport(of: ImportSource(name: "test", authority: .service))
        try await importing.append(records)
        _ = try await importing.commit()
    }

    /// Brings in one track with a title of its own and features of the given energy, at the end of some playlists.
    func importTrack(
        _ value: String, name: String, artist: String? = nil, energy: Float = 0.5, playlists: [ExternalID] = []
    ) async throws {
        let id = ExternalID(namespace: "test", value: value)
        var features = AudioFeatures()
        for feature in AudioFeature.allCases where feature.range == 0...1 { features[feature] = energy }
        features[.tempo] = 120
        features[.loudness] = -8
        features[.key] = 4
        features[.duration] = 200_000
        try await load(
            [
                .track(
                    TrackRecord(ids: [id], name: name, artists: [ArtistRecord(name: artist ?? "Somebody \(value)")])),
                .features(FeaturesRecord(track: id, provider: "spotify", features: features)),
            ] + playlists.map { .playlistEntry(PlaylistEntryRecord(playlist: $0, track: id)) })
    }

    /// A generation, opened.
    func open(_ manifest: GenerationManifest) throws -> LoadedGeneration {
        try LoadedGeneration(manifest.id, in: directory)
    }

    func build(
        gate: (any PublicationGate)? = nil, _ change: (inout BuildOptions) -> Void = { _ in }
    ) async throws -> GenerationManifest {
        var options = BuildOptions()
        change(&options)
        return try await IndexBuilder(
            catalog: store, features: store, registry: store, directory: directory, options: options, gate: gate
        ).build()
    }

    /// The steps of a build, as it reports them.
    func steps(gate: any PublicationGate) async throws -> [BuildProgress] {
        let steps = Mutex<[BuildProgress]>([])
        _ = try await IndexBuilder(
            catalog: store, features: store, registry: store, directory: directory, gate: gate
        ) { step in steps.withLock { $0.append(step) } }.build()
        return steps.withLock { $0 }
    }

    func live(_ log: EventLog = EventLog(), limit: Int = 1_000) -> LiveCatalog {
        LiveCatalog(
            directory: directory, catalog: store, announcing: store, liveLimit: limit, log: { log.append($0) })
    }

    func damage(_ id: String, _ file: String, _ change: (inout Data) -> Void) throws {
        let url = URL(fileURLWithPath: "\(directory.generationPath(id))/\(file)")
        var data = try Data(contentsOf: url)
        change(&data)
        try data.write(to: url)
    }
}

/// What a live catalog said.
final class EventLog: Sendable {
    private let events = Mutex<[LiveCatalog.Event]>([])

    func append(_ event: LiveCatalog.Event) { events.withLock { $0.append(event) } }
    var all: [LiveCatalog.Event] { events.withLock { $0 } }
}

func recommend(_ serving: ServingCatalog, _ seed: String, k: Int = 20) throws -> [String] {
    var request = RecommendationRequest(seeds: [try EntityReference(parsing: seed)])
    request.k = k
    return try Recommender(serving).recommend(request).items.map {
        serving.snapshot($0.track).title($0.track.row)
    }
}
