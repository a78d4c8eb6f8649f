public import Catalog
public import ColumnFile
public import Features
public import Recommendation
internal import VectorIndex

/// Makes vectors searchable: places the inverted lists, adds, chooses how many lists to look into, and joins the result
/// with the tracks' facts.
///
/// Builds of generations and evaluations of spaces that are never published go through the same steps, so that what is
/// measured is what would serve.
public struct IndexAssembly: Sendable {
    let options: BuildOptions
    let progress: @Sendable (BuildProgress) -> Void

    /// Assembles under a build's options; `progress` hears of the stages `train`, `add` and `tune`.
    public init(
        options: BuildOptions = BuildOptions(), progress: @escaping @Sendable (BuildProgress) -> Void = { _ in }
    ) {
        self.options = options
        self.progress = progress
    }

    /// Assembles a segment in memory.
    /// - Parameters:
    ///   - vectors: of the space, in ascending order of track.
    ///   - rows: a row for each track of the facts.
    ///   - facts: the tracks' facts, as `SnapshotBuilder` makes them.
    ///   - seeds: tracks that are asked for together, whose centroids recall is measured with beside single tracks.
    /// - Throws: `GenerationError` where vectors and rows do not belong together, `VectorIndexError`, `ColumnFileError`.
    public func segment(
        vectors: [TrackVector], rows: SpaceRows, facts: ColumnFile, space: FeatureSpace, seeds: [[TrackID]] = []
    ) throws -> ServingSegment {
        var sample = sample(of: vectors.count)
        sample.add(vectors)
        var groups = SeedGroups(Array(seeds.prefix(groupLimit)))
        groups.add(vectors)
        var building = try begin(sample, dimension: space.dimension, count: vectors.count)
        for start in stride(from: 0, to: vectors.count, by: options.pageSize) {
            try add(vectors[start..<min(start + options.pageSize, vectors.count)], to: &building)
            report(.add, building.count, vectors.count)
        }
        let index = try building.finish()
        let tuning = try tune(index, sample, groups, in: space)
        var columns = try SpaceColumnsBuilder(spoolingInto: nil)
        try rows.append(to: &columns, placedBy: index)
        return ServingSegment(
            index: index, snapshot: try CatalogSnapshot(facts: facts, space: columns.columnFile()),
            probes: tuning.near.probes, deepProbes: tuning.deep.probes)
    }

    /// The most groups of seeds that recall is measured with.
    var groupLimit: Int { options.recallQueries / 2 }

    /// A sample that is large enough to place the lists of so many vectors by.
    func sample(of count: Int) -> VectorSample {
        VectorSample(about: max(options.listCount(for: count) * options.trainingPerList, 4_096), of: count)
    }

    /// An index without vectors, its lists placed by a sample.
    func begin(_ sample: VectorSample, dimension: Int, count: Int) throws -> VectorIndexBuilder {
        report(.train, 0, 1)
        let lists = options.listCount(for: count)
        var building = try VectorIndexBuilder(
            VectorIndexParameters(
                dimension: dimension, listCount: lists, trainingIterations: options.trainingIterations,
                seed: options.seed, threads: options.threads))
        if lists > 1 { try building.train(on: sample.values.span) }
        report(.train, 1, 1)
        return building
    }

    /// Adds some vectors.
    func add(_ vectors: some Collection<TrackVector>, to building: inout VectorIndexBuilder) throws {
        let (ids, values) = (vectors.map(\.track.rawValue), vectors.flatMap(\.values))
        try building.add(ids: ids.span, vectors: values.span)
    }

    /// Chooses how many lists to look into.
    func tune(
        _ index: VectorIndex, _ sample: VectorSample, _ groups: SeedGroups, in space: FeatureSpace
    ) throws -> ProbeTuning.Outcome {
        report(.tune, 0, 1)
        let singles = sample.spread(options.recallQueries, dimension: space.dimension)
        var several = groups.seeds.filter { $0.count > 1 }
        if several.isEmpty { several = try neighborhoods(of: singles.prefix(groupLimit), in: index) }
        let queries = (singles.map { [$0] } + several).compactMap { ProbeQuery($0, in: space) }
        let outcome = try ProbeTuning(index: index, options: options).run(queries)
        report(.tune, 1, 1)
        return outcome
    }

    /// Where no playlist says what is asked for together: tracks with some that are near them and some farther off.
    private func neighborhoods(
        of singles: some Sequence<(id: Int64, vector: [Float])>, in index: VectorIndex
    ) throws -> [[(id: Int64, vector: [Float])]] {
        guard index.listCount > 1 else { return [] }
        return try singles.map { single in
            let found = try index.search(single.vector.span, k: 200, probes: index.listCount).neighbors
            return try stride(from: 0, to: found.count, by: 45).map { place in
                (found[place].id, try index.vector(at: found[place].location))
            }
        }
    }

    private func report(_ stage: BuildProgress.Stage, _ done: Int, _ total: Int) {
        progress(BuildProgress(stage: stage, done: done, total: total))
    }
}
