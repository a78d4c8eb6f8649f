import Configuration
import Foundation
import MusicFolder
import Storage
import Terminal

/// `segue analyze`: brings a folder of music into the catalog by its sound.
struct AnalyzeCommand: Sendable {
    let context: Context

    private let folder = Parameter("DIR", .path("a folder's name"), "The folder of music", count: 0...1)
    private let again = Flag("--again", "Analyse files that have not changed, too")
    private let allowEmpty = Flag(
        "--allow-empty", "Let files leave the catalog where a folder held many and holds none, or is gone")
    let json = Flag("--json", "Print the report as JSON")
    /// Failures that are shown one by one; `--json` has all.
    private static let failuresShown = 20

    init(context: Context) { self.context = context }

    var command: Command {
        Command(
            "analyze", "Brings a folder of music into the catalog by its sound",
            discussion: """
                Decodes every file that FFmpeg can decode, measures its tempo, key, loudness, timbre and form, reads its \
                tags, and stores it as a track under its path. Files that have not changed are left alone; a file that \
                was moved keeps its track, one that is gone leaves the catalog, and the same recording in two files is \
                one track.

                Each file is analysed by a process of its own that may open nothing and reach no network: a file that \
                crashes it costs that file alone. Ctrl-C ends after the files under way; the next run goes on from \
                there. `segue index build` makes what was found known to recommendations.

                With --previews, tracks of the catalog that nobody has listened to are described by half a minute of \
                them, where a service that SEGUE_PREVIEWS_FROM names offers that: it is downloaded, analysed in the same way, \
                and thrown away. Tracks without one are left for a month.
                """,
            parameters: [folder.description],
            options: [
                again.description, allowEmpty.description, Self.previews.description, Self.limit.description,
                Self.detach.description,
                json.description,
            ],
            groups: [
                SettingGroup.analysis.options, SettingGroup.previews.options, SettingGroup.database.options,
                SettingGroup.spotify.options, SettingGroup.redis.options,
            ],
            examples: [
                Command.Example("segue analyze ~/Music", "Take your own music in"),
                Command.Example(
                    "segue analyze --previews --previews-from deezer --limit 100", "Listen to a hundred previews"),
            ], action: run)
    }

    @Sendable private func run(_ invocation: Invocation) async throws -> ExitStatus {
        let name = "segue analyze"
        if invocation[Self.previews] {
            guard invocation[folder].isEmpty else {
                throw UsageError("give a DIR or --previews, not both", command: name)
            }
            return try await listen(invocation)
        }
        guard let path = invocation[folder].first else {
            throw UsageError("DIR is missing: the folder of music to analyse, or --previews", command: name)
        }
        guard invocation[Self.limit] == nil, !invocation[Self.detach] else {
            throw UsageError("--limit and --detach go with --previews", command: name)
        }
        let settings = try context.settings(invocation)
        let run = FolderRun(
            settings: settings, store: try settings.store(), console: context.console, signals: StopSignals())
        let report = try await run.report(path, again: invocation[again], mayBeEmpty: invocation[allowEmpty])
        if invocation[json] { try context.console.json(report) } else { show(report) }
        let isEmptied = report.failures.contains { $0.code == "emptied" }
        return report.isInterrupted || isEmptied ? .failure : .success
    }

    private func show(_ report: FolderReport) {
        let output = context.console.output
        output.line(StyledText(AnalyzeText.summary(report)))
        for failure in report.failures.prefix(Self.failuresShown) {
            output.line(
                StyledText("  \(Printable.text(failure.path)): \(failure.message) (\(failure.code))", .color(.yellow)))
        }
        let rest = report.failures.count - Self.failuresShown
        if rest > 0 { output.line(StyledText("  and \(GroupedNumber.text(rest)) more (see --json)", .dim)) }
        if report.isInterrupted { output.line(StyledText("ended early; the same command goes on from here")) }
    }
}

/// What a person reads about a run over a folder.
enum AnalyzeText {
    /// One line.
    static func summary(_ report: FolderReport) -> String {
        let parts = [
            (report.analyzed, "analysed"), (report.unchanged, "unchanged"), (report.moved, "moved"),
            (report.duplicates, "the same recording as another"), (report.gone, "gone"),
            (report.failures.count, "not analysed"),
        ]
        let named = parts.filter { $0.0 > 0 }.map { "\(GroupedNumber.text($0.0)) \($0.1)" }
        let counts = named.isEmpty ? "nothing to do" : named.joined(separator: ", ")
        guard report.sound > 0, report.seconds > 0 else {
            return "\(GroupedNumber.text(report.files)) files: \(counts)"
        }
        let speed = GroupedNumber.text(Int(report.sound / report.seconds))
        return
            "\(GroupedNumber.text(report.files)) files: \(counts); \(GroupedNumber.text(Int(report.sound / 60))) minutes"
            + " of sound in \(GroupedNumber.text(Int(report.seconds.rounded()))) s, \(speed) times real time"
    }
}
