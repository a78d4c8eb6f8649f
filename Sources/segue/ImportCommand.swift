import Catalog
import Configuration
import Ingest
import Storage
import Terminal

/// `segue import`: brings files into the catalog.
struct ImportCommand: Sendable {
    let context: Context

    private let paths = Parameter("PATH", .path(), "Files, gzip or not, of any accepted format", count: 1...100_000)
    private let provider = Option(
        "--provider", "NAME", .text, "Whose audio features tables hold (default: spotify)")
    private let track = Option(
        "--track", "TRACK", .text, "The track that an audio analysis is about, where the file does not say so")
    private let unmatched = Option(
        "--unmatched", "FILE", .path(), "Where to list, as CSV, tracks that files mention and the catalog lacks")
    private let json = Flag("--json", "Print the reports as JSON")

    init(context: Context) { self.context = context }

    var command: Command {
        Command(
            "import", "Brings files into the catalog",
            discussion: """
                The format is recognised by content: CSV of tracks with audio features, Spotify's JSON objects (tracks, \
                albums, playlists, saved tracks, audio features, audio analysis), JSON lines of them, CSV playlists \
                (Exportify's too), M3U and M3U8, JSPF, Spotify's streaming history, ListenBrainz listens.

                Entries without an id are looked for in the catalog by ISRC, then by artist, title and length.

                A row that is bad is reported with file, line and reason, and skipped; a file that is not what it \
                seems is refused as a whole, and the others are still imported. Importing a file again changes nothing.
                """,
            parameters: [paths.description],
            options: [
                provider.description, track.description, unmatched.description, json.description,
            ],
            groups: [SettingGroup.imports.options, SettingGroup.database.options],
            examples: [Command.Example("segue import tracks.csv.gz playlists/*.json", "Bring a catalog in")],
            action: run)
    }

    @Sendable private func run(_ invocation: Invocation) async throws -> ExitStatus {
        let given = try context.settings(invocation)
        let store = try given.store()
        let settings = try await given.withStored(in: store, warning: context.console.warn)
        let importer = FileImporter(store: store, options: try options(invocation, settings))
        var outcomes: [ImportOutcome] = []
        for path in invocation[paths] {
            let outcome = await take(path, importer)
            if !invocation[json] { show(outcome) }
            outcomes.append(outcome)
        }
        if invocation[json] { try context.console.json(["files": outcomes]) }
        if let path = invocation[unmatched] { try UnmatchedList(outcomes).write(to: path) }
        return outcomes.allSatisfy(\.isDone) ? .success : .failure
    }

    private func options(_ invocation: Invocation, _ settings: Settings) throws -> ImportOptions {
        var options = ImportOptions()
        options.maximumDocumentBytes = settings[.importMaximumDocument]
        options.maximumUnpackedBytes = settings[.importMaximumUnpacked]
        options.maximumRowBytes = settings[.importMaximumRow]
        options.maximumBadShare = settings[.importMaximumBadShare]
        options.maximumProblems = settings[.importMaximumProblems]
        options.durationTolerance = settings[.importDurationTolerance]
        if invocation[unmatched] != nil { options.maximumUnmatched = 1_000_000 }
        options.tableProvider = invocation[provider] ?? options.tableProvider
        guard let text = invocation[track] else { return options }
        do throws(ReferenceError) {
            let reference = try EntityReference(parsing: text)
            guard reference.kind == .track else { throw ReferenceError("not a track but a \(reference.kind)") }
            options.track = reference.id
        } catch {
            throw UsageError("--track \"\(text)\" is \(error.description)", command: "segue import")
        }
        return options
    }

    private func take(_ path: String, _ importer: FileImporter) async -> ImportOutcome {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let progress = ProgressDisplay(name, unit: "kB", on: context.console.errors)
        defer { progress.finish() }
        do throws(ImportError) {
            let report = try await importer.importFile(path: path) { state in
                progress.update(state.bytesDone / 1_000, of: state.bytesTotal / 1_000)
            }
            return .done(report)
        } catch {
            return .refused(error)
        }
    }

    private func show(_ outcome: ImportOutcome) {
        switch outcome {
        case .done(let report):
            for line in ImportText.lines(report) { context.console.output.line(line) }
        case .refused(let error):
            context.console.fail("\(error.description); nothing of it was imported")
            for problem in error.problems.prefix(ImportText.problemsShown) {
                context.console.errors.line(StyledText("  \(ImportText.line(problem))"))
            }
        }
    }
}

/// What became of one file.
enum ImportOutcome: Encodable {
    case done(ImportReport)
    case refused(ImportError)

    var isDone: Bool {
        if case .done = self { return true }
        return false
    }

    private enum Key: String, CodingKey { case file, rowsPerSecond, error }

    private struct Refusal: Encodable {
        var code: ImportError.Code
        var message: String
        var problems: [ImportProblem]
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .done(let report):
            try report.encode(to: encoder)
            try container.encode(ImportText.rate(report), forKey: .rowsPerSecond)
        case .refused(let error):
            try container.encode(error.file, forKey: .file)
            let refusal = Refusal(code: error.code, message: error.message, problems: error.problems)
            try container.encode(refusal, forKey: .error)
        }
    }
}
