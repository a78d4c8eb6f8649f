internal import Catalog
internal import Demo
internal import Features
internal import Foundation
internal import LinearAlgebra

/// Trains a feature space on a synthetic catalog and measures it.
struct TrainBenchmark {
    let options: Options

    /// The line of JSON that tells what was measured.
    func run() throws -> String {
        var stages = StageClock()
        let catalog = DemoCatalog(
            tracks: options.tracks, playlists: options.playlists,
            tracksPerPlaylist: min(max(Double(options.entries) / Double(max(options.playlists, 1)), 5), 1_000))
        var training = TrainingOptions(threads: options.threads)
        training.sweeps = options.sweeps
        var trainer = SpaceTrainer(options: training)
        addTracks(of: catalog, to: &trainer, &stages)
        let lists = addPlaylists(of: catalog, to: &trainer, &stages)
        let entries = lists.entries.count
        if let path = options.export { try Self.export(lists, to: path) }
        try stages.time("track_factors_alone") { try factorize(lists) }
        let beforeTraining = ProcessMemory.peakMebibytes
        let trained = try stages.time("train") { try trainer.finish() }
        return try report(stages, entries, trained.space, beforeTraining)
    }

    private func addTracks(of catalog: DemoCatalog, to trainer: inout SpaceTrainer, _ stages: inout StageClock) {
        for start in stride(from: 0, to: catalog.tracks, by: 10_000) {
            let range = start..<min(start + 10_000, catalog.tracks)
            let tracks = stages.time("generate_tracks") { range.map { DemoTrack.make($0, catalog) } }
            stages.time("collect_tracks") { trainer.add(tracks) }
        }
    }

    private func addPlaylists(
        of catalog: DemoCatalog, to trainer: inout SpaceTrainer, _ stages: inout StageClock
    ) -> SparseRows {
        var lists = SparseRows(columns: catalog.tracks)
        for start in stride(from: 0, to: catalog.playlists, by: 1_000) {
            let range = start..<min(start + 1_000, catalog.playlists)
            let playlists = stages.time("generate_playlists") { range.map { catalog.tracks(ofPlaylist: $0) } }
            stages.time("collect_playlists") {
                for (number, tracks) in zip(range, playlists) {
                    trainer.add(
                        playlist: PlaylistID(rawValue: Int64(number) + 1),
                        tracks: tracks.map { TrackID(rawValue: Int64($0) + 1) })
                }
            }
            for tracks in playlists { lists.append(tracks.map(UInt32.init)) }
        }
        return lists
    }

    /// The factorization by itself, as libraries that offer nothing else are timed.
    private func factorize(_ lists: SparseRows) throws {
        guard lists.count > 0 else { return }
        var random = Xoshiro256(seed: 1)
        let start = FactorMatrix(
            rows: lists.columns, factors: 48,
            elements: (0..<lists.columns * 48).map { _ in Float(0.2 * random.uniform() - 0.1) })
        let factorization = ImplicitFactorization(
            factors: 48, regularization: 0.5, sweeps: options.sweeps, threads: options.threads)
        _ = try factorization.run(lists, confidence: Array(repeating: 5, count: lists.count), start: start)
    }

    private static func export(_ lists: SparseRows, to path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil) else {
            throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path])
        }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? file.close() }
        for row in 0..<lists.count {
            var pairs = Data(capacity: lists.length(row) * 8)
            for entry in lists.entries[lists.range(row)] {
                for number in [UInt32(row), entry] {
                    withUnsafeBytes(of: number.littleEndian) { pairs.append(contentsOf: $0) }
                }
            }
            try file.write(contentsOf: pairs)
        }
    }

    private func report(
        _ stages: StageClock, _ entries: Int, _ space: FeatureSpace, _ before: Double
    ) throws -> String {
        let facts: [String: Double] = [
            "tracks": Double(options.tracks), "playlists": Double(options.playlists), "entries": Double(entries),
            "threads": Double(options.threads), "sweeps": Double(options.sweeps),
            "dimension": Double(space.dimension), "peak_mib": ProcessMemory.peakMebibytes,
            "peak_mib_before_training": before,
        ]
        func rounded(_ prefix: String, _ times: [String: Double]) -> [(String, Double)] {
            times.map { ("\(prefix)_\($0.key)", ($0.value * 1_000).rounded() / 1_000) }
        }
        let seconds = rounded("seconds", stages.seconds) + rounded("processor_seconds", stages.processorSeconds)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(facts.merging(seconds) { $1 }), as: UTF8.self)
    }
}
