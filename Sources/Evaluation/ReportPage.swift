internal import Terminal

/// A report as a Markdown page.
struct ReportPage {
    let report: EvaluationReport

    /// The page; plots are named where `plots` says that they stand beside it.
    func text(plots: [String]) -> String {
        let tables = ReportTables(report)
        var parts = ["# Evaluation"] + tables.sentences.map { $0 + "." } + report.warnings.map { "> \($0)." }
        parts.append(
            "Shares times 100. `95 %` is the bootstrap interval of nDCG@100 over playlists; `clicks`: less is better;"
                + " `tracks`: distinct recordings in all lists; `Gini`: of the shown artists' shares.")
        for seeds in report.seeds {
            parts += ["## \(seeds) \(seeds == 1 ? "seed" : "seeds")", Self.markdown(tables.methods(seeds: seeds))]
        }
        parts += ["## Paired differences in nDCG@100", Self.markdown(tables.differences())]
        parts += ["## Tracks on no training playlist", Self.markdown(tables.cold())]
        parts += ["## Training", folds]
        parts += plots.map { "![](\($0))" }
        return parts.joined(separator: "\n\n") + "\n"
    }

    private var folds: String {
        var lines = [
            "| fold | queries | training playlists | vectors | dimensions | lists | probes | seconds |",
            "|" + String(repeating: "---|", count: 8),
        ]
        for fold in report.folds {
            let cells = [
                fold.fold, fold.queries, fold.trainingPlaylists, fold.vectors, fold.dimension, fold.lists,
                fold.deepProbes,
            ]
            lines.append(
                "| \((cells.map(String.init) + [ReportTables.text(fold.seconds, digits: 1)]).joined(separator: " | ")) |"
            )
        }
        return lines.joined(separator: "\n")
    }

    /// A table's cells with bars between them: two spaces part its columns, and no cell has two inside.
    private static func markdown(_ table: Table) -> String {
        let rows = table.lines().map { line in
            "| "
                + line.plain.split(separator: "  ", omittingEmptySubsequences: true)
                .map { $0.trimming(\.isWhitespace) }.joined(separator: " | ") + " |"
        }
        guard let heading = rows.first else { return "" }
        let columns = heading.split(separator: "|").count
        return ([heading, "|" + String(repeating: "---|", count: columns)] + rows.dropFirst()).joined(separator: "\n")
    }
}
