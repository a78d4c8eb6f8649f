import Catalog
import Configuration
import Demo
import Foundation
import IndexLifecycle
import Recommendation
import Storage
import Terminal

/// `segue up`: from an empty database to a service that answers.
struct UpCommand: Sendable {
    let context: Context

    private let demoTracks = Option(
        "--demo-tracks", "COUNT", .integer(in: 1...10_000_000),
        "How many synthetic tracks an empty catalog is filled with (default: 20000)")
    private let noDemo = Flag("--no-demo", "Leave an empty catalog empty")

    init(context: Context) { self.context = context }

    var command: Command {
        Command(
            "up", "Migrates, fills an empty catalog, builds a missing index, and serves",
            discussion: """
                The way to try Segue, and a way to run it: what is there already is left as it is. Once requests are \
                answered, one command to try is printed. Jobs are done in the same process, unless SEGUE_WORKERS is 0.
                """,
            options: [demoTracks.description, noDemo.description],
            groups: ServeCommand.groups.filter { $0.title != SettingGroup.indexServing.options.title }
                + [SettingGroup.index.options, SettingGroup.work.options],
            examples: [Command.Example("segue up --demo-tracks 100000", "Try it on a larger catalog")], action: run)
    }

    @Sendable private func run(_ invocation: Invocation) async throws -> ExitStatus {
        let settings = try context.settings(invocation)
        let service = try Service(settings: settings, workers: settings[.workers])
        try await prepare(invocation, settings)
        try await service.run(until: StopSignals()) { port, serving in
            FirstRequest(settings: settings, port: port).show(serving, on: context.console)
        }
        return .success
    }

    private func prepare(_ invocation: Invocation, _ settings: Settings) async throws {
        let applied = try await Migrator(try settings.database()).migrate()
        if !applied.isEmpty { context.console.note("migrated the database (\(applied.count) steps)") }
        let store = try settings.store()
        var tracks = try await store.withView { try await $0.trackCount() }
        if tracks == 0, !invocation[noDemo] {
            tracks = invocation[demoTracks] ?? 20_000
            context.console.note("the catalog is empty: filling it with \(GroupedNumber.text(tracks)) synthetic tracks")
            let catalog = DemoCatalog(tracks: tracks, playlists: tracks / 50)
            _ = try await DemoImport(store: store, console: context.console).run(catalog)
        }
        guard tracks > 0 else { return context.console.note("the catalog is empty; `segue import` fills it") }
        try await buildMissingIndex(settings, store)
    }

    /// An index of another database is as good as none: its ids mean other tracks.
    private func buildMissingIndex(_ settings: Settings, _ store: PostgresStore) async throws {
        let run = BuildRun(settings: settings, store: store, console: context.console)
        let database = try await store.withView { try await $0.watermark().database }
        if let found = try? run.directory.openNewestGood(), found.generation.manifest.watermark.database == database {
            return
        }
        context.console.note("there is no index of this catalog yet: building one")
        let manifest = try await run.run()
        for line in GenerationText.lines(manifest) { context.console.note(line.plain.trimmed) }
    }
}
