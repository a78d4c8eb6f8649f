import Foundation
import Terminal
import Testing

@testable import Evaluation

@Suite("What an evaluation leaves behind") struct ReportTests {
    private func withFolder(_ body: (String, SampleEvaluation.Outcome) async throws -> Void) async throws {
        let outcome = try await SampleEvaluation.outcome()
        try await withTemporaryDirectory { path in
            try ReportFolder("\(path)/out").write(outcome.report, outcome.result, of: outcome.evaluation)
            try await body("\(path)/out", outcome)
        }
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test func allFilesAreThereAndTheReportReadsBack() async throws {
        try await withFolder { path, outcome in
            let names = try FileManager.default.contentsOfDirectory(atPath: path)
            #expect(
                Set(names) == ["report.json", "report.md", "quality.svg", "differences.svg", "queries.ndjson", "trec"])
            let runs = try FileManager.default.contentsOfDirectory(atPath: "\(path)/trec")
            #expect(runs.count == 3 + 3 * outcome.report.methods.count)
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            let read = try decoder.decode(EvaluationReport.self, from: Data(text("\(path)/report.json").utf8))
            #expect(read.rows.count == outcome.report.rows.count)
            let mean = read.row(.segue, seeds: 5)?.metrics.values.map(\.mean).sorted()
            #expect(mean == outcome.report.row(.segue, seeds: 5)?.metrics.values.map(\.mean).sorted())
        }
    }

    @Test func queriesCanBeAskedAgainElsewhere() async throws {
        struct Line: Decodable {
            var qid: String
            var fold: Int
            var k: Int
            var seeds: [String]
            var targets: [String]
        }
        try await withFolder { path, outcome in
            let lines = try text("\(path)/queries.ndjson").split(separator: "\n").map {
                try JSONDecoder().decode(Line.self, from: Data($0.utf8))
            }
            #expect(lines.count == outcome.result.queries.count)
            #expect(lines.allSatisfy { $0.seeds.count == $0.k && Set($0.seeds).isDisjoint(with: $0.targets) })
            #expect(Set(lines.map { "\($0.qid) \($0.k)" }).count == lines.count)
        }
    }

