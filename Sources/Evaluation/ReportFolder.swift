internal import Foundation

/// Everything that an evaluation leaves behind, as files in a folder.
///
/// ```
/// report.json  report.md  quality.svg  differences.svg  queries.ndjson
/// trec/qrels.kK.txt       judgements at K seeds
/// trec/run.kK.METHOD.txt  a method's answers at K seeds
/// ```
public struct ReportFolder {
    /// The folder's path.
    public let path: String

    /// Names a folder; it is made where it is missing, and files of an earlier evaluation are replaced.
    public init(_ path: String) { self.path = path }

    /// Makes the folder, so that one that cannot be written is noticed before the work and not after it.
    /// - Throws: what the file system refuses.
    public func prepare() throws {
        try FileManager.default.createDirectory(atPath: "\(path)/trec", withIntermediateDirectories: true)
    }

    /// Writes all files.
    /// - Throws: what the file system refuses.
    public func write(_ report: EvaluationReport, _ result: EvaluationResult, of evaluation: Evaluation) throws {
        try prepare()
        try write(ReportPlots(report).quality(), "quality.svg")
        try write(ReportPlots(report).differences(), "differences.svg")
        try write(ReportPage(report: report).text(plots: ["quality.svg", "differences.svg"]), "report.md")
        let encoder = Self.encoder
        encoder.outputFormatting.insert(.prettyPrinted)
        try write(String(decoding: encoder.encode(report), as: UTF8.self) + "\n", "report.json")
        let lines = try result.queries.map { query in
            String(decoding: try Self.encoder.encode(QueryRecord(query, in: evaluation.catalog)), as: UTF8.self) + "\n"
        }
        try write(lines.joined(), "queries.ndjson")
        try writeTREC(result, evaluation.catalog)
    }

    private func writeTREC(_ result: EvaluationResult, _ catalog: EvaluationCatalog) throws {
        let files = TRECFiles(catalog: catalog)
        for seeds in Set(result.queries.map(\.k)).sorted() {
            let places = result.queries.indices.filter { result.queries[$0].k == seeds }
            let queries = places.map { result.queries[$0] }
            try write(files.judgements(queries), "trec/qrels.k\(seeds).txt")
            for method in result.methods {
                let lists = places.map { result.answers[method]?[$0] ?? [] }
                try write(files.run(queries, lists, tag: method.rawValue), "trec/run.k\(seeds).\(method.rawValue).txt")
            }
        }
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    private func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"), options: .atomic)
    }
}
