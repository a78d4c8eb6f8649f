import Foundation
import Terminal

/// The program `segue-bench`: parts of Segue, one at a time, for `benchmarks/`.
struct BenchProgram: Sendable {
    let console: Console

    init(console: Console = Console(name: "segue-bench")) { self.console = console }

    /// Runs a command line, without the program's name; every error becomes a line on standard error.
    func run(_ arguments: [String]) async -> ExitStatus {
        do {
            switch try ArgumentParser(root).parse(arguments) {
            case .help(let help):
                console.output.write(help.text(width: console.output.width ?? 100))
                return .success
            case .run(let action, let invocation): return try await action(invocation)
            }
        } catch let error as UsageError {
            console.fail("\(error.description) (see: \(error.command) --help)")
            return .usage
        } catch {
            console.fail("\(error)")
            return .failure
        }
    }

    private var root: Command {
        Command(
            "segue-bench", "Runs parts of Segue one at a time, to be measured",
            discussion: "Used by benchmarks/run and benchmarks/quality; nobody needs it to run Segue.",
            subcommands: [
                TrainCommand(console: console).command, VectorsCommand(console: console).command,
                BandwidthCommand(console: console).command, FixedAnswerCommand(console: console).command,
                RulesCommand(console: console).command,
            ])
    }
}

/// Why a measurement cannot be made: a sentence with the mend.
struct BenchFailure: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
