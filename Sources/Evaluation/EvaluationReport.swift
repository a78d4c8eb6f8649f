/// The numbers of an evaluation, for machines as they are and for people through `ReportTables` and `ReportPage`.
public struct EvaluationReport: Sendable, Codable {
    /// One method at one number of seeds.
    public struct Row: Sendable, Codable {
        /// Which method.
        public var method: Method
        /// Whether the method has seen the playlists that it is asked about, so that its numbers are no forecast.
        public var inSample: Bool
        /// Number of seeds.
        public var seeds: Int
        /// Queries measured.
        public var queries: Int
        /// Each metric with its interval; absent where it cannot be said.
        public var metrics: [String: Estimate]
        /// Distinct recordings in all lists.
        public var distinctTracks: Int
        /// Gini coefficient of the shown artists' shares.
        public var artistGini: Double
    }

    /// `segue` less another method at one number of seeds, over the same queries.
    public struct Difference: Sendable, Codable {
        /// The method that is compared with.
        public var against: Method
        /// Number of seeds.
        public var seeds: Int
        /// Each metric's paired difference.
        public var metrics: [String: Estimate]
    }

    /// Tracks on no training playlist, by plain cosine.
    public struct Cold: Sendable, Codable {
        /// `segue` for the learned space, `naive` for nine audio features.
        public var method: Method
        /// Number of seeds.
        public var seeds: Int
        /// Queries with at least three such targets.
        public var queries: Int
        /// nDCG@100 among such tracks alone.
        public var ndcg: Estimate
    }

    /// What was evaluated on.
    public struct Catalog: Sendable, Codable {
        /// Tracks.
        public var tracks: Int
        /// Recordings that they are of.
        public var recordings: Int
        /// Recordings that could be asked for and answered.
        public var candidates: Int
        /// `covered` or `all`.
        public var universe: EvaluationCatalog.Universe
        /// Playlists.
        public var playlists: Int
        /// Groups of near-duplicates; absent where a file fixed the split.
        public var groups: Int?
        /// Playlists that were asked about.
        public var testedPlaylists: Int
        /// Data sets that means are unweighted over.
        public var dataSets: [String]
    }

    /// What was evaluated on.
    public var catalog: Catalog
    /// How each fold was trained.
    public var folds: [EvaluationResult.Fold]
    /// The measures, by number of seeds and method.
    public var rows: [Row]
    /// `segue` less each other method that has not seen the playlists.
    public var differences: [Difference]
    /// Tracks on no training playlist.
    public var cold: [Cold]
    /// Whether explanations name the reasons; absent where it was not asked or nothing could be observed.
    public var faithfulness: Faithfulness?
    /// What should be known when reading this.
    public var warnings: [String]

    /// The row of a method.
    public func row(_ method: Method, seeds: Int) -> Row? { rows.first { $0.method == method && $0.seeds == seeds } }

    /// The numbers of seeds, ascending.
    public var seeds: [Int] { Set(rows.map(\.seeds)).sorted() }

    /// The methods in order of the rows.
    public var methods: [Method] { Method.allCases.filter { method in rows.contains { $0.method == method } } }
}

extension EvaluationReport {
    /// Measures a result.
    public init(_ result: EvaluationResult, of evaluation: Evaluation) {
        let measuring = Measuring(result: result, evaluation: evaluation)
        catalog = measuring.catalog
        folds = result.folds
        rows = []
        differences = []
        cold = []
        for seeds in Set(result.queries.map(\.k)).sorted() {
            let measured = measuring.measure(seeds: seeds)
            rows += measured.rows
            differences += measured.differences
            cold += measuring.cold(seeds: seeds)
        }
        faithfulness = Faithfulness(result.observations, resamples: evaluation.options.resamples)
        warnings = evaluation.split.warnings + measuring.warnings
    }
}
