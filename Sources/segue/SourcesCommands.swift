import Catalog
import Configuration
import Foundation
import Jobs
import Sourcing
import Storage
import Terminal

/// `segue sources …`: lists what was taken over, and forgets what is not to be taken over again.
struct SourcesCommands: Sendable {
    let context: Context

    private let json = Flag("--json", "Print the answer as JSON")
    private let source = Parameter("SOURCE", .text, "A source, as `segue sources list` names it")

    init(context: Context) { self.context = context }

    var command: Command {
        Command(
            "sources", "Lists sources that were taken over, and forgets some",
            discussion: """
                Playlists, albums, files and folders that were taken over once are taken over again each night; what \
                belongs to a connected account is, until the account is disconnected.
                """,
            examples: [
                Command.Example("segue sources list", "What the catalog comes from"),
                Command.Example("segue sources forget files:/srv/old", "A folder that is gone"),
            ], subcommands: [listCommand, forgetCommand])
    }

    // MARK: List

    /// A source as programs read it.
    private struct Shown: Encodable {
        var source: String
        var job: Int64
        var finishedAt: String?
        var tracks: Int
        var onlyHere: Int

        init(_ part: SourceAggregate.Part) {
            (source, job, finishedAt) = (part.report.key, part.job.id.rawValue, part.job.finishedAt?.ISO8601Format())
            (tracks, onlyHere) = (part.tally?.tracks ?? 0, part.tally?.onlyHere ?? 0)
        }
    }

    private var listCommand: Command {
        Command(
            "list", "Lists sources with what they brought", options: [json.description],
            groups: [SettingGroup.database.options], action: list)
    }

    @Sendable private func list(_ invocation: Invocation) async throws -> ExitStatus {
        let store = try context.settings(invocation).store()
        let parts = try await SourceAggregate(queue: store, tracks: store).parts
        if invocation[json] {
            try context.console.json(["sources": parts.map(Shown.init)])
        } else if parts.isEmpty {
            context.console.output.line("no sources; `segue ingest` takes one over")
        } else {
            context.console.output.table(Self.table(parts))
        }
        return .success
    }

    private static func table(_ parts: [SourceAggregate.Part]) -> Table {
        var table = Table([
            .init("Source"), .init("Tracks", .trailing), .init("Only here", .trailing), .init("Job", .trailing),
            .init("Taken over"),
        ])
        for part in parts {
            table.append([
                Printable.text(part.report.key), GroupedNumber.text(part.tally?.tracks ?? 0),
                GroupedNumber.text(part.tally?.onlyHere ?? 0), part.job.id.description,
                part.job.finishedAt.map(JobText.time) ?? "",
            ])
        }
        return table
    }

    // MARK: Forget

    private var forgetCommand: Command {
        Command(
            "forget", "Forgets that a source was ever taken over",
            discussion: "No night takes it over again, and no sum counts it. What it brought stays in the catalog.",
            parameters: [source.description], groups: [SettingGroup.database.options], action: forget)
    }

    @Sendable private func forget(_ invocation: Invocation) async throws -> ExitStatus {
        let store = try context.settings(invocation).store()
        let key = invocation[source].first ?? ""
        switch try await SourceJob.forget(key, queue: store, store: store) {
        case .forgotten(let jobs, let tracks):
            let brought = "\(GroupedNumber.text(tracks, "track")) of it and \(GroupedNumber.text(jobs, "job"))"
            context.console.output.line(StyledText("forgot \(Printable.text(key)): \(brought); the tracks stay"))
        case .busy(let job):
            throw CommandFailure("job \(job) is at it; wait for it, or call it off by `segue jobs cancel \(job)`")
        case .unknown:
            throw CommandFailure(
                "nothing is known of a source \"\(Printable.text(key))\"; `segue sources list` shows what there is")
        }
        return .success
    }
}
