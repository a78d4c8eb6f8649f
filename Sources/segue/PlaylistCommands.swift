import API
import Catalog
import Configuration
import Foundation
import Jobs
import Playlists
import Sampling
import Storage
import Terminal

/// `segue playlist …`: makes playlists, and makes them anew.
struct PlaylistCommands: Sendable {
    let context: Context

    let json = Flag("--json", "Print the answer as the API gives it")
    let dryRun = Flag("--dry-run", "Only say what would come of it; nothing is written")
    let listener = Option("--listener", "NAME", .listenerName, "Whose it is (default: default)")
    let seed = Option(
        "--seed", "NUMBER", .integer(in: 0...PlaylistMaker.Options.greatestSeed),
        "Decides all that is drawn (default: another one each time)")
    let limit = Option("--limit", "COUNT", .integer(in: 1...1_000), "How many (default: 20)")
    let before = Option("--before", "NUMBER", .integer(in: 1...Int.max), "Go on where a list ended")
    let all = Flag("--all", "Every playlist")
    let playlist = Parameter(
        "PLAYLIST", .integer(in: 1...Int.max), "A playlist, by its number in `segue playlist list`")
    let playlists = Parameter("PLAYLIST", .integer(in: 1...Int.max), "Playlists, by their numbers", count: 0...1_000)
    let recipe = RecipeOptions()

    init(context: Context) { self.context = context }

    var command: Command {
        Command(
            "playlist", "Makes playlists that do not repeat themselves, and makes them anew",
            discussion: """
                A playlist is made by a recipe: a pool of tracks, and what a sample of it has to be like. Each making \
                is a run, which keeps why every track is there and what had to give way.
                """,
            examples: [
                Command.Example("segue playlist daily", "A playlist out of your own listening, another one every day"),
                Command.Example(
                    "segue playlist create Evening --from library --order energy_arc --served-days 14",
                    "Thirty tracks of the library, none given out in two weeks"),
                Command.Example("segue playlist reshuffle 7 --dry-run", "What would come of it"),
            ],
            subcommands: [
                listCommand, showCommand, createCommand, reshuffleCommand, dailyCommand, historyCommand, runsCommand,
                removeCommand,
            ])
    }

    var groups: [Command.OptionGroup] {
        [SettingGroup.playlists.options, SettingGroup.indexLocation.options, SettingGroup.database.options]
    }

    func store(_ invocation: Invocation) throws -> PostgresStore { try context.settings(invocation).store() }

    func id(_ invocation: Invocation) -> PlaylistID { PlaylistID(rawValue: Int64(invocation[playlist].first ?? 0)) }

    func known(_ id: PlaylistID, in store: PostgresStore) async throws -> MadePlaylist {
        guard let playlist = try await store.madePlaylist(id) else { throw PlaylistError.unknownPlaylist(id) }
        return playlist
    }

    func write(_ bytes: [UInt8]) { context.console.output.write(String(decoding: bytes, as: UTF8.self) + "\n") }

    /// What the catalog knows of tracks.
    func tracks(_ ids: [TrackID], in store: PostgresStore) async throws -> [TrackID: CatalogTrack] {
        guard !ids.isEmpty else { return [:] }
        let found = try await store.withView { try await $0.tracks(Array(Set(ids))) }
        return Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
    }

    // MARK: Reading

    private var listCommand: Command {
        Command(
            "list", "Lists playlists", options: [listener.description, json.description],
            groups: [SettingGroup.database.options]
        ) { invocation in
            let store = try store(invocation)
            if let name = invocation[listener], try await !store.listeners().contains(where: { $0.name == name }) {
                throw PlaylistError.unknownListener(name)
            }
            let playlists = try await store.madePlaylists(of: invocation[listener])
            let kept = invocation[listener] == nil ? try await store.rulePlaylists() : []
            if invocation[json] {
                write(PlaylistDocuments.list(playlists, kept: kept))
            } else if playlists.isEmpty && kept.isEmpty {
                context.console.output.line("no playlists; `segue playlist daily` makes one")
            } else {
                context.console.output.table(PlaylistText.table(playlists, kept))
            }
            return .success
        }
    }

