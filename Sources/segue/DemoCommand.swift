import Catalog
import Configuration
import Demo
import Storage
import Terminal

/// `segue demo`: fills the catalog with synthetic tracks.
struct DemoCommand: Sendable {
    let context: Context

    private let tracks = Option(
        "--tracks", "COUNT", .integer(in: 1...10_000_000), "How many tracks (default: 20000)")
    private let playlists = Option(
        "--playlists", "COUNT", .integer(in: 0...1_000_000), "How many playlists (default: one for 50 tracks)")
    private let seed = Option("--seed", "NUMBER", .integer(in: 0...Int.max), "Where chance begins (default: 1)")
    private let json = Flag("--json", "Print the counts as JSON")

    init(context: Context) { self.context = context }

    var command: Command {
        Command(
            "demo", "Fills the catalog with synthetic tracks",
            discussion: """
                Nothing in it is real, and all of it says so: ids are in the namespace demo. The same size and seed \
                give the same catalog.
                """,
            options: [tracks.description, playlists.description, seed.description, json.description],
            groups: [SettingGroup.database.options],
            examples: [Command.Example("segue demo --tracks 100000", "A larger catalog to try things on")],
            action: run)
    }

    @Sendable private func run(_ invocation: Invocation) async throws -> ExitStatus {
        let store = try context.settings(invocation).store()
        let count = invocation[tracks] ?? 20_000
        let catalog = DemoCatalog(
            tracks: count, playlists: invocation[playlists] ?? count / 50, seed: UInt64(invocation[seed] ?? 1))
        let counts = try await DemoImport(store: store, console: context.console).run(catalog)
        if invocation[json] {
            try context.console.json(counts)
        } else {
            context.console.output.line(StyledText("demo catalog: \(ImportText.changes(counts))"))
        }
        return .success
    }
}

/// Brings a demo catalog into the store, as one import.
struct DemoImport: Sendable {
    let store: any CatalogImporting
    let console: Console

    func run(_ catalog: DemoCatalog) async throws -> ImportCounts {
        let progress = ProgressDisplay("Demo catalog", unit: "tracks", total: catalog.tracks, on: console.errors)
        defer { progress.finish() }
        let session = try await store.beginImport(of: ImportSource(name: "demo", authority: .table))
        do {
            var done = 0
            for batch in catalog {
                try Task.checkCancellation()
                try await session.append(batch)
                done += batch.count { if case .track = $0 { true } else { false } }
                progress.update(done)
            }
        } catch {
            await session.cancel()
            throw error
        }
        return try await session.commit()
    }
}
