import Configuration
import Evaluation
import IndexLifecycle
import Processors
import Storage
import Synchronization
import Terminal

/// A build of the index under settings, with its progress shown.
struct BuildRun: Sendable {
    let settings: Settings
    let store: PostgresStore
    let console: Console
    /// Whether to publish what the gate refuses.
    var overridesGate = false

    /// The folder of generations.
    var directory: GenerationDirectory { GenerationDirectory(settings[.indexDirectory]) }

    /// What is asked before publishing; nothing where no playlist may be asked about.
    private var gate: (any PublicationGate)? {
        guard settings[.gateQueries] > 0 else { return nil }
        var tolerance = QualityGate.Tolerance()
        tolerance.queries = settings[.gateQueries]
        tolerance.minimumQueries = min(tolerance.minimumQueries, tolerance.queries)
        tolerance.loss = settings[.gateLoss]
        return QualityGate(tolerance)
    }

    /// Builds and publishes a generation.
    func run() async throws -> GenerationManifest {
        let stages = StageDisplay(console: console)
        defer { stages.finish() }
        return try await run { stages.show($0) }
    }

    /// Builds and publishes a generation, telling `progress` of each step instead of showing it.
    func run(_ progress: @escaping @Sendable (BuildProgress) -> Void) async throws -> GenerationManifest {
        let builder = IndexBuilder(
            catalog: store, features: store, registry: store, directory: directory, options: options,
            gate: gate, progress: progress)
        async let search: Void = store.makeSearchIndex()
        let manifest =
            settings[.buildNice] > 0
            ? try await PreemptionBeat.shared.during { try await builder.build() } : try await builder.build()
        do {
            try await search
        } catch {
            console.warn("searches stay slow until the next build, as their index was not made: \(error)")
        }
        return manifest
    }

    private var options: BuildOptions {
        var options = BuildOptions(settings)
        options.overridesGate = overridesGate
        return options
    }
}

extension BuildOptions {
    /// How indexes are built under settings.
    init(_ settings: Settings) {
        self.init()
        recallTarget = settings[.recallTarget]
        deepRecallTarget = settings[.deepRecallTarget]
        exactBelow = settings[.exactLimit]
        threads = settings[.buildThreads]
    }
}

/// Shows one stage of a build after the other.
private final class StageDisplay: Sendable {
    private struct Shown {
        var stage: BuildProgress.Stage
        var display: ProgressDisplay
    }

    private let console: Console
    private let shown = Mutex<Shown?>(nil)

    init(console: Console) { self.console = console }

    func show(_ progress: BuildProgress) {
        let display = shown.withLock { shown in
            if let shown, shown.stage == progress.stage { return shown.display }
            shown?.display.finish()
            let display = ProgressDisplay(progress.stage.words, unit: progress.stage.unit, on: console.errors)
            shown = Shown(stage: progress.stage, display: display)
            return display
        }
        display.update(progress.done, of: progress.total)
    }

    func finish() {
        shown.withLock { shown in
            shown?.display.finish()
            shown = nil
        }
    }
}

extension BuildProgress.Stage {
    /// What a person reads beside the bar.
    var words: String {
        switch self {
        case .read: "Reading tracks, writing facts"
        case .playlists: "Reading playlists"
        case .learn: "Learning the feature space"
        case .vectors: "Making vectors"
        case .train: "Placing inverted lists"
        case .add: "Adding vectors"
        case .tune: "Tuning nprobe"
        case .verify: "Verifying"
        case .judge: "Comparing with what serves"
        case .publish: "Publishing"
        }
    }

    /// What is counted.
    fileprivate var unit: String {
        switch self {
        case .read, .vectors, .add: "tracks"
        case .playlists: "entries"
        case .learn: "‰"
        case .train, .tune, .verify, .judge, .publish: "steps"
        }
    }
}
