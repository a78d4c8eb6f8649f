import Foundation
import Terminal
import Testing

@testable import segue

/// A command with the words that lead to it.
private struct Reached: Sendable, CustomTestStringConvertible {
    var words: [String]
    var command: Command
    var testDescription: String { words.joined(separator: " ") }
}

private let program = Program(
    context: Context(
        console: Console(name: "segue", output: Recording().stream(), errors: Recording().stream()), environment: [:]))

private func all(below command: Command, _ words: [String] = []) -> [Reached] {
    [Reached(words: words, command: command)] + command.subcommands.flatMap { all(below: $0, words + [$0.name]) }
}

@Suite("Help of every command") struct HelpTests {
    @Test("A command explains itself", arguments: all(below: program.root))
    fileprivate func commandsExplainThemselves(_ reached: Reached) async {
        let outcome = await segue(reached.words + ["--help"], width: 80)
        #expect(outcome.status == .success)
        #expect(outcome.errors == "")
        #expect(outcome.output.hasPrefix(reached.command.summary))
        #expect(outcome.output.contains("  segue \(reached.words.joined(separator: " "))".trimmed))
        let lines = outcome.output.split(separator: "\n").filter { !$0.contains("segue ") && !$0.contains("curl") }
        #expect(lines.allSatisfy { DisplayWidth.of($0) <= 80 })
    }

    @Test("Names of options are unique, and summaries have no full stop", arguments: all(below: program.root))
    fileprivate func optionsAreWellFormed(_ reached: Reached) {
        let options = reached.command.groups.flatMap(\.options)
        #expect(Set(options.map(\.name)).count == options.count)
        #expect(options.allSatisfy { !$0.summary.hasSuffix(".") })
        #expect(!reached.command.summary.hasSuffix("."))
    }

    @Test func helpBeforeTheCommandIsTheSame() async {
        #expect(await segue(["help", "index", "build"]).output == segue(["index", "build", "-h"]).output)
    }

    @Test func theDesignedCommandsAreThere() {
        let names = program.root.subcommands.map(\.name)
        #expect(
            names == [
                "up", "serve", "work", "migrate", "import", "ingest", "sources", "analyze", "demo", "index", "features",
                "accounts",
                "jobs", "schedules", "settings", "recommend", "playlist", "feedback", "listeners", "rules", "evaluate",
                "token",
                "doctor",
            ])
    }

    @Test func theVersionIsPrinted() async {
        #expect(await segue(["--version"]).output == "segue \(Program.version)\n")
    }
}

@Suite("Exit statuses of the built program", .enabled(if: BuiltBinary.path != nil, "segue was not built"))
struct ExitStatusTests {
    @Test(
        "What is not understood ends with 2",
        arguments: [
            [], ["serv"], ["recommend"], ["recommend", "x", "--k", "0"], ["recommend", "x", "--k", "ten"],
            ["recommend", "x", "--min", "tmpo=1"], ["recommend", "x", "--filter", "{"], ["token", "--lifetime", "301"],
            ["import"], ["index"], ["index", "bild"], ["demo", "--tracks", "-1"], ["serve", "--port", "99999"],
            ["migrate", "surplus"], ["evaluate", "--methods", "segu"], ["evaluate", "--seeds", "5,0"],
            ["evaluate", "--folds", "1"], ["index", "build", "--override-gate", "all"],
            ["playlist"], ["playlist", "create", "x", "--count", "0"], ["playlist", "create", "x"],
            ["playlist", "create", "x", "--from", "library", "--count", "1000000000"],
            ["playlist", "create", "x", "--from", "library", "--served-days", "36500"],
            ["playlist", "create", "x", "--from", "library", "--per-artist", "0"],
            ["playlist", "create", "x", "--recipe", "{"], ["playlist", "create", "x", "--recipe", "[]"],
            ["playlist", "create", "x", "--recipe", #"{"pool": [{"from": "library", "share": -1}]}"#],
            ["playlist", "create", " ", "--from", "library"], ["playlist", "reshuffle"],
            ["playlist", "reshuffle", "1", "--all"], ["playlist", "daily", "--listener", "A B"],
            ["playlist", "daily", "--count", "9999"], ["feedback", "hated", "x"], ["listeners", "add", "A B"],
        ])
    func whatIsNotUnderstoodEndsWithTwo(_ arguments: [String]) async throws {
        let result = try await BuiltBinary.run(arguments)
        #expect(result.status == 2)
        #expect(result.output == "")
        #expect(result.errors.hasPrefix("segue: "))
        #expect(result.errors.split(separator: "\n").count == 1)
        #expect(result.errors.contains("--help)"))
    }

    @Test(
        "What cannot be done ends with 1 and names the mend",
        arguments: [
            (["migrate"], "DATABASE_URL"), (["token"], "SEGUE_SIGNING_KEYS_FILE"),
            (["serve"], "SEGUE_SIGNING_KEYS_FILE"),
            (["recommend", "x", "--index-dir", "/nonexistent"], "segue index build"),
            (["index", "verify", "--index-dir", "/nonexistent"], "segue index build"),
            (["migrate", "--database-url", "host=/nonexistent"], "is it running"),
        ])
    func whatCannotBeDoneEndsWithOne(_ arguments: [String], _ mend: String) async throws {
        let result = try await BuiltBinary.run(arguments)
        #expect(result.status == 1)
        #expect(result.output == "")
        #expect(result.errors.contains(mend))
        #expect(result.errors.split(separator: "\n").count == 1)
    }

    @Test func helpEndsWithZero() async throws {
        let result = try await BuiltBinary.run(["--help"])
        #expect(result.status == 0)
        #expect(result.output.contains("recommend"))
    }

    @Test func badSettingsAreAllReported() async throws {
        let environment = ["SEGUE_PORT": "x", "SEGUE_MAX_K": "0", "SEGUE_PROT": "1"]
        let result = try await BuiltBinary.run(["serve"], environment: environment)
        #expect(result.status == 1)
        #expect(result.errors.contains("SEGUE_PORT must be"))
        #expect(result.errors.contains("SEGUE_MAX_K must be"))
    }

    @Test func aPipeHasNoEscapeSequences() async throws {
        let result = try await BuiltBinary.run(["doctor"])
        #expect(result.status == 1)
        #expect(!result.output.contains("\u{1B}"))
        #expect(result.output.contains("DATABASE_URL"))
    }
}
