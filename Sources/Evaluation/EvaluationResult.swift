internal import Features
internal import Recommendation
internal import VectorIndex

/// What an evaluation found: the queries and every method's answers, from which all measures are made.
public struct EvaluationResult: Sendable {
    /// A query about tracks on no training playlist, with two methods' answers.
    struct Cold: Sendable {
        var query: Query
        var segue: [ItemTable.Item]
        var naive: [ItemTable.Item]
    }

    /// How a fold was trained.
    public struct Fold: Sendable, Hashable, Codable {
        /// Its number.
        public var fold: Int
        /// Queries answered in it.
        public var queries: Int
        /// Playlists learned from.
        public var trainingPlaylists: Int
        /// Vectors in its index.
        public var vectors: Int
        /// Elements of a vector.
        public var dimension: Int
        /// Inverted lists; 1 for exact search.
        public var lists: Int
        /// Lists looked into for the re-rank.
        public var deepProbes: Int
        /// Seconds of training and building.
        public var seconds: Double
    }

    /// The queries.
    public let queries: [Query]
    /// The methods that answered, in order.
    let methods: [Method]
    /// Each method's answer to each query.
    var answers: [Method: [[ItemTable.Item]]]
    /// Answers about tracks on no training playlist.
    var cold: [Cold] = []
    /// What becomes of answers without the blocks that explanations name.
    var observations: [Faithfulness.Observation] = []
    /// The folds, in order.
    public internal(set) var folds: [Fold] = []

    init(queries: [Query], methods: [Method]) {
        self.queries = queries
        self.methods = methods
        answers = Dictionary(
            uniqueKeysWithValues: methods.map { ($0, Array(repeating: [], count: queries.count)) })
    }
}

extension EvaluationResult.Fold {
    init(fold: Int, space: FoldSpace, queries: Int, seconds: Double) {
        let segment = space.serving.segments.first
        self.init(
            fold: fold, queries: queries, trainingPlaylists: space.trainingPlaylists,
            vectors: segment?.index.count ?? 0, dimension: space.serving.space.dimension,
            lists: segment?.index.listCount ?? 0, deepProbes: segment?.deepProbes ?? 0, seconds: seconds)
    }
}
