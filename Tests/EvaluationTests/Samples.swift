import Catalog
import Demo
import Foundation
import Storage
import TestSupport

@testable import Evaluation

/// A track with a title and an artist of its own, measured unless said otherwise.
func track(
    _ id: Int64, name: String? = nil, artist: String? = nil, energy: Float? = 0.5, spotify: String? = nil,
    listed: Int = 0
) -> CatalogTrack {
    var features = AudioFeatures()
    features[.energy] = energy
    features[.duration] = 200_000
    let ids = [ExternalID(namespace: "demo", value: spotify ?? "t\(id)")]
    return CatalogTrack(
        id: TrackID(rawValue: id), externalIDs: ids, name: name ?? "Song \(id)",
        artists: [CreditedArtist(id: ArtistID(rawValue: id), name: artist ?? "Artist \(id % 7)")], year: 2000,
        duration: 200_000, features: features, playlistCount: listed)
}

/// A playlist of tracks by their numbers.
func contents(_ id: Int64, _ tracks: some Sequence<Int64>, named name: String? = nil) -> PlaylistContents {
    PlaylistContents(
        id: PlaylistID(rawValue: id), externalIDs: [ExternalID(namespace: "demo", value: name ?? "p\(id)")],
        tracks: tracks.map(TrackID.init))
}

/// A playlist as evaluation sees it, of items.
func listed(_ id: Int64, _ items: [Int32], named name: String? = nil, namespace: String = "demo") -> ListedPlaylist {
    ListedPlaylist(
        id: PlaylistID(rawValue: id), externalIDs: [ExternalID(namespace: namespace, value: name ?? "p\(id)")],
        tracks: items.map { TrackID(rawValue: Int64($0)) }, items: items.sorted())
}

/// Fills a store with a demo catalog.
func fill(_ store: PostgresStore, tracks: Int, playlists: Int) async throws {
    let session = try await store.beginImport(of: ImportSource(name: "demo", authority: .table))
    for batch in DemoCatalog(tracks: tracks, playlists: playlists) { try await session.append(batch) }
    _ = try await session.commit()
}

/// A demo catalog in memory, read once from a database.
enum SampleCatalog {
    private static let reading = Task {
        try await withTestDatabase { store in
            try await fill(store, tracks: 2_000, playlists: 200)
            return try await store.withView { try await EvaluationCatalog(reading: $0, pageSize: 700) }
        }
    }

    static func catalog() async throws -> EvaluationCatalog { try await reading.value }
}

/// An evaluation of the demo catalog, made once: two folds of it take seconds.
enum SampleEvaluation {
    struct Outcome: Sendable {
        var evaluation: Evaluation
        var result: EvaluationResult
        var report: EvaluationReport
    }

    private static let running = Task {
        let catalog = try await SampleCatalog.catalog()
        let split = Split(grouping: catalog.playlists, itemCount: catalog.items.count, folds: 3)
        var options = EvaluationOptions()
        options.folds = [0, 1]
        options.resamples = 200
        options.explainedAnswers = 250
        let evaluation = Evaluation(of: catalog, split: split, options: options)
        let result = try evaluation.run()
        return Outcome(evaluation: evaluation, result: result, report: EvaluationReport(result, of: evaluation))
    }

    static func outcome() async throws -> Outcome { try await running.value }
}

/// Runs `body` with a directory of its own, removed afterwards.
func withTemporaryDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("segue-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}
