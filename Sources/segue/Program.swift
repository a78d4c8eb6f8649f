import Configuration
import Foundation
import Terminal

/// The program: its tree of commands, and how they end.
struct Program: Sendable {
    /// What `--version` prints and the OpenAPI description carries.
    static let version = "1.0.0"

    let context: Context

    /// The program on the process's own streams and environment.
    init() {
        let environment = ProcessInfo.processInfo.environment
        self.init(context: Context(console: Console(name: "segue", environment: environment), environment: environment))
    }

    init(context: Context) { self.context = context }

    /// Runs a command line, without the program's name; every error becomes a line on standard error.
    func run(_ arguments: [String]) async -> ExitStatus {
        if arguments == ["--version"] {
            context.console.output.line(StyledText("segue \(Self.version)"))
            return .success
        }
        do {
            switch try ArgumentParser(root).parse(arguments) {
            case .help(let help):
                context.console.output.write(help.text(width: context.console.output.width ?? 100))
                return .success
            case .run(let action, let invocation): return try await action(invocation)
            }
        } catch {
            return report(error)
        }
    }

    private func report(_ error: any Error) -> ExitStatus {
        guard let error = error as? UsageError else {
            for line in ErrorText.lines(error) { context.console.fail(line) }
            return .failure
        }
        let help = error.command.isEmpty ? "segue --help" : "\(error.command) --help"
        context.console.fail("\(error.description) (see: \(help))")
        return .usage
    }

    var root: Command {
        Command(
            "segue", "Recommends music out of your own catalog, with reasons that add up",
            discussion: """
                Settings are environment variables (SEGUE_…, DATABASE_URL, REDIS_URL) and flags; `segue doctor` prints \
                them all and says what to do where something is wrong.
                """,
            examples: [
                Command.Example("segue up", "Try it: migrate, demo catalog, index, server"),
                Command.Example("segue recommend \"some title\"", "Neighbours of a track, with reasons"),
                Command.Example("segue import tracks.csv.gz playlist.json", "Bring your own catalog in"),
            ],
            subcommands: [
                UpCommand(context: context).command, ServeCommand(context: context).command,
                WorkCommand(context: context).command,
                MigrateCommand(context: context).command, ImportCommand(context: context).command,
                IngestCommand(context: context).command, SourcesCommands(context: context).command,
                AnalyzeCommand(context: context).command,
                DemoCommand(context: context).command, IndexCommands(context: context).command,
                FeaturesCommand(context: context).command, AccountsCommands(context: context).command,
                JobsCommands(context: context).command, SchedulesCommands(context: context).command,
                SettingsCommands(context: context).command,
                RecommendCommand(context: context).command, PlaylistCommands(context: context).command,
                FeedbackCommand(context: context).command, ListenersCommands(context: context).command,
                RulesCommands(context: context).command,
                EvaluateCommand(context: context).command,
                TokenCommand(context: context).command, DoctorCommand(context: context).command,
            ])
    }
}
