import Configuration
import Storage
import Terminal

/// `segue migrate`: brings the database's schema up to date.
struct MigrateCommand: Sendable {
    let context: Context

    private let dryRun = Flag("--dry-run", "Say what would be applied, and apply nothing")
    private let json = Flag("--json", "Print the answer as JSON")

    private struct Answer: Encodable {
        var applied: [String]
        var pending: [String]
    }

    init(context: Context) { self.context = context }

    var command: Command {
        Command(
            "migrate", "Brings the database's schema up to date",
            discussion: "Each step is applied once, in a transaction; applying none is no error.",
            options: [dryRun.description, json.description], groups: [SettingGroup.database.options],
            examples: [Command.Example("segue migrate --dry-run", "See what is to come")], action: run)
    }

    @Sendable private func run(_ invocation: Invocation) async throws -> ExitStatus {
        let migrator = Migrator(try context.settings(invocation).database())
        let answer: Answer
        if invocation[dryRun] {
            answer = Answer(applied: [], pending: try await migrator.status().pending)
        } else {
            answer = Answer(applied: try await migrator.migrate(), pending: [])
        }
        if invocation[json] {
            try context.console.json(answer)
        } else {
            show(answer, isDryRun: invocation[dryRun])
        }
        return .success
    }

    private func show(_ answer: Answer, isDryRun: Bool) {
        let steps = isDryRun ? answer.pending : answer.applied
        let word = isDryRun ? "would apply" : "applied"
        for step in steps { context.console.output.line(StyledText("\(word) \(step)")) }
        if steps.isEmpty { context.console.output.line("the schema is up to date") }
    }
}
