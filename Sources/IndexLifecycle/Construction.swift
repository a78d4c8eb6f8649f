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
            vectors: vectors, nlist: nlist, nprobe: tuning.nprobe, recall: tuning.recall, watermark: watermark,
            files: [])
    }
}

/// One build over one view of the catalog, writing into one folder.
struct Construction {
    let builder: IndexBuilder
    let view: any CatalogView
    let path: String

    func run() async throws -> GenerationDraft {
        let watermark = try await view.watermark()
        let total = try await view.trackCount()
        guard total > 0 else {
            throw GenerationError(
                .emptyCatalog, "the catalog is empty; `segue import FILE` or `segue demo` brings tracks in")
        }
        let (space, vectorizer) = try await fit(total)
        let sample = try await storeVectors(vectorizer, in: space, total)
        let count = try await builder.features.vectorCount(in: space)
        guard count > 0 else {
            throw GenerationError(
                .emptyCatalog, "no track of the catalog has features, artist or year that a vector could be made from")
        }
        let lists = builder.options.listCount(for: count)
        let index = try await makeIndex(
            sample, lists: lists, space: space, dimension: vectorizer.space.dimension, count)
        let tuning = try tune(index, sample)
        try await writeSnapshot(vectorizer, index, total)
        try index.save(to: "\(path)/\(GenerationFile.index)")
        try write(vectorizer)
        return GenerationDraft(
            space: space, dimension: vectorizer.space.dimension, tracks: total, vectors: count, nlist: lists,
            tuning: tuning, watermark: watermark)
    }

    private func fit(_ total: Int) async throws -> (FeatureSpaceID, Vectorizer) {
        var trainer = SpaceTrainer()
        try await forEachPage(.fit, total) { trainer.add($0) }
        let trained = try trainer.finish()
        return (try await builder.features.save(trained.space), Vectorizer(trained))
    }

    /// Stores every track's vector and keeps a sample of them for training, chosen by id so that it is repeatable.
    private func storeVectors(
        _ vectorizer: Vectorizer, in space: FeatureSpaceID, _ total: Int
    ) async throws -> [TrackVector] {
        let wanted = max(builder.options.listCount(for: total) * builder.options.trainingPerList, 4_096)
        let threshold = total <= wanted ? UInt64.max : UInt64(Double(UInt64.max) * Double(wanted) / Double(total))
        var sample: [TrackVector] = []
        try await forEachPage(.vectors, total) { tracks in
            let vectors = tracks.compactMap { vectorizer.vector(for: $0) }
            sample += vectors.filter { SplitMix64.mixed(UInt64(bitPattern: $0.track.rawValue)) <= threshold }
            try await builder.features.store(vectors, in: space)
        }
        return sample
    }

    private func makeIndex(
        _ sample: [TrackVector], lists: Int, space: FeatureSpaceID, dimension: Int, _ count: Int
    ) async throws -> VectorIndex {
        let options = builder.options
        builder.report(.train, 0, 1)
        var index = try VectorIndexBuilder(
            VectorIndexParameters(
                dimension: dimension, listCount: lists, trainingIterations: options.trainingIterations,
                seed: options.seed, threads: options.threads))
        let training = sample.flatMap(\.values)
        if lists > 1 { try index.train(on: training.span) }
        builder.report(.train, 1, 1)
        var last = TrackID(rawValue: .min)
        var added = 0
        while true {
            let page = try await builder.features.vectors(in: space, after: last, limit: builder.options.pageSize)
            guard let end = page.last else { break }
            last = end.track
            let (ids, vectors) = (page.map(\.track.rawValue), page.flatMap(\.values))
            try index.add(ids: ids.span, vectors: vectors.span)
            added += page.count
            builder.report(.add, added, count)
        }
        return try index.finish()
    }

    private func tune(_ index: VectorIndex, _ sample: [TrackVector]) throws -> ProbeTuning.Outcome {
        builder.report(.tune, 0, 1)
        let step = max(1, sample.count / max(builder.options.recallQueries, 1))
        let queries = stride(from: 0, to: sample.count, by: step).map { sample[$0] }
        let tuning = ProbeTuning(index: index, target: builder.options.recallTarget, threads: builder.options.threads)
        let outcome = try tuning.run(queries)
        builder.report(.tune, 1, 1)
        return outcome
    }

    private func writeSnapshot(_ vectorizer: Vectorizer, _ index: VectorIndex, _ total: Int) async throws {
        var places: [(id: Int64, location: UInt64)] = []
        places.reserveCapacity(index.count)
        try index.forEachLocation { places.append(($0, $1)) }
        var facts = try SnapshotBuilder(spoolingInto: path)
        var columns = try SpaceColumnsBuilder(spoolingInto: path)
        var next = 0
        try await forEachPage(.snapshot, total) { tracks in
            for track in tracks {
                let place = next < places.count && places[next].id == track.id.rawValue ? places[next].location : nil
                next += place == nil ? 0 : 1
                let coverage = place == nil ? nil : vectorizer.vector(for: track)?.coverage
                try facts.append(track)
                try columns.append(location: place, coverage: coverage ?? Coverage(), familiarity: 0)
            }
        }
        guard next == places.count else {
            throw GenerationError(.unverified, "the index has vectors of tracks that the catalog does not have")
        }
        try facts.write(to: "\(path)/\(GenerationFile.facts)")
        try columns.write(to: "\(path)/\(GenerationFile.columns)")
    }

    private func write(_ vectorizer: Vectorizer) throws {
        try Durable.write(Array(JSONEncoder().encode(vectorizer.space)), to: "\(path)/\(GenerationFile.space)")
        var artists = ColumnFileBuilder(spoolingInto: nil)
        try artists.append(contentsOf: vectorizer.artists.artists, to: ArtistColumns.id)
        try artists.append(contentsOf: vectorizer.artists.means, to: ArtistColumns.means)
        try artists.write(to: "\(path)/\(GenerationFile.artists)")
    }

    private func forEachPage(
        _ stage: BuildProgress.Stage, _ total: Int, _ body: ([CatalogTrack]) async throws -> Void
    ) async throws {
        var last = TrackID(rawValue: .min)
        var done = 0
        while true {
            let page = try await view.tracks(after: last, limit: builder.options.pageSize)
            guard let end = page.last else { return }
            last = end.id
            try await body(page)
            try Task.checkCancellation()
            done += page.count
            builder.report(stage, done, total)
        }
    }
}
