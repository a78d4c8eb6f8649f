import Catalog
import Ingest
import Terminal

/// What a person reads about an import.
enum ImportText {
    /// Bad rows that are shown one by one; `--json` has more.
    static let problemsShown = 5

    /// Rows a second.
    static func rate(_ report: ImportReport) -> Int {
        report.seconds > 0 ? Int((Double(report.rowsRead) / report.seconds).rounded()) : 0
    }

    /// The lines about one file.
    static func lines(_ report: ImportReport) -> [StyledText] {
        let seconds = (report.seconds * 10).rounded() / 10
        let rows = "\(GroupedNumber.text(report.rowsRead)) rows in \(seconds) s"
        var lines = [
            StyledText(report.file, .bold) + StyledText(": \(report.format), \(rows)")
                + StyledText(" (\(GroupedNumber.text(rate(report))) rows/s)", .dim),
            StyledText("  \(changes(report.counts))"),
        ]
        if report.counts.matching.total > 0 { lines.append(StyledText("  \(matching(report.counts.matching))")) }
        if report.rowsSkipped > 0 {
            lines.append(StyledText("  skipped \(GroupedNumber.text(report.rowsSkipped)) rows:", .color(.yellow)))
            lines += report.problems.prefix(problemsShown).map { StyledText("    \(line($0))") }
            let rest = report.rowsSkipped - min(report.problems.count, problemsShown)
            if rest > 0 { lines.append(StyledText("    and \(GroupedNumber.text(rest)) more (see --json)", .dim)) }
        }
        return lines
    }

    /// How mentioned tracks were found, in words.
    static func matching(_ matching: ImportMatching) -> String {
        let ways = [(matching.byID, "by id"), (matching.byISRC, "by ISRC"), (matching.byName, "by name")]
        let found = ways.filter { $0.0 > 0 }.map { "\(GroupedNumber.text($0.0)) \($0.1)" }
        let named = "of \(GroupedNumber.text(matching.total)) tracks without an id of their own, found "
        let missing =
            matching.notFound > 0
            ? "; \(GroupedNumber.text(matching.notFound)) \(matching.notFound == 1 ? "is" : "are") not in the catalog (--unmatched FILE lists them)"
            : ""
        return named + (found.isEmpty ? "none" : found.joined(separator: ", ")) + missing
    }

    /// `file:line: field: reason`.
    static func line(_ problem: ImportProblem) -> String {
        let field = problem.field.map { "\($0): " } ?? ""
        return "\(problem.file):\(problem.line): \(field)\(problem.reason)"
    }

    /// What an import changed, in words.
    static func changes(_ counts: ImportCounts) -> String {
        let parts: [(Int, String)] = [
            (counts.newTracks, "new tracks"), (counts.changedTracks, "changed tracks"),
            (counts.newArtists, "new artists"), (counts.newAlbums, "new albums"),
            (counts.newPlaylists, "new playlists"), (counts.newEntries, "playlist entries added"),
            (counts.removedEntries, "playlist entries removed"), (counts.features, "audio features"),
            (counts.analyses, "audio analyses"), (counts.savedTracks, "saved tracks"),
            (counts.newPlays, "plays"),
            (counts.unresolved, "records of tracks that the catalog lacks"),
        ]
        let named = parts.filter { $0.0 > 0 }.map { "\(GroupedNumber.text($0.0)) \($0.1)" }
        if counts.isUnchanged { return (["nothing changed"] + named).joined(separator: "; ") }
        return named.joined(separator: ", ")
    }
}
