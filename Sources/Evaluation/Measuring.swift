/// Turns answers into measures.
struct Measuring {
    let result: EvaluationResult
    let evaluation: Evaluation
    private let measures: RankingMeasures

    init(result: EvaluationResult, evaluation: Evaluation) {
        self.result = result
        self.evaluation = evaluation
        measures = RankingMeasures(items: evaluation.catalog.items, sound: SoundTable(evaluation.catalog))
    }

    /// The rows of one number of seeds, and how they differ.
    func measure(seeds: Int) -> (rows: [EvaluationReport.Row], differences: [EvaluationReport.Difference]) {
        let places = result.queries.indices.filter { result.queries[$0].k == seeds }
        let bootstrap = bootstrap(places.map { result.queries[$0] })
        var columns: [Method: [[Double]]] = [:]
        var rows: [EvaluationReport.Row] = []
        for method in result.methods {
            let lists = places.map { result.answers[method]?[$0] ?? [] }
            let scores = zip(places, lists).map { measures.scores(of: $1, targets: result.queries[$0].targets) }
            let columnsOfMethod = Metric.allCases.indices.map { metric in scores.map { $0[metric] } }
            columns[method] = columnsOfMethod
            rows.append(row(method, seeds, lists, estimates(columnsOfMethod, bootstrap.estimate)))
        }
        return (rows, differences(columns, seeds, bootstrap))
    }

    private func row(
        _ method: Method, _ seeds: Int, _ lists: [[ItemTable.Item]], _ metrics: [String: Estimate]
    ) -> EvaluationReport.Row {
        let exposure = Exposure(of: lists, items: evaluation.catalog.items)
        return EvaluationReport.Row(
            method: method, inSample: method.isInSample, seeds: seeds, queries: lists.count, metrics: metrics,
            distinctTracks: exposure.distinctItems, artistGini: exposure.artistGini)
    }

    private func differences(
        _ columns: [Method: [[Double]]], _ seeds: Int, _ bootstrap: Bootstrap
    ) -> [EvaluationReport.Difference] {
        guard let own = columns[.segue] else { return [] }
        return result.methods.filter { $0 != .segue && !$0.isInSample }.compactMap { method in
            columns[method].map { other in
                let differences = zip(own, other).map { zip($0, $1).map { $0 - $1 } }
                return EvaluationReport.Difference(
                    against: method, seeds: seeds, metrics: estimates(differences, bootstrap.estimate))
            }
        }
    }

    private func estimates(
        _ columns: [[Double]], _ estimate: ([Double]) -> Estimate?
    ) -> [String: Estimate] {
        zip(Metric.allCases, columns).reduce(into: [:]) { $0[$1.0.rawValue] = estimate($1.1) }
    }

    /// The cold variant at one number of seeds.
    func cold(seeds: Int) -> [EvaluationReport.Cold] {
        let cold = result.cold.filter { $0.query.k == seeds }
        let bootstrap = bootstrap(cold.map(\.query))
        func ndcg(_ list: (EvaluationResult.Cold) -> [ItemTable.Item]) -> Estimate? {
            bootstrap.estimate(
                cold.map { cold in
                    let targets = Set(cold.query.targets)
                    return RankingMeasures.ndcg(list(cold).map(targets.contains), targets: targets.count)
                })
        }
        let (segue, naive) = (ndcg(\.segue), ndcg(\.naive))
        return [(Method.segue, segue), (.naive, naive)].compactMap { method, estimate in
            estimate.map { .init(method: method, seeds: seeds, queries: cold.count, ndcg: $0) }
        }
    }

    private func bootstrap(_ queries: [Query]) -> Bootstrap {
        Bootstrap(
            labels: queries.map { evaluation.split.labels[$0.playlist] }, resamples: evaluation.options.resamples)
    }

    // MARK: Circumstances

    var catalog: EvaluationReport.Catalog {
        let catalog = evaluation.catalog
        let tested = Set(result.queries.map(\.playlist))
        return EvaluationReport.Catalog(
            tracks: catalog.tracks.count, recordings: catalog.items.count, candidates: catalog.eligible.count,
            universe: catalog.universe, playlists: catalog.playlists.count, groups: evaluation.split.groups,
            testedPlaylists: tested.count, dataSets: Set(tested.map { evaluation.split.labels[$0] }).sorted())
    }

    var warnings: [String] {
        var warnings: [String] = []
        let untaught = result.folds.filter { $0.trainingPlaylists == 0 }.map { String($0.fold) }
        if !untaught.isEmpty {
            warnings.append(
                "no playlist was left to learn from in fold \(untaught.joined(separator: ", ")): content alone")
        }
        if catalog.testedPlaylists < 100 {
            warnings.append("playlists asked about: \(catalog.testedPlaylists), so few that intervals are wide")
        }
        if result.methods.contains(.serving) {
            warnings.append(
                "serving has learned from the tested playlists too (in-sample): its numbers are no forecast")
        }
        return warnings
    }
}
