import Foundation
import Testing

@testable import Evaluation

/// A Python with pytrec_eval, which `scripts/test` makes; nil where there is none.
private let python = ProcessInfo.processInfo.environment["SEGUE_TEST_PYTHON"]

@Suite("Files for trec_eval") struct TRECTests {
    @Test func linesHaveTheirFields() async throws {
        let outcome = try await SampleEvaluation.outcome()
        let files = TRECFiles(catalog: outcome.evaluation.catalog)
        let queries = Array(outcome.result.queries.prefix(3))
        let judgements = files.judgements(queries).split(separator: "\n").map { $0.split(separator: " ") }
        #expect(judgements.count == queries.reduce(0) { $0 + $1.targets.count })
        #expect(judgements.allSatisfy { $0.count == 4 && $0[1] == "0" && $0[3] == "1" })
        let lists = Array((outcome.result.answers[.segue] ?? []).prefix(3))
        let run = files.run(queries, lists, tag: "segue").split(separator: "\n").map { $0.split(separator: " ") }
        #expect(run.count == lists.reduce(0) { $0 + $1.count })
        #expect(run.allSatisfy { $0.count == 6 && $0[1] == "Q0" && $0[5] == "segue" })
        #expect(run[0][3] == "1" && run[0][4] == "100" && run[1][4] == "99")
    }

    @Test(
        "trec_eval recomputes the same numbers",
        .enabled(if: python != nil, "SEGUE_TEST_PYTHON names no Python with pytrec_eval; scripts/test makes one"),
        arguments: [Method.segue, .popularity, .als])
    func trecEvalRecomputesTheSameNumbers(_ method: Method) async throws {
        let outcome = try await SampleEvaluation.outcome()
        try await withTemporaryDirectory { path in
            try ReportFolder(path).write(outcome.report, outcome.result, of: outcome.evaluation)
            for seeds in [1, 5, 10] {
                let recomputed = try await metrics(
                    "\(path)/trec/qrels.k\(seeds).txt", "\(path)/trec/run.k\(seeds).\(method.rawValue).txt")
                try compare(recomputed, outcome, method, seeds)
            }
        }
    }

    /// Query by query: a mean could hide what cancels.
    private func compare(
        _ recomputed: [String: [String: Double]], _ outcome: SampleEvaluation.Outcome, _ method: Method, _ seeds: Int
    ) throws {
        let catalog = outcome.evaluation.catalog
        let measures = RankingMeasures(items: catalog.items, sound: SoundTable(catalog))
        var compared = 0
        for (query, list) in zip(outcome.result.queries, outcome.result.answers[method] ?? []) where query.k == seeds {
            let own = Dictionary(
                uniqueKeysWithValues: zip(Metric.allCases, measures.scores(of: list, targets: query.targets)))
            let name = TRECFiles(catalog: catalog).name(of: query)
            // A query without an answer is not in a run, and trec_eval leaves it out.
            guard let theirs = recomputed[name] else {
                #expect(list.isEmpty)
                continue
            }
            let pairs: [(Metric, String)] = [(.ndcg, "ndcg_cut_100"), (.hit, "success_10")]
            let short: [(Metric, String)] =
                query.targets.count <= 100 ? [(.recall, "recall_100"), (.rPrecision, "Rprec")] : []
            for (metric, measure) in pairs + short {
                let (mine, other) = (try #require(own[metric]), try #require(theirs[measure]))
                #expect(abs(mine - other) < 1e-4, "\(metric) of \(name)")
            }
            compared += 1
        }
        #expect(compared > 20)
    }

    private func metrics(_ qrels: String, _ run: String) async throws -> [String: [String: Double]] {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Reference/trec_metrics.py").path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(python))
        process.arguments = [script, qrels, run]
        let output = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try Data().write(to: output)
        defer { try? FileManager.default.removeItem(at: output) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        let status: Int32 = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        #expect(status == 0)
        return try JSONDecoder().decode([String: [String: Double]].self, from: Data(contentsOf: output))
    }
}
