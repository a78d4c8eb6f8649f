import Catalog
import Configuration
import Evaluation
import Foundation
import IndexLifecycle
import Recommendation
import Storage
import Terminal

/// `segue evaluate`: how well recommendations continue the catalog's own playlists.
struct EvaluateCommand: Sendable {
    let context: Context
    private let options = EvaluateOptions()

    init(context: Context) { self.context = context }

    var command: Command {
        Command(
            "evaluate", "Measures recommendations against the catalog's own playlists",
            discussion: """
                Playlists are split into folds, near-duplicates together. For each fold a feature space is learned from the \
                other playlists and indexed as a server would have it; of each tested playlist some tracks are given and \
                the rest is looked for in the whole catalog. Nothing in the database or the index is changed.
                """,
            options: options.descriptions, groups: [SettingGroup.index.options, SettingGroup.database.options],
            examples: [
                Command.Example("segue evaluate --out evaluation", "Tables, plots, and files for trec_eval"),
                Command.Example("segue evaluate --methods segue,popularity --seeds 5", "A shorter look"),
                Command.Example("segue evaluate --split folds.csv --fold 0 --json", "On a split that others fixed"),
            ], action: run)
    }

    @Sendable private func run(_ invocation: Invocation) async throws -> ExitStatus {
        let settings = try context.settings(invocation)
        let file = try invocation[options.split].map(Self.read)
        let folder = invocation[options.out].map(ReportFolder.init)
        let store = try settings.store()
        let universe = invocation[options.universe] ?? .covered
        let catalog = try await CatalogLoading(context: context).read(store, universe)
        let split = try options.split(of: catalog, file: file, invocation)
        let display = EvaluationDisplay(console: context.console)
        let evaluation = Evaluation(
            of: catalog, split: split, options: options.options(invocation, BuildOptions(settings)),
            serving: serving(settings), progress: display.show)
        _ = try evaluation.queries()
        // From here on nothing but the file system can object to the folder, and it should do so before the work.
        try folder?.prepare()
        // Training computes for minutes, which must not hold a thread of the pool that everything else needs.
        let (result, report) = try await withTaskExecutorPreference(ComputingExecutor()) {
            defer { display.finish() }
            let result = try evaluation.run()
            return (result, EvaluationReport(result, of: evaluation))
        }
        try folder?.write(report, result, of: evaluation)
        try show(report, folder, asJSON: invocation[options.json])
        return .success
    }

    private static func read(_ path: String) throws -> SplitFile {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("the split file \(path) cannot be read")
        }
        return try SplitFile(parsing: String(decoding: data, as: UTF8.self))
    }

    /// The published generation; one that cannot be opened is no reason not to evaluate.
    private func serving(_ settings: Settings) -> ServingCatalog? {
        let directory = GenerationDirectory(settings[.indexDirectory])
        guard let current = directory.current else { return nil }
        do throws(GenerationError) {
            return try LoadedGeneration(current, in: directory, .lengths).serving
        } catch {
            context.console.warn("what serves is left out: \(error.description)")
            return nil
        }
    }

    private func show(_ report: EvaluationReport, _ folder: ReportFolder?, asJSON: Bool) throws {
        for warning in report.warnings { context.console.warn(warning) }
        if asJSON { return try context.console.json(report) }
        let output = context.console.output
        let tables = ReportTables(report)
        for sentence in tables.sentences { output.line(StyledText(sentence)) }
        for table in report.seeds.map(tables.methods) + [tables.differences(), tables.cold()] {
            output.line()
            output.table(table)
        }
        if let folder { context.console.note("report, plots and files for trec_eval are in \(folder.path)") }
    }
}

/// Reads the catalog into memory, with its progress shown.
private struct CatalogLoading {
    let context: Context

    func read(_ store: PostgresStore, _ universe: EvaluationCatalog.Universe) async throws -> EvaluationCatalog {
        let display = ProgressDisplay("Reading the catalog", unit: "tracks", on: context.console.errors)
        defer { display.finish() }
        return try await store.withView { view in
            try await EvaluationCatalog(reading: view, universe: universe) { done, total in
                display.update(done, of: total)
            }
        }
    }
}
