import Foundation
import FoundationNetworking
import Terminal
import Testing

@testable import segue_bench

@Suite struct BenchProgramTests {
    @Test(
        arguments: [
            ["train", "--tracks"], ["train", "--tracks", "many"], ["train", "--threads", "0"],
            ["bandwidth", "--threads", "0"], ["http", "--port", "70000"], ["train", "--colour", "red"],
        ])
    func wrongWordsAreRefusedByName(words: [String]) async {
        let run = await BenchRun(words)
        #expect(run.status == .usage)
        #expect(run.errors.contains(words[1]) && run.errors.contains("segue-bench \(words[0]) --help"))
    }

    @Test func helpNamesEveryCommand() async {
        let run = await BenchRun(["--help"])
        #expect(run.status == .success)
        for command in ["train", "vectors", "bandwidth", "http", "rules"] { #expect(run.output.contains(command)) }
    }

    @Test func bandwidthIsThatOfMemory() async throws {
        let run = await BenchRun(["bandwidth", "--threads", "2", "--mebibytes", "4"])
        let facts = try JSONDecoder().decode([String: Double].self, from: Data(run.output.utf8))
        #expect(facts["threads"] == 2)
        // The machine may pause in the midst of it.
        #expect((1e3...1e12).contains(try #require(facts["bytes_per_second"])))
    }

    @Test func rulesAreMeasuredOneByOneAndTogether() async throws {
        let run = await BenchRun(["rules", "--tracks", "3000", "--repeats", "1"])
        #expect(run.status == .success)
        #expect(run.output.split(separator: "\n").count == RulesCommand.rules.count)
        #expect(run.output.contains(#""tracks":3000"#))
    }

    @Test func fixedAnswersHaveTheLengthAskedFor() async throws {
        let (lines, writer) = AsyncStream.makeStream(of: String.self)
        let console = Console(
            name: "segue-bench", output: TextOutput { _ in }, errors: TextOutput { writer.yield($0) })
        let serving = Task { await BenchProgram(console: console).run(["http", "--port", "0", "--bytes", "1234"]) }
        let announced = await lines.first { $0.contains("listening on ") }
        let port = try #require(announced?.split(separator: ":").last).trimmingCharacters(in: .whitespacesAndNewlines)
        let url = try #require(URL(string: "http://127.0.0.1:\(port)/anything"))
        #expect(try await URLSession.shared.data(from: url).0.count == 1_234)
        // The command goes on until it is ended.
        serving.cancel()
        _ = await serving.value
    }
}