    private var showCommand: Command {
        Command(
            "show", "Shows a playlist, with the reasons of its tracks", parameters: [playlist.description],
            options: [json.description], groups: [SettingGroup.database.options]
        ) { invocation in
            let (store, id) = (try store(invocation), id(invocation))
            if let kept = try await store.rulePlaylists().first(where: { $0.id == id }) {
                return try await show(kept, in: store, isJSON: invocation[json])
            }
            let playlist = try await known(id, in: store)
            let entries = try await store.entries(of: playlist.id)
            let tracks = try await tracks(entries, in: store)
            if invocation[json] {
                write(PlaylistDocuments.playlist(playlist, entries: entries, tracks: tracks))
            } else {
                context.console.output.line(PlaylistText.heading(playlist))
                var run: PlaylistRun?
                if let last = playlist.lastRun { run = try await store.run(last) }
                if let run { PlaylistText.show(run, tracks, on: context.console.output) }
            }
            return .success
        }
    }

    private func show(_ kept: RulePlaylist, in store: PostgresStore, isJSON: Bool) async throws -> ExitStatus {
        let entries = try await store.entries(of: kept.id)
        let tracks = try await tracks(entries, in: store)
        if isJSON {
            write(PlaylistDocuments.playlist(kept, entries: entries, tracks: tracks))
        } else {
            context.console.output.line(PlaylistText.heading(kept))
            context.console.output.table(PlaylistText.table(entries, tracks))
        }
        return .success
    }

    /// Refuses numbers that no playlist has, whoever makes it.
    private func require(_ id: PlaylistID, in store: PostgresStore) async throws {
        guard try await !store.rulePlaylists().contains(where: { $0.id == id }) else { return }
        _ = try await known(id, in: store)
    }

    private var historyCommand: Command {
        Command(
            "history", "Shows what came into a playlist and left it, newest first",
            parameters: [playlist.description], options: [limit.description, before.description, json.description],
            groups: [SettingGroup.database.options]
        ) { invocation in
            let (store, limit) = (try store(invocation), invocation[limit] ?? 20)
            let changes = try await store.changes(
                of: id(invocation), before: invocation[before].map(Int64.init), limit: limit)
            if changes.isEmpty { try await require(id(invocation), in: store) }
            let tracks = try await tracks(changes.map(\.track), in: store)
            if invocation[json] {
                write(PlaylistDocuments.history(changes, tracks: tracks, limit: limit))
            } else {
                context.console.output.table(PlaylistText.table(changes, tracks))
            }
            return .success
        }
    }

    private var runsCommand: Command {
        Command(
            "runs", "Lists the runs of a playlist, newest first", parameters: [playlist.description],
            options: [limit.description, before.description, json.description],
            groups: [SettingGroup.database.options]
        ) { invocation in
            let (store, limit) = (try store(invocation), invocation[limit] ?? 20)
            let runs = try await store.runs(
                of: id(invocation), before: invocation[before].map(Int64.init), limit: limit)
            if runs.isEmpty { try await require(id(invocation), in: store) }
            if invocation[json] {
                write(PlaylistDocuments.runs(runs, limit: limit))
            } else {
                context.console.output.table(PlaylistText.table(runs))
            }
            return .success
        }
    }

    private var removeCommand: Command {
        Command(
            "remove", "Removes a playlist and its schedule", discussion: "Its history and its runs stay.",
            parameters: [playlist.description], groups: [SettingGroup.database.options]
        ) { invocation in
            let (store, id) = (try store(invocation), id(invocation))
            guard try await store.removeMadePlaylist(id) else { throw PlaylistError.unknownPlaylist(id) }
            _ = try await store.removeSchedule(PlaylistAccess.scheduleName(of: id))
            context.console.output.line(StyledText("removed playlist \(id.rawValue)"))
            return .success
        }
    }
}
