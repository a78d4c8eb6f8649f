import Catalog
import Foundation
import Ingest
import Terminal

/// The tracks that files mention and the catalog lacks, as a table for people and programs.
struct UnmatchedList {
    private let rows: [[String]]

    /// Collects them from what became of files.
    init(_ outcomes: [ImportOutcome]) {
        rows = outcomes.flatMap { outcome -> [[String]] in
            guard case .done(let report) = outcome else { return [] }
            return report.counts.matching.unmatched.map { track in
                [
                    report.file, String(track.line), track.artist ?? "", track.title ?? "",
                    track.duration.map { String($0) } ?? "", track.ids.joined(separator: " "),
                ]
            }
        }
    }

    /// The table, with a header; fields are quoted where RFC 4180 asks for it.
    var text: String {
        let lines = [["file", "line", "artist", "title", "duration_ms", "ids"]] + rows
        return lines.map { $0.map(Self.field).joined(separator: ",") + "\n" }.joined()
    }

    /// Writes the table, replacing what is there.
    func write(to path: String) throws {
        do {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
            throw UsageError(
                "--unmatched: \(path) cannot be written (\(error.localizedDescription)); name a file in a folder that is "
                    + "yours", command: "segue import")
        }
    }

    private static func field(_ text: String) -> String {
        let needsQuotes = text.contains { ",\"\n\r".contains($0) }
        return needsQuotes ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }
}
