import Evaluation
import IndexLifecycle
import Synchronization
import Terminal
import Testing

@testable import segue

@Suite("Options of evaluate") struct EvaluateOptionsTests {
    private let options = EvaluateOptions()

    private func parse(_ arguments: [String]) throws -> Invocation {
        let command = Command("evaluate", "Evaluates", options: options.descriptions) { _ in .success }
        guard case .run(_, let invocation) = try ArgumentParser(command).parse(arguments) else {
            throw UsageErrorExpected()
        }
        return invocation
    }

    private struct UsageErrorExpected: Error {}

    @Test func theDefaultsAreTheProtocol() throws {
        let made = options.options(try parse([]), BuildOptions())
        #expect(made.seeds == [1, 5, 10] && made.methods == Method.allCases && made.folds == nil)
        #expect(made.maximumPlaylists == 5_000 && made.explainedAnswers == 1_000)
    }

    @Test func everyOptionReachesTheEvaluation() throws {
        let arguments = [
            "--seeds", "10,1,1", "--methods", "random,segue", "--fold", "2", "--fold=0", "--max-queries", "7",
            "--explained", "0",
        ]
        var build = BuildOptions()
        build.threads = 3
        let made = options.options(try parse(arguments), build)
        #expect(made.seeds == [1, 10] && made.methods == [.segue, .random] && made.folds == [0, 2])
        #expect(made.maximumPlaylists == 7 && made.explainedAnswers == 0 && made.build.threads == 3)
    }

    @Test func theSplitTakesFoldsAndLabels() throws {
        let catalog = EvaluationCatalog(tracks: [], playlists: [])
        let split = try options.split(of: catalog, file: nil, parse(["--folds", "3", "--by", "namespace"]))
        #expect(split.used.isEmpty && split.groups == 0)
        #expect(try parse(["--universe", "all"])[options.universe] == .all)
    }

    @Test(
        "What makes no sense is refused",
        arguments: [
            ["--seeds", ""], ["--seeds", "1,,5"], ["--seeds", "101"], ["--seeds", "five"], ["--methods", ""],
            ["--methods", "segue,"], ["--methods", "Segue"], ["--folds", "1"], ["--fold", "-1"],
            ["--max-queries", "0"], ["--explained", "-1"], ["--universe", "some"], ["--by", "source"],
        ])
    func nonsenseIsRefused(_ arguments: [String]) {
        #expect(throws: UsageError.self) { try parse(arguments) }
    }

    @Test func progressNamesFoldAndStep() {
        let errors = Recording()
        let console = Console(name: "segue", output: Recording().stream(), errors: errors.stream())
        let now = Mutex(ContinuousClock.now)
        let display = EvaluationDisplay(console: console) { now.withLock { $0 } }
        display.show(EvaluationProgress(stage: .train, fold: 3, done: 1, total: 10))
        // Nothing is shown in the first second, so that short work stays quiet.
        now.withLock { $0 += .seconds(1) }
        display.show(EvaluationProgress(stage: .train, fold: 3, done: 5, total: 10))
        display.show(EvaluationProgress(stage: .answer, fold: 3, done: 1, total: 9))
        display.finish()
        #expect(errors.text.contains("Fold 3: learning and indexing: 5 of 10 steps"))
        #expect(!errors.text.contains("answering"))
    }
}
