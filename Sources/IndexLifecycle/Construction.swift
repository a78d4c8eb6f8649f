internal import Catalog
internal import ColumnFile
internal import Features
internal import FileSystem
internal import Foundation
internal import Recommendation
internal import VectorIndex

/// What a construction wrote, before it has a name and checksums.
struct GenerationDraft: Sendable {
    var space: FeatureSpaceID
    var dimension: Int
    var tracks: Int
    var vectors: Int
    var nlist: Int
    var tuning: ProbeTuning.Outcome
    var watermark: Watermark

    func manifest(id: String, builtAt: String) -> GenerationManifest {
        GenerationManifest(
            id: id, builtAt: builtAt, buildSeconds: 0, space: space.rawValue, dimension: dimension, tracks: tracks,
            vectors: vectors, nlist: nlist, nprobe: tuning.near.probes, recall: tuning.near.recall,
            deepProbes: tuning.deep.probes, deepRecall: tuning.deep.recall, watermark: watermark, files: [])
    }
}

/// One build over one view of the catalog, writing into one folder.
///
/// The catalog is read twice: once to learn from, its facts being written on the way, and once to make vectors, which
/// need what was learned. Memory holds, besides what training keeps (`SpaceTrainer`), 20 bytes a track, one vector an
/// artist, the sample that places the lists, and the index itself.
struct Construction {
    let builder: IndexBuilder
    let view: any CatalogView
    let path: String

    private var options: BuildOptions { builder.options }
    private var assembly: IndexAssembly { IndexAssembly(options: builder.options, progress: builder.progress) }

    func run() async throws -> GenerationDraft {
        let watermark = try await view.watermark()
        let total = try await view.trackCount()
        guard total > 0 else {
            throw GenerationError(
                .emptyCatalog, "the catalog is empty; `segue import FILE` or `segue demo` brings tracks in")
        }
        let (trained, groups) = try await learn(total)
        let space = try await builder.features.save(trained.space)
        let stamp = try SpaceFiles.write(trained, into: path)
        let made = try await makeVectors(Vectorizer(trained), in: space, total, groups)
        let count = try await builder.features.vectorCount(in: space)
        guard count > 0 else {
            throw GenerationError(
                .emptyCatalog, "no track of the catalog has features, artist or year that a vector could be made from")
        }
        let index = try await makeIndex(made.sample, of: space, dimension: trained.space.dimension, count)
        let tuning = try assembly.tune(index, made.sample, made.groups, in: trained.space)
        try write(index, made, stamp)
        return GenerationDraft(
            space: space, dimension: trained.space.dimension, tracks: total, vectors: count, nlist: index.listCount,
            tuning: tuning, watermark: watermark)
    }

    // MARK: Learning

    /// Writes the facts and learns a space; also chooses playlists to measure recall with.
    private func learn(_ total: Int) async throws -> (TrainedSpace, SeedGroups) {
        var training = options.training
        training.threads = options.threads
        var trainer = SpaceTrainer(options: training)
        var facts = try SnapshotBuilder(spoolingInto: path)
        try await forEachPage(.read, total) { tracks in
            for track in tracks {
                trainer.add(track)
                try facts.append(track)
            }
        }
        try facts.write(to: "\(path)/\(GenerationFile.facts)")
        var groups = SeedGroups(limit: assembly.groupLimit)
        try await forEachPlaylist { playlist in
            trainer.add(playlist: playlist.id, tracks: playlist.tracks)
            groups.add(playlist)
        }
        groups.close()
        let trained = try trainer.finish { builder.report(.learn, Int($0 * 1_000), 1_000) }
        builder.report(.learn, 1_000, 1_000)
        return (trained, groups)
    }

    // MARK: Vectors

    /// What is kept of the vectors when they are stored.
    private struct MadeVectors {
        var sample: VectorSample
        var groups: SeedGroups
        var rows = SpaceRows()
        var artists: ArtistCentroids

        mutating func add(_ tracks: [CatalogTrack], _ made: [VectorBatch.Made]) {
            for (track, made) in zip(tracks, made) {
                rows.append(track.id, coverage: made.vector?.coverage ?? Coverage(), familiarity: made.familiarity)
                if let vector = made.vector, let artist = track.artists.first { artists.add(vector, of: artist.id) }
            }
        }
    }

    private func makeVectors(
        _ vectorizer: Vectorizer, in space: FeatureSpaceID, _ total: Int, _ groups: SeedGroups
    ) async throws -> MadeVectors {
        var kept = MadeVectors(
            sample: assembly.sample(of: total), groups: groups,
            artists: ArtistCentroids(dimension: vectorizer.space.dimension))
        let batch = VectorBatch(vectorizer: vectorizer, threads: options.threads)
        try await forEachPage(.vectors, total) { tracks in
            let made = await batch.make(tracks)
            let vectors = made.compactMap(\.vector)
            async let stored: Void = builder.features.store(vectors, in: space)
            kept.add(tracks, made)
            kept.sample.add(vectors)
            kept.groups.add(vectors)
            try await stored
        }
        return kept
    }

    // MARK: Index

    private func makeIndex(
        _ sample: VectorSample, of space: FeatureSpaceID, dimension: Int, _ count: Int
    ) async throws -> VectorIndex {
        let features = builder.features
        let limit = options.pageSize
        var building = try assembly.begin(sample, dimension: dimension, count: count)
        var page = try await features.vectors(in: space, after: TrackID(rawValue: .min), limit: limit)
        while let last = page.last?.track {
            async let next = features.vectors(in: space, after: last, limit: limit)
            try assembly.add(page, to: &building)
            builder.report(.add, building.count, count)
            page = try await next
        }
        return try building.finish()
    }

    private func write(_ index: VectorIndex, _ made: MadeVectors, _ stamp: SpaceStamp) throws {
        var columns = try SpaceColumnsBuilder(spoolingInto: path, stamp: stamp.words)
        try made.rows.append(to: &columns, placedBy: index)
        try columns.write(to: "\(path)/\(GenerationFile.columns)")
        try made.artists.index().save(to: "\(path)/\(GenerationFile.artistIndex)")
        try index.save(to: "\(path)/\(GenerationFile.index)")
    }

    // MARK: Reading

    /// Reads the next page while the body works on the one before.
    private func forEachPage(
        _ stage: BuildProgress.Stage, _ total: Int, _ body: ([CatalogTrack]) async throws -> Void
    ) async throws {
        let (view, limit) = (self.view, options.pageSize)
        var done = 0
        var page = try await view.tracks(after: TrackID(rawValue: .min), limit: limit)
        while let last = page.last?.id {
            async let next = view.tracks(after: last, limit: limit)
            try await body(page)
            try Task.checkCancellation()
            done += page.count
            builder.report(stage, done, total)
            page = try await next
        }
    }

    private func forEachPlaylist(_ body: (PlaylistContents) throws -> Void) async throws {
        let (view, limit) = (self.view, 20 * options.pageSize)
        var done = 0
        var page = try await view.playlists(after: PlaylistID(rawValue: .min), entries: limit)
        while let last = page.last?.id {
            async let next = view.playlists(after: last, entries: limit)
            for playlist in page { try body(playlist) }
            try Task.checkCancellation()
            done += page.reduce(0) { $0 + $1.tracks.count }
            page = try await next
            builder.report(.playlists, done, page.isEmpty ? done : 0)
        }
    }
}
