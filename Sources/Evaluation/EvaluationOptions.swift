public import IndexLifecycle

/// What to evaluate and how.
public struct EvaluationOptions: Sendable {
    /// The methods, in the order of tables.
    public var methods = Method.allCases
    /// Numbers of seeds, ascending.
    public var seeds = [1, 5, 10]
    /// The folds to test, of those that the split has; nil for all.
    public var folds: Set<Int>?
    /// Playlists to ask about at most, chosen by a hash of their names; the others are still learned from.
    public var maximumPlaylists = 5_000
    /// Answers of which it is looked at whether the reasons given are the reasons; 0 for none.
    public var explainedAnswers = 1_000
    /// Resamples of the playlists for intervals.
    public var resamples = 1_000
    /// How spaces are learned and indexes are built: as the service would.
    public var build = BuildOptions()

    /// The recipe's protocol with the service's defaults.
    public init() {}
}

/// A step of an evaluation, for progress bars.
public struct EvaluationProgress: Sendable, Hashable {
    /// What is being done.
    public enum Stage: Sendable, Hashable {
        /// Learning a fold's space and building its index.
        case train
        /// Answering a fold's queries.
        case answer
        /// Comparing answers with and without the blocks that explanations name.
        case explain
    }

    /// What is being done.
    public var stage: Stage
    /// In which fold.
    public var fold: Int
    /// Steps done.
    public var done: Int
    /// Of so many.
    public var total: Int

    /// Describes a step.
    public init(stage: Stage, fold: Int, done: Int, total: Int) {
        self.stage = stage
        self.fold = fold
        self.done = done
        self.total = total
    }
}
