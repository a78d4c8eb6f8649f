import API
import Catalog
import Configuration
import Foundation
import Jobs
import Playlists
import Sampling
import Storage
import Terminal

extension PlaylistCommands {
    // MARK: Create

    var createCommand: Command {
        let name = Parameter("NAME", .text, "What it is called")
        return Command(
            "create", "Makes a playlist by a recipe",
            discussion: """
                A recipe is a JSON object (see docs/playlists.md), given whole or as a file; the options beside it say \
                single things. With --cron workers reshuffle it at these times.
                """,
            parameters: [name.description],
            options: recipe.descriptions + [
                listener.description, seed.description, dryRun.description, json.description,
            ], groups: groups,
            examples: [
                Command.Example(
                    "segue playlist create Focus --from tag:ambient --from like:spotify:playlist:ID --count 40",
                    "A genre, and neighbours of a playlist"),
                Command.Example("segue playlist create Mix --recipe @mix.json --cron \"0 6 * * *\"", "Every morning"),
            ]
        ) { invocation in
            let title = try Self.name(invocation[name].first ?? "")
            // What can never be is said without asking the database what may be.
            _ = try recipe.recipe(invocation, .widest, command: "segue playlist create")
            let (settings, store) = try await context.current(invocation)
            let made = try recipe.recipe(invocation, settings.recipeLimits, command: "segue playlist create")
            let draft = PlaylistDraft(
                name: title, listener: invocation[listener] ?? Listener.standard,
                recipe: made)
            let maker = try await PlaylistService(settings, store).openMaker(
                warning: context.console.warn)
            let run: PlaylistRun
            let options = options(invocation)
            do {
                run = try await StopSignals.interrupting("no playlist was made") {
                    try await maker.create(draft, options)
                }
            } catch let error as RecipeError {
                throw UsageError(error.description, command: "segue playlist create")
            }
            if !invocation[dryRun] { try await recipe.schedule(run.playlist, invocation, in: store) }
            try await show(run, invocation, store)
            return .success
        }
    }

    private static func name(_ text: String) throws -> String {
        let name = text.trimmed
        guard !name.isEmpty, name.count <= MadePlaylist.longestName else {
            throw UsageError(
                "NAME must have 1 to \(MadePlaylist.longestName) characters", command: "segue playlist create")
        }
        return name
    }

    private func options(_ invocation: Invocation) -> PlaylistMaker.Options {
        PlaylistMaker.Options(seed: invocation[seed].map(UInt64.init), isDryRun: invocation[dryRun])
    }

    private func show(_ run: PlaylistRun, _ invocation: Invocation, _ store: PostgresStore) async throws {
        let tracks = try await tracks(run.tracks.map(\.track), in: store)
        if invocation[json] {
            write(PlaylistDocuments.run(run, tracks: tracks))
        } else {
            PlaylistText.show(run, tracks, on: context.console.output)
        }
    }

    // MARK: Reshuffle

    var reshuffleCommand: Command {
        Command(
            "reshuffle", "Gives playlists other tracks, in place",
            discussion: """
                A run that fails, or that a signal interrupts, is kept with its reason and leaves the playlist as it \
                was; of several, one that fails holds back none of the others, and the exit status is 1.
                """,
            parameters: [playlists.description],
            options: [
                all.description, listener.description, seed.description, dryRun.description, json.description,
            ], groups: groups, action: reshuffle)
    }

    @Sendable private func reshuffle(_ invocation: Invocation) async throws -> ExitStatus {
        let selection = try selection(invocation)
        let (settings, store) = try await context.current(invocation)
        let ids = try await selection.playlists(in: store)
        let maker = try await PlaylistService(settings, store).openMaker(
            warning: context.console.warn)
        let options = options(invocation)
        if ids.count == 1, !invocation[all], invocation[listener] == nil {
            let run = try await StopSignals.interrupting("the playlist stays as it was") {
                try await maker.reshuffle(ids[0], options)
            }
            try await show(run, invocation, store)
            return .success
        }
        let outcomes = try await StopSignals.interrupting(
            "playlists that were done by then stay done, as `segue playlist runs` shows, the others as they were"
        ) { try await maker.reshuffle(ids, options) }
        var isWell = true
        for outcome in outcomes {
            switch outcome.result {
            case .success(let run): try await showOne(run, invocation, store)
            case .failure(let error):
                isWell = false
                context.console.fail("playlist \(outcome.playlist.rawValue): \(ErrorText.line(error))")
            }
        }
        return isWell ? .success : .failure
    }

    /// One line for each of several, or one JSON object.
    private func showOne(_ run: PlaylistRun, _ invocation: Invocation, _ store: PostgresStore) async throws {
        if invocation[json] { return try await show(run, invocation, store) }
        context.console.output.line(
            StyledText("playlist \(run.playlist?.rawValue ?? 0): ") + PlaylistText.statistics(run))
    }

    private func selection(_ invocation: Invocation) throws -> PlaylistSelection {
        let numbers = invocation[playlists].map { PlaylistID(rawValue: Int64($0)) }
        let given = [!numbers.isEmpty, invocation[all], invocation[listener] != nil].count { $0 }
        guard given == 1 else {
            throw UsageError(
                "give numbers of playlists, or --all, or --listener, and one of these only",
                command: "segue playlist reshuffle")
        }
        if !numbers.isEmpty { return .numbers(numbers) }
        return invocation[listener].map { .listener($0) } ?? .all
    }

    // MARK: Daily

    var dailyCommand: Command {
        let count = Option("--count", "COUNT", .integer(in: 1...10_000), "How many tracks a new one has (default: 30)")
        return Command(
            "daily", "Makes a listener's daily playlist, or gives it other tracks",
            discussion: """
                Out of what the listener heard and likes, the latest counting most: for each context of taste by \
                itself neighbours in the index, companions on playlists and other tracks of the same artists. Nothing \
                of yesterday's comes again unless it must.
                """,
            options: [
                listener.description, count.description, seed.description, dryRun.description, json.description,
            ], groups: groups
        ) { invocation in
            try Self.check(invocation[count], .widest)
            let (settings, store) = try await context.current(invocation)
            try Self.check(invocation[count], settings.recipeLimits)
            let maker = try await PlaylistService(settings, store).openMaker(
                warning: context.console.warn)
            let (name, count) = (invocation[listener] ?? Listener.standard, invocation[count])
            let options = options(invocation)
            let run = try await StopSignals.interrupting("what was there stays as it was") {
                try await maker.daily(of: name, count: count, options)
            }
            try await show(run, invocation, store)
            return .success
        }
    }

    private static func check(_ count: Int?, _ limits: RecipeLimits) throws {
        guard let count, count > limits.maximumCount else { return }
        throw UsageError(
            "--count must be at most \(limits.maximumCount); SEGUE_MAX_PLAYLIST raises the limit",
            command: "segue playlist daily")
    }
}
