internal import Foundation
public import Terminal

/// A report as tables for people.
public struct ReportTables {
    let report: EvaluationReport

    /// Shows a report.
    public init(_ report: EvaluationReport) { self.report = report }

    /// The methods at one number of seeds, each metric times 100 where it is a share.
    public func methods(seeds: Int) -> Table {
        var table = Table(
            [.init("k = \(seeds)")]
                + Metric.allCases.flatMap { metric -> [Table.Column] in
                    metric == .ndcg
                        ? [.init(metric.title, .trailing), .init("95 %", .trailing)] : [.init(metric.title, .trailing)]
                } + [.init("tracks", .trailing), .init("Gini", .trailing)])
        for row in report.rows where row.seeds == seeds { table.append(cells(row)) }
        return table
    }

    private func cells(_ row: EvaluationReport.Row) -> [String] {
        [row.method.title]
            + Metric.allCases.flatMap { metric -> [String] in
                let estimate = row.metrics[metric.rawValue]
                let mean = estimate.map { Self.text($0.mean, metric) } ?? "-"
                guard metric == .ndcg else { return [mean] }
                return [mean, estimate.map { Self.interval($0, metric) } ?? "-"]
            } + [GroupedNumber.text(row.distinctTracks), Self.text(row.artistGini, digits: 2)]
    }

    /// `segue` less each other method in nDCG@100.
    public func differences() -> Table {
        var table = Table([.init("segue less")] + report.seeds.map { .init("k = \($0)", .trailing) })
        for method in report.methods where report.differences.contains(where: { $0.against == method }) {
            table.append(
                [method.title]
                    + report.seeds.map { seeds in
                        let difference = report.differences.first { $0.against == method && $0.seeds == seeds }
                        return difference?.metrics[Metric.ndcg.rawValue].map(Self.signed) ?? "-"
                    })
        }
        return table
    }

    /// Tracks on no training playlist.
    public func cold() -> Table {
        var table = Table([.init("cold nDCG@100")] + report.seeds.map { .init("k = \($0)", .trailing) })
        for method in [Method.segue, .naive] {
            let name = method == .segue ? "segue, cosine" : method.title
            table.append(
                [name]
                    + report.seeds.map { seeds in
                        let row = report.cold.first { $0.method == method && $0.seeds == seeds }
                        return row.map { "\(Self.text($0.ndcg.mean, .ndcg)) \(Self.interval($0.ndcg, .ndcg))" } ?? "-"
                    })
        }
        return table
    }

    /// Sentences that belong to the tables.
    public var sentences: [String] {
        let catalog = report.catalog
        var lines = [
            "\(GroupedNumber.text(catalog.testedPlaylists)) of \(GroupedNumber.text(catalog.playlists)) playlists asked about"
                + " in \(report.folds.count) folds, \(GroupedNumber.text(catalog.candidates)) candidates of"
                + " \(GroupedNumber.text(catalog.recordings)) recordings (\(catalog.universe.rawValue))"
        ]
        if let faithfulness = report.faithfulness { lines.append(Self.sentence(faithfulness)) }
        return lines
    }

    private static func sentence(_ seen: Faithfulness) -> String {
        "Explanations, over \(GroupedNumber.text(seen.answers)) answers: without the block named first the ranking changes by"
            + " \(text(seen.changeWithoutFirst.mean, digits: 3)), without the one named last by"
            + " \(text(seen.changeWithoutLast.mean, digits: 3)) (1 - RBO; difference"
            + " \(text(seen.difference.mean, digits: 3)) [\(text(seen.difference.low, digits: 3)),"
            + " \(text(seen.difference.high, digits: 3))]); the first changes more in"
            + " \(text(100 * seen.firstChangesMore, digits: 1)) % of them"
    }

    static func text(_ value: Double, _ metric: Metric) -> String {
        text(value * metric.scale, digits: metric == .distance ? 2 : 1)
    }

    static func interval(_ estimate: Estimate, _ metric: Metric) -> String {
        "[\(text(estimate.low, metric)), \(text(estimate.high, metric))]"
    }

    private static func signed(_ estimate: Estimate) -> String {
        let sign = estimate.mean < 0 ? "" : "+"
        return "\(sign)\(text(estimate.mean, .ndcg)) \(interval(estimate, .ndcg))"
    }

    static func text(_ value: Double, digits: Int) -> String { String(format: "%.\(digits)f", value) }
}
