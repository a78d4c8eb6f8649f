import Dispatch
import Evaluation
import Synchronization
import Terminal

/// Shows one step of an evaluation after the other.
final class EvaluationDisplay: Sendable {
    private struct Shown {
        var stage: EvaluationProgress.Stage
        var fold: Int
        var display: ProgressDisplay
    }

    private let console: Console
    private let now: @Sendable () -> ContinuousClock.Instant
    private let shown = Mutex<Shown?>(nil)

    init(console: Console, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        (self.console, self.now) = (console, now)
    }

    @Sendable func show(_ progress: EvaluationProgress) {
        let display = shown.withLock { shown in
            if let shown, shown.stage == progress.stage, shown.fold == progress.fold { return shown.display }
            shown?.display.finish()
            let label = "Fold \(progress.fold): \(progress.stage.words)"
            let display = ProgressDisplay(label, unit: progress.stage.unit, on: console.errors, now: now)
            shown = Shown(stage: progress.stage, fold: progress.fold, display: display)
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

extension EvaluationProgress.Stage {
    fileprivate var words: String {
        switch self {
        case .train: "learning and indexing"
        case .answer: "answering"
        case .explain: "testing explanations"
        }
    }

    fileprivate var unit: String {
        switch self {
        case .train: "steps"
        case .answer: "queries"
        case .explain: "answers"
        }
    }
}

/// Runs a long computation on a thread of its own.
final class ComputingExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "evaluation")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
