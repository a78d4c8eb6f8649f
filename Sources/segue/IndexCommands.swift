import Configuration
import Foundation
import IndexLifecycle
import Processors
import Storage
import Terminal

/// `segue index …`: builds, lists, verifies, activates and prunes index generations.
struct IndexCommands: Sendable {
    let context: Context

    private let json = Flag("--json", "Print the answer as JSON")
    private let overridden = Option(
        "--override-gate", "GATE", ValueParser<GateName>.choice,
        "Publish although a gate refuses; the gate that compares with what serves is named quality")
    private let prune = Flag("--prune", "Remove old generations afterwards")
    private let all = Flag("--all", "Verify all generations")
    private let id = Parameter("GENERATION", .text, "A generation, by its name in `segue index list`")
    private let optionalID = Parameter(
        "GENERATION", .text, "A generation, by its name in `segue index list`; without it the current one", count: 0...1
    )

    init(context: Context) { self.context = context }

    var command: Command {
        Command(
            "index", "Builds, lists, verifies, activates and prunes index generations",
            discussion: """
                A generation is built beside the one that serves, verified, and only then published; running servers \
                take it up without dropping a request.
                """,
            examples: [
                Command.Example("segue index build", "After an import"),
                Command.Example("segue index list", "What is there"),
            ], subcommands: [buildCommand, listCommand, verifyCommand, activateCommand, pruneCommand])
    }

    // MARK: Build

    private var buildCommand: Command {
        Command(
            "build", "Builds, verifies and publishes a generation from the catalog",
            discussion: """
                The new generation is asked about the catalog's own playlists, and so is the one that serves. Where the \
                new one is significantly worse, it is not published, and the old one goes on serving.
                """,
            options: [prune.description, overridden.description, json.description],
            groups: [SettingGroup.index.options, SettingGroup.database.options],
            examples: [
                Command.Example("segue index build --prune", "Nightly"),
                Command.Example("segue index build --override-gate quality", "Worse on purpose"),
            ], action: build)
    }

    @Sendable private func build(_ invocation: Invocation) async throws -> ExitStatus {
        let given = try context.settings(invocation)
        let store = try given.store()
        let settings = try await given.withStored(in: store, warning: context.console.warn)
        Niceness.raise(to: settings[.buildNice])
        let run = BuildRun(
            settings: settings, store: store, console: context.console,
            overridesGate: invocation[overridden] == .quality)
        let manifest = try await run.run()
        if invocation[prune] { _ = try await IndexPruning(settings: settings, store: run.store).run() }
        if invocation[json] {
            try context.console.json(manifest)
        } else {
            for line in GenerationText.lines(manifest) { context.console.output.line(line) }
        }
        return .success
    }

    // MARK: List

    private var listCommand: Command {
        Command(
            "list", "Lists the published generations, newest first", options: [json.description],
            groups: [SettingGroup.indexLocation.options], action: list)
    }

    @Sendable private func list(_ invocation: Invocation) async throws -> ExitStatus {
        let directory = GenerationDirectory(try context.settings(invocation)[.indexDirectory])
        let current = directory.current
        let entries = directory.generations.map { GenerationEntry($0, in: directory, current: current) }
        if invocation[json] {
            try context.console.json(entries)
        } else if entries.isEmpty {
            context.console.output.line(
                StyledText("no generation under \(directory.path) yet; `segue index build` makes one"))
        } else {
            context.console.output.table(GenerationText.table(entries))
        }
        return .success
    }

    // MARK: Verify

    private var verifyCommand: Command {
        Command(
            "verify", "Reads every byte of a generation and checks that tracks find themselves",
            parameters: [optionalID.description], options: [all.description, json.description],
            groups: [SettingGroup.indexLocation.options], action: verify)
    }

    private struct Verdict: Encodable {
        var id: String
        var isGood: Bool
        var problem: String?
    }

    @Sendable private func verify(_ invocation: Invocation) async throws -> ExitStatus {
        let directory = GenerationDirectory(try context.settings(invocation)[.indexDirectory])
        let verdicts = try names(invocation, directory).map { id in
            do throws(GenerationError) {
                _ = try directory.verify(id)
                return Verdict(id: id, isGood: true, problem: nil)
            } catch {
                return Verdict(id: id, isGood: false, problem: error.description)
            }
        }
        if invocation[json] {
            try context.console.json(verdicts)
        } else {
            for verdict in verdicts { show(verdict) }
        }
        return verdicts.allSatisfy(\.isGood) ? .success : .failure
    }

    private func names(_ invocation: Invocation, _ directory: GenerationDirectory) throws -> [String] {
        let names = invocation[all] ? directory.generations : invocation[optionalID]
        if !names.isEmpty { return names }
        guard let current = directory.current else {
            throw CommandFailure("no generation is current under \(directory.path); run `segue index build`")
        }
        return [current]
    }

    private func show(_ verdict: Verdict) {
        guard let problem = verdict.problem else {
            return context.console.output.line(StyledText("good  ", .color(.green)) + StyledText(verdict.id))
        }
        context.console.output.line(StyledText("bad   ", .color(.red)) + StyledText(verdict.id))
        context.console.fail("\(problem); activate another generation or run `segue index build`")
    }

    // MARK: Activate

    private var activateCommand: Command {
        Command(
            "activate", "Makes a published generation the one that serves",
            discussion: "The generation is checked first. Running servers hear of it through the database.",
            parameters: [id.description],
            groups: [SettingGroup.indexLocation.options, SettingGroup.database.options], action: activate)
    }

    @Sendable private func activate(_ invocation: Invocation) async throws -> ExitStatus {
        let settings = try context.settings(invocation)
        let directory = GenerationDirectory(settings[.indexDirectory])
        guard let id = invocation[id].first else { return .usage }
        let store = try settings.store()
        try directory.activate(id)
        guard try await store.activate(id) else {
            context.console.warn("the database has no record of \(id): running servers take it up when they restart")
            return .success
        }
        context.console.output.line(StyledText("\(id) serves now"))
        return .success
    }

    // MARK: Prune

    private var pruneCommand: Command {
        Command(
            "prune", "Removes old generations, and what killed builds left",
            discussion: "The current generation always stays.", options: [json.description],
            groups: [SettingGroup.index.options, SettingGroup.database.options],
            examples: [Command.Example("segue index prune --index-keep 1", "Keep the newest and the current one")],
            action: runPrune)
    }

    @Sendable private func runPrune(_ invocation: Invocation) async throws -> ExitStatus {
        let given = try context.settings(invocation)
        let store = try given.store()
        let settings = try await given.withStored(in: store, warning: context.console.warn)
        let removed = try await IndexPruning(settings: settings, store: store).run()
        if invocation[json] {
            try context.console.json(["removed": removed])
        } else {
            for id in removed { context.console.output.line(StyledText("removed \(id)")) }
            if removed.isEmpty { context.console.output.line("nothing to remove") }
        }
        return .success
    }
}

/// The gates that a generation passes before it is published, by the names under which they are overridden.
enum GateName: String, CaseIterable, Sendable {
    /// Compares with what serves.
    case quality
}
