internal import ColumnFile
internal import Features
internal import IndexLifecycle
public import Recommendation

/// An evaluation: queries from the catalog's own playlists, answered by several methods, one fold after another.
///
/// Memory holds the catalog, its facts, and the space and index of one fold at a time.
public struct Evaluation: Sendable {
    let catalog: EvaluationCatalog
    let split: Split
    let options: EvaluationOptions
    let serving: ServingCatalog?
    let progress: @Sendable (EvaluationProgress) -> Void

    /// Prepares an evaluation; `serving` is the published generation, where there is one.
    public init(
        of catalog: EvaluationCatalog, split: Split, options: EvaluationOptions = EvaluationOptions(),
        serving: ServingCatalog? = nil, progress: @escaping @Sendable (EvaluationProgress) -> Void = { _ in }
    ) {
        self.catalog = catalog
        self.split = split
        self.options = options
        self.serving = serving
        self.progress = progress
    }

    /// The queries, in order of fold, number of seeds and playlist.
    /// - Throws: `EvaluationError` where no playlist is long enough, or a fold that was asked for is not in the split.
    public func queries() throws(EvaluationError) -> [Query] {
        let folds = try testedFolds()
        let queries = split.folds.indices.flatMap { number -> [Query] in
            guard let fold = split.folds[number], folds.contains(fold) else { return [] }
            let playlist = catalog.playlists[number]
            return Query.make(
                playlist: number, named: playlist.key, fold: fold, items: catalog.eligibleItems(of: playlist),
                seeds: options.seeds)
        }
        guard !queries.isEmpty else { throw noQueries() }
        return limited(queries).sorted { ($0.fold, $0.k, $0.playlist) < ($1.fold, $1.k, $1.playlist) }
    }

    private func testedFolds() throws(EvaluationError) -> Set<Int> {
        let used = Set(split.used)
        guard let wanted = options.folds else { return used }
        guard let missing = wanted.subtracting(used).min() else { return wanted }
        throw EvaluationError(
            .badRequest,
            "no playlist is in fold \(missing); the split has \(split.used.map(String.init).joined(separator: ", "))")
    }

    private func noQueries() -> EvaluationError {
        let longest = catalog.playlists.map { catalog.eligibleItems(of: $0).count }.max() ?? 0
        let what = catalog.universe == .covered ? "different recordings with audio features" : "different recordings"
        let mend =
            catalog.universe == .covered
            ? "import features or longer playlists, or take --universe all" : "import longer playlists"
        return EvaluationError(
            .noQueries,
            "no tested playlist has \(Query.minimumItems) \(what) (the longest of \(catalog.playlists.count) has"
                + " \(longest)); \(mend)")
    }

    /// Keeps the queries of so many playlists, the same ones for every number of seeds.
    private func limited(_ queries: [Query]) -> [Query] {
        let numbers = Set(queries.map(\.playlist))
        guard numbers.count > options.maximumPlaylists else { return queries }
        let ranked = numbers.map { (StableHash.of("sample:" + catalog.playlists[$0].key), $0) }.sorted { $0 < $1 }
        let kept = Set(ranked.prefix(options.maximumPlaylists).map(\.1))
        return queries.filter { kept.contains($0.playlist) }
    }

    /// Learns, answers and compares.
    /// - Throws: `EvaluationError`, or what a module below cannot do.
    public func run() throws -> EvaluationResult {
        var result = EvaluationResult(queries: try queries(), methods: usedMethods)
        var facts = try SnapshotBuilder(spoolingInto: nil)
        for track in catalog.tracks { try facts.append(track) }
        let file = try facts.columnFile()
        let sound = SoundTable(catalog)
        let published = usedMethods.contains(.serving) ? serving?.limited(to: catalog) : nil
        for fold in Set(result.queries.map(\.fold)).sorted() {
            try run(fold, file, sound, published, &result)
        }
        return result
    }

    private var usedMethods: [Method] { options.methods.filter { $0 != .serving || serving != nil } }

    private func run(
        _ fold: Int, _ facts: ColumnFile, _ sound: SoundTable, _ published: ServingCatalog?,
        _ result: inout EvaluationResult
    ) throws {
        let start = ContinuousClock.now
        let space = try FoldSpace(
            catalog, facts: facts, fold: fold, training: split.training(for: fold), options: options.build
        ) { report(.train, fold, Int($0 * 1_000), 1_000) }
        let seconds = start.duration(to: .now) / .seconds(1)
        let places = result.queries.indices.filter { result.queries[$0].fold == fold }
        let queries = places.map { result.queries[$0] }
        let methods = try FoldMethods(
            catalog, space, reference: try reference(fold, facts), sound: sound, serving: published,
            threads: options.build.threads)
        try answer(queries, at: places, methods, fold, &result)
        let cold = ColdQueries(queries, listings: space.listings, catalog)
        result.cold += zip(
            zip(cold.places, cold.queries),
            zip(try cold.answers(in: space.serving), try cold.answers(of: methods.naive))
        ).map { .init(query: $0.1, segue: $1.0, naive: $1.1) }
        try explain(queries, methods.segue, fold, &result)
        result.folds.append(.init(fold: fold, space: space, queries: queries.count, seconds: seconds))
    }

    /// The space of the reference method, where it is asked for.
    private func reference(_ fold: Int, _ facts: ColumnFile) throws -> ServingCatalog? {
        guard usedMethods.contains(.reference) else { return nil }
        var build = options.build
        build.training = .reference(threads: build.threads)
        return try FoldSpace(
            catalog, facts: facts, fold: fold, training: split.training(for: fold), options: build
        ) { report(.train, fold, Int($0 * 1_000), 1_000) }.serving
    }

    private func answer(
        _ queries: [Query], at places: [Int], _ methods: FoldMethods, _ fold: Int, _ result: inout EvaluationResult
    ) throws {
        let total = queries.count * usedMethods.count
        var done = 0
        for method in usedMethods {
            let lists = try methods[method].answer(queries) { count in
                done += count
                report(.answer, fold, done, total)
            }
            for (place, list) in zip(places, lists) { result.answers[method]?[place] = list }
            try Task.checkCancellation()
        }
    }

    /// Looks at the fold's share of the answers, evenly chosen.
    private func explain(
        _ queries: [Query], _ method: ServiceMethod, _ fold: Int, _ result: inout EvaluationResult
    ) throws {
        let share = Double(queries.count) / Double(result.queries.count)
        // Some answers name one block only: a few more are asked for.
        let wanted = min(queries.count, Int((Double(options.explainedAnswers) * share * 1.05).rounded(.up)))
        guard options.explainedAnswers > 0, wanted > 0 else { return }
        let probe = FaithfulnessProbe(method: method)
        for number in 0..<wanted {
            if let seen = try probe.observe(queries[number * queries.count / wanted]) {
                result.observations.append(seen)
            }
            report(.explain, fold, number + 1, wanted)
        }
        try Task.checkCancellation()
    }

    private func report(_ stage: EvaluationProgress.Stage, _ fold: Int, _ done: Int, _ total: Int) {
        progress(EvaluationProgress(stage: stage, fold: fold, done: done, total: total))
    }
}
