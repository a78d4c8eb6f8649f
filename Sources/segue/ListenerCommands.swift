import Catalog
import Configuration
import Foundation
import Sampling
import Storage
import Terminal

/// `segue listeners …`: who listens.
struct ListenersCommands: Sendable {
    let context: Context

    private let json = Flag("--json", "Print the answer as JSON")
    private let name = Parameter("NAME", .listenerName, "A listener")

    init(context: Context) { self.context = context }

    var command: Command {
        Command(
            "listeners", "Lists listeners, and makes them known",
            discussion: """
                Each listener has a history, cooldowns and playlists of its own. There is one from the start: default, \
                whose the imported histories and libraries are.
                """, subcommands: [listCommand, addCommand])
    }

    private var listCommand: Command {
        Command(
            "list", "Lists listeners by name", options: [json.description], groups: [SettingGroup.database.options]
        ) { invocation in
            let listeners = try await context.settings(invocation).store().listeners()
            if invocation[json] {
                try context.console.json(["listeners": listeners.map(\.name)])
            } else {
                for listener in listeners { context.console.output.line(StyledText(listener.name)) }
            }
            return .success
        }
    }

    private var addCommand: Command {
        Command(
            "add", "Makes a listener known", parameters: [name.description], groups: [SettingGroup.database.options]
        ) { invocation in
            let name = invocation[name].first ?? ""
            let isNew = try await context.settings(invocation).store().addListener(name)
            context.console.output.line(StyledText("\(name) is known\(isNew ? " now" : " already")"))
            return .success
        }
    }
}

/// `segue feedback`: what a listener did with tracks.
struct FeedbackCommand: Sendable {
    let context: Context

    private let kind = Parameter(
        "WHAT", ValueParser<Feedback.Kind>.choice, "played, skipped, liked or disliked")
    private let tracks = Parameter("TRACK", .text, "Tracks, as ids or links", count: 1...1_000)
    private let listener = Option("--listener", "NAME", .listenerName, "Who (default: default)")
    private let run = Option("--run", "NUMBER", .integer(in: 1...Int.max), "The run that brought them")
    private let recommendation = Option(
        "--recommendation", "ID", .text, "The recommendation that brought them, by its recommendation_id")
    private let heardIn = Option("--context", "WORD", .text, "Where; cooldowns may ask for it")
    private let json = Flag("--json", "Print the answer as JSON")

    init(context: Context) { self.context = context }

    var command: Command {
        Command(
            "feedback", "Says what a listener did with tracks",
            discussion: """
                Cooldowns and the profile of daily playlists live from it: what was heard rests, what was skipped rests \
                longer, what is disliked is not taken again. All of it is kept, or nothing.
                """,
            parameters: [kind.description, tracks.description],
            options: [
                listener.description, run.description, recommendation.description, heardIn.description,
                json.description,
            ], groups: [SettingGroup.database.options],
            examples: [Command.Example("segue feedback liked spotify:track:ID --run 12", "A track of run 12 pleased")],
            action: send)
    }

    @Sendable private func send(_ invocation: Invocation) async throws -> ExitStatus {
        let store = try context.settings(invocation).store()
        guard let kind = invocation[kind].first else { throw UsageError("WHAT is missing", command: "segue feedback") }
        var feedback: [Feedback] = []
        let now = Date()
        for text in invocation[tracks] {
            feedback.append(
                Feedback(
                    track: try await track(text, in: store), kind: kind, moment: now,
                    recommendation: invocation[recommendation],
                    run: invocation[run].map { PlaylistRunID(rawValue: Int64($0)) }, context: invocation[heardIn]))
        }
        let recorded = try await store.record(feedback, of: invocation[listener] ?? Listener.standard)
        let known = feedback.count - recorded
        if invocation[json] {
            try context.console.json(["recorded": recorded, "known": known])
        } else {
            context.console.output.line(
                StyledText("\(recorded) \(kind.rawValue)\(known > 0 ? ", \(known) known already" : "")"))
        }
        return .success
    }

    private func track(_ text: String, in store: PostgresStore) async throws -> TrackID {
        let reference: EntityReference
        do throws(ReferenceError) { reference = try EntityReference(parsing: text) } catch {
            throw UsageError("TRACK \"\(Printable.text(text))\" is \(error)", command: "segue feedback")
        }
        guard reference.kind == .track else {
            throw UsageError("TRACK \(reference) is no track", command: "segue feedback")
        }
        if reference.id.namespace == "segue", let number = Int64(reference.id.value) {
            return TrackID(rawValue: number)
        }
        guard let id = try await store.trackID(for: reference.id) else {
            throw CommandFailure("the catalog does not have \(reference); nothing was kept")
        }
        return id
    }
}
