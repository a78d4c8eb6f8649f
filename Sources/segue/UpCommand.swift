import Catalog
import Configuration
import Demo
import Foundation
import IndexLifecycle
import MusicFolder
import Recommendation
import Storage
import Terminal

/// `segue up`: from an empty database to a service that answers.
struct UpCommand: Sendable {
    let context: Context

    private let demoTracks = Option(
        "--demo-tracks", "COUNT", .integer(in: 1...10_000_000),
        "How many synthetic tracks an empty catalog is filled with (default: 20000)")
    private let music = Option(
        "--music", "DIR", .path("a folder's name"), "A folder of music to recommend from, instead of synthetic tracks",
        isRepeatable: true)
    private let noDemo = Flag("--no-demo", "Leave an empty catalog empty")

    init(context: Context) { self.context = context }

    var command: Command {
        Command(
            "up", "Migrates, fills an empty catalog, builds a missing index, and serves",
            discussion: """
                The way to try Segue, and a way to run it: what is there already is left as it is. Once requests are \
                answered, one command to try is printed. Jobs are done in the same process, unless SEGUE_WORKERS is 0.

                With --music, what is new in the folders is analysed first (see `segue analyze`), and the index is built \
                anew where anything changed.
                """,
            options: [demoTracks.description, noDemo.description, music.description],
            groups: ServeCommand.groups.filter { $0.title != SettingGroup.indexServing.options.title }
                + [SettingGroup.index.options, SettingGroup.work.options],
            examples: [
                Command.Example("segue up --demo-tracks 100000", "Try it on a larger catalog"),
                Command.Example("segue up --music ~/Music", "Recommend from your own music, by its sound"),
            ], action: run)
    }

    @Sendable private func run(_ invocation: Invocation) async throws -> ExitStatus {
        let settings = try context.settings(invocation)
        let service = try Service(settings: settings, workers: settings[.workers])
        let signals = StopSignals()
        guard try await prepare(invocation, settings, signals) else { return .failure }
        try await service.run(until: signals) { port, serving in
            FirstRequest(settings: settings, port: port).show(serving, on: context.console)
        }
        return .success
    }

    /// Gets everything ready to serve; false where a signal ended it.
    private func prepare(
        _ invocation: Invocation, _ settings: Settings, _ signals: StopSignals
    ) async throws -> Bool {
        let applied = try await Migrator(try settings.database()).migrate()
        if !applied.isEmpty { context.console.note("migrated the database (\(applied.count) steps)") }
        let store = try settings.store()
        let folders = invocation.all(music)
        guard let isChanged = try await analyze(folders, settings, store, signals) else { return false }
        let tracks = try await tracks(invocation, store, fills: folders.isEmpty)
        guard tracks > 0 else {
            context.console.note("the catalog is empty; `segue import` and `segue analyze` fill it")
            return true
        }
        if isChanged { try await buildIndex(settings, store) } else { try await buildMissingIndex(settings, store) }
        return true
    }

    /// Takes folders of music in; says whether anything changed, and nil where a signal ended it.
    private func analyze(
        _ folders: [String], _ settings: Settings, _ store: PostgresStore, _ signals: StopSignals
    ) async throws -> Bool? {
        let run = FolderRun(settings: settings, store: store, console: context.console, signals: signals)
        var isChanged = false
        for folder in folders {
            let report = try await run.report(folder)
            context.console.note("\(folder): \(AnalyzeText.summary(report))")
            if report.isInterrupted { return nil }
            isChanged = isChanged || report.analyzed + report.moved + report.gone > 0
        }
        return isChanged
    }

    /// How many tracks there are, after an empty catalog was filled where it may be.
    private func tracks(_ invocation: Invocation, _ store: PostgresStore, fills: Bool) async throws -> Int {
        let tracks = try await store.withView { try await $0.trackCount() }
        guard tracks == 0, fills, !invocation[noDemo] else { return tracks }
        let wanted = invocation[demoTracks] ?? 20_000
        context.console.note("the catalog is empty: filling it with \(GroupedNumber.text(wanted)) synthetic tracks")
        let catalog = DemoCatalog(tracks: wanted, playlists: wanted / 50)
        _ = try await DemoImport(store: store, console: context.console).run(catalog)
        return wanted
    }

    /// An index of another database is as good as none: its ids mean other tracks.
    private func buildMissingIndex(_ settings: Settings, _ store: PostgresStore) async throws {
        let run = BuildRun(settings: settings, store: store, console: context.console)
        let database = try await store.withView { try await $0.watermark().database }
        if let found = try? run.directory.openNewestGood(), found.generation.manifest.watermark.database == database {
            return
        }
        context.console.note("there is no index of this catalog yet: building one")
        try await buildIndex(settings, store)
    }

    private func buildIndex(_ settings: Settings, _ store: PostgresStore) async throws {
        let manifest = try await BuildRun(settings: settings, store: store, console: context.console).run()
        for line in GenerationText.lines(manifest) { context.console.note(line.plain.trimmed) }
    }
}
