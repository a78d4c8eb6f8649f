import Evaluation
import IndexLifecycle
import Terminal

/// The options of `segue evaluate`.
struct EvaluateOptions: Sendable {
    let split = Option(
        "--split", "FILE", .path(),
        "Take the folds of a file: on each line a playlist's id and its fold, or train")
    let out = Option("--out", "DIR", .path("a directory's name"), "Write report, plots and TREC files there")
    let json = Flag("--json", "Print the report as JSON")
    let universe = Option(
        "--universe", "WHICH", ValueParser<EvaluationCatalog.Universe>.choice,
        "What is asked for and answered: covered (with audio features, the default) or all")
    private let folds = Option(
        "--folds", "COUNT", .integer(in: 2...100), "Into how many folds playlists are split (default: 5)")
    private let fold = Option(
        "--fold", "NUMBER", .integer(in: 0...9_999), "Test this fold only; may be given several times",
        isRepeatable: true)
    private let seeds = Option(
        "--seeds", "COUNTS", .counts(in: 1...100), "Numbers of seeds, separated by commas (default: 1,5,10)")
    private let methods = Option(
        "--methods", "NAMES", .methods,
        "What to compare: \(Method.allCases.map(\.rawValue).joined(separator: ", ")) (default: all)")
    private let labelling = Option(
        "--by", "WHAT", ValueParser<Split.Labelling>.choice,
        "Data sets whose means count equally: pool (one, the default) or namespace of the playlists' ids")
    private let maximum = Option(
        "--max-queries", "COUNT", .integer(in: 1...10_000_000),
        "The most playlists to ask about for each number of seeds (default: 5000)")
    private let answers = Option(
        "--explained", "COUNT", .integer(in: 0...1_000_000),
        "Answers whose explanations are put to the test; 0 for none (default: 1000)")

    var descriptions: [OptionDescription] {
        [
            folds.description, split.description, fold.description, seeds.description, methods.description,
            universe.description, labelling.description, maximum.description, answers.description, out.description,
            json.description,
        ]
    }

    /// The split that an invocation asks for.
    func split(
        of catalog: EvaluationCatalog, file: SplitFile?, _ invocation: Invocation
    ) throws(EvaluationError) -> Split {
        let labelling = invocation[labelling] ?? .pool
        if let file { return try Split(file, catalog.playlists, by: labelling) }
        return Split(
            grouping: catalog.playlists, itemCount: catalog.items.count, folds: invocation[folds] ?? 5, by: labelling)
    }

    /// What to evaluate and how.
    func options(_ invocation: Invocation, _ build: BuildOptions) -> EvaluationOptions {
        var options = EvaluationOptions()
        options.build = build
        options.seeds = invocation[seeds] ?? options.seeds
        options.methods = invocation[methods] ?? options.methods
        let chosen = invocation.all(fold)
        options.folds = chosen.isEmpty ? nil : Set(chosen)
        options.maximumPlaylists = invocation[maximum] ?? options.maximumPlaylists
        options.explainedAnswers = invocation[answers] ?? options.explainedAnswers
        return options
    }
}

extension ValueParser where Value == [Int] {
    /// Whole numbers separated by commas; given back ascending, each once.
    static func counts(in range: ClosedRange<Int>) -> Self {
        Self(expected: "whole numbers from \(range.lowerBound) to \(range.upperBound), separated by commas") { text in
            let parts = text.split(separator: ",", omittingEmptySubsequences: false)
            let numbers = parts.compactMap { Int($0) }.filter(range.contains)
            return numbers.count == parts.count ? Set(numbers).sorted() : nil
        }
    }
}

extension ValueParser where Value == [Method] {
    /// Names of methods separated by commas; given back in the order of tables, each once.
    static var methods: Self {
        let known = Method.allCases.map(\.rawValue).joined(separator: ", ")
        return Self(expected: "names out of \(known), separated by commas") { text in
            let parts = text.split(separator: ",", omittingEmptySubsequences: false)
            let methods = parts.compactMap { Method(rawValue: String($0)) }
            return methods.count == parts.count ? Method.allCases.filter(methods.contains) : nil
        }
    }
}
