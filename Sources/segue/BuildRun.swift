import Configuration
import IndexLifecycle
import Storage
import Synchronization
import Terminal

/// A build of the index under settings, with its progress shown.
struct BuildRun: Sendable {
    let settings: Settings
    let store: PostgresStore
    let console: Console

    /// The folder of generations.
    var directory: GenerationDirectory { GenerationDirectory(settings[.indexDirectory]) }

    /// Builds and publishes a generation.
    func run() async throws -> GenerationManifest {
        let stages = StageDisplay(console: console)
        defer { stages.finish() }
        let builder = IndexBuilder(
            catalog: store, features: store, registry: store, directory: directory, options: options
        ) { stages.show($0) }
        return try await builder.build()
    }

    private var options: BuildOptions {
        var options = BuildOptions()
        options.recallTarget = settings[.recallTarget]
        options.exactBelow = settings[.exactLimit]
        options.threads = settings[.buildThreads]
        return options
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
    fileprivate var words: String {
        switch self {
        case .fit: "Learning the feature space"
        case .vectors: "Making vectors"
        case .train: "Placing inverted lists"
        case .add: "Adding vectors"
        case .tune: "Tuning nprobe"
        case .snapshot: "Writing facts"
        case .verify: "Verifying"
        case .publish: "Publishing"
        }
    }

    /// What is counted.
    fileprivate var unit: String {
        switch self {
        case .fit, .vectors, .add, .snapshot: "tracks"
        case .train, .tune, .verify, .publish: "steps"
        }
    }
}