    @Test func plotsAreWellFormedAndNameTheirAxes() async throws {
        let report = try await SampleEvaluation.outcome().report
        for plot in [ReportPlots(report).quality(), ReportPlots(report).differences()] {
            let parser = XMLWalk(plot)
            #expect(parser.isWellFormed && parser.depth == 0)
            #expect(plot.contains("nDCG@100") && plot.contains("95 % interval"))
            #expect(!plot.contains("nan") && !plot.contains("inf"))
            for method in report.methods where method != .segue { #expect(plot.contains(">\(method.title)")) }
        }
    }

    @Test func plotsLeaveOutWhatIsInSample() async throws {
        var report = try await SampleEvaluation.outcome().report
        var row = try #require(report.row(.segue, seeds: 5))
        (row.method, row.inSample) = (.serving, true)
        report.rows.append(row)
        #expect(!ReportPlots(report).quality().contains("serving"))
        #expect(!ReportPlots(report).differences().contains("serving"))
        #expect(ReportTables(report).methods(seeds: 5).lines().contains { $0.plain.contains("serving (in-sample)") })
    }

    @Test func aReportWithoutNumbersIsStillDrawn() async throws {
        var report = try await SampleEvaluation.outcome().report
        (report.rows, report.differences, report.cold, report.faithfulness) = ([], [], [], nil)
        for plot in [ReportPlots(report).quality(), ReportPlots(report).differences()] {
            #expect(XMLWalk(plot).isWellFormed && !plot.contains("nan"))
        }
        #expect(ReportPage(report: report).text(plots: []).contains("# Evaluation"))
        #expect(ReportTables(report).sentences.count == 1)
    }

    @Test func anIntervalIsDrawnAroundItsMean() async throws {
        let outcome = try await SampleEvaluation.outcome()
        for row in outcome.report.rows {
            for estimate in row.metrics.values {
                #expect(estimate.low <= estimate.mean + 1e-12 && estimate.mean <= estimate.high + 1e-12)
            }
        }
        #expect(outcome.report.rows.map(\.queries).allSatisfy { $0 > 20 })
    }

    @Test func aFolderThatCannotBeMadeIsAnError() {
        #expect(throws: (any Error).self) { try ReportFolder("/proc/nowhere/out").prepare() }
    }

    @Test func anEarlierEvaluationIsReplaced() async throws {
        try await withFolder { path, outcome in
            try Data("old".utf8).write(to: URL(fileURLWithPath: "\(path)/report.md"))
            try ReportFolder(path).write(outcome.report, outcome.result, of: outcome.evaluation)
            #expect(try text("\(path)/report.md").hasPrefix("# Evaluation"))
        }
    }

    @Test func aScaleHasRoundTicks() {
        #expect(PlotCanvas.Scale(values: 0...10, pixels: (0, 100)).ticks == [0, 2, 4, 6, 8, 10])
        let odd = PlotCanvas.Scale(values: -0.3...1.1, pixels: (0, 140))
        #expect(odd.ticks.count >= 3 && odd.ticks.allSatisfy { (-0.3...1.1).contains($0) })
        #expect(abs(odd.pixel(0.4) - 70) < 1e-9)
        #expect(PlotCanvas.Scale(values: 5...5, pixels: (0, 9)).pixel(5) == 0)
    }

    @Test func textInPlotsIsEscaped() {
        var canvas = PlotCanvas(width: 10, height: 10)
        canvas.label("a < b & c", x: 0, y: 0)
        #expect(canvas.svg.contains("a &lt; b &amp; c"))
    }

    @Test func tablesFitTheReport() async throws {
        let report = try await SampleEvaluation.outcome().report
        let tables = ReportTables(report)
        let lines = tables.methods(seeds: 5).lines().map(\.plain)
        #expect(lines.count == 1 + report.methods.count)
        #expect(lines[0].contains("nDCG@100") && lines[0].contains("k = 5"))
        let expected = try #require(report.row(.segue, seeds: 5)?.metrics[Metric.ndcg.rawValue]).mean
        #expect(lines.contains { $0.hasPrefix("segue ") && $0.contains(ReportTables.text(expected, .ndcg)) })
        #expect(tables.differences().lines().count == report.methods.count)
        #expect(tables.sentences.contains { $0.contains("the block named first") })
    }

    @Test func thePageHasATableForEachNumberOfSeeds() async throws {
        let report = try await SampleEvaluation.outcome().report
        let page = ReportPage(report: report).text(plots: ["quality.svg"])
        for heading in ["## 1 seed\n", "## 5 seeds\n", "## 10 seeds\n", "![](quality.svg)"] {
            #expect(page.contains(heading))
        }
        // Every row of a table has as many cells as its heading.
        var columns: Int?
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("|") else {
                columns = nil
                continue
            }
            let count = line.count { $0 == "|" }
            #expect(count == columns ?? count, "\(line)")
            columns = count
        }
    }

    @Test func whatIsInSampleSaysSo() {
        #expect(Method.serving.title.contains("in-sample"))
        #expect(Method.allCases.filter(\.isInSample) == [.serving])
    }
}

/// Walks the tags of a document: enough to see that each is closed.
private struct XMLWalk {
    var isWellFormed = true
    var depth = 0

    init(_ text: String) {
        var open: [Substring] = []
        for tag in text.split(separator: "<").map({ $0.prefix { $0 != ">" } }) {
            if tag.hasPrefix("/") {
                isWellFormed = isWellFormed && open.popLast() == tag.dropFirst()
            } else if !tag.hasSuffix("/") {
                open.append(tag.prefix { $0 != " " })
            }
            isWellFormed = isWellFormed && tag.count { $0 == "\"" } % 2 == 0
        }
        depth = open.count
    }
}
