import Synchronization
import Testing

@testable import Terminal

@Suite("Progress") struct ProgressTests {
    @Test func nothingIsShownInTheFirstSecond() {
        var meter = ProgressMeter(label: "Import", unit: "rows", total: 100, isTerminal: true)
        #expect(meter.update(completed: 50, total: nil, seconds: 0.9, width: 80) == nil)
        #expect(!meter.hasShown)
        #expect(meter.update(completed: 60, total: nil, seconds: 1, width: 80) != nil)
    }

    @Test("Lines come ten times a second on a terminal and every five seconds elsewhere")
    func linesComeAsOftenAsUseful() {
        for (isTerminal, expected) in [(true, 91), (false, 2)] {
            var meter = ProgressMeter(label: "Import", unit: "rows", total: nil, isTerminal: isTerminal)
            let lines = (0...1_000).compactMap {
                meter.update(completed: $0, total: nil, seconds: Double($0) / 100, width: 80)
            }
            #expect(abs(lines.count - expected) <= (isTerminal ? 8 : 0))
        }
    }

    @Test func aTerminalSeesBarRateAndTimeLeft() {
        var meter = ProgressMeter(label: "Import", unit: "rows", total: 1_000, isTerminal: true)
        let line = meter.update(completed: 250, total: nil, seconds: 2, width: 100) ?? ""
        #expect(line.hasPrefix("Import ▕███████▌"))
        #expect(line.contains("▏ 25% 250 of 1,000 rows, 125 rows/s, 6s left"))
        #expect(DisplayWidth.of(line) <= 100)
    }

    @Test("A bar never breaks the line of a narrow terminal", arguments: [20, 40, 60, 80])
    func barsFitTheTerminal(_ width: Int) {
        var meter = ProgressMeter(label: "Writing the index", unit: "tracks", total: 121_815, isTerminal: true)
        let line = meter.update(completed: 20_000, total: nil, seconds: 10, width: width) ?? ""
        #expect(DisplayWidth.of(line) <= width)
    }

    @Test func withoutATerminalALineIsPlain() {
        var meter = ProgressMeter(label: "Import", unit: "rows", total: nil, isTerminal: false)
        #expect(meter.update(completed: 5_000, total: nil, seconds: 5, width: 80) == "Import: 5,000 rows, 1,000 rows/s")
    }

    @Test func withoutATerminalALineThatSaysNothingNewIsLeftOut() {
        var meter = ProgressMeter(label: "Job", unit: "%", total: 100, isTerminal: false)
        let lines = stride(from: 1.0, to: 100, by: 1).compactMap { second in
            meter.update(completed: second < 50 ? 0 : 40, total: nil, seconds: second, width: 80)
        }
        #expect(lines.count == 2 && lines[0] == "Job: 0 of 100 %" && lines[1].hasPrefix("Job: 40 of 100 %"))
        #expect(meter.lastLine(seconds: 100) == nil)
        #expect(meter.update(completed: 70, total: nil, seconds: 101, width: 80) != nil)
        #expect(meter.update(completed: 80, total: nil, seconds: 102, width: 80) == nil)
        #expect(meter.lastLine(seconds: 103)?.hasPrefix("Job: 80 of 100 %") == true)
    }

    @Test(
        "Durations",
        arguments: [(0.2, "1s"), (59.0, "59s"), (60, "1m00s"), (185, "3m05s"), (7_380, "2h03m"), (1e12, "99h59m")])
    func durationsAreShort(_ seconds: Double, _ text: String) {
        #expect(ProgressMeter.duration(seconds) == text)
    }

    @Test func shortWorkWritesNothing() {
        let written = Recording()
        let start = ContinuousClock.now
        let progress = ProgressDisplay("Work", unit: "things", total: 10, on: written.stream()) { start }
        for count in 1...10 { progress.update(count) }
        progress.finish()
        #expect(written.text == "")
    }
}

@Suite("Console") struct ConsoleTests {
    private struct Answer: Encodable {
        var trackCount = 3
        var url = "https://a/b"
    }

    @Test func jsonIsInSnakeCaseOnOneLineForAPipe() throws {
        let written = Recording()
        let console = Console(name: "tool", output: written.stream(), errors: Recording().stream())
        try console.json(Answer())
        #expect(written.text == "{\"track_count\":3,\"url\":\"https://a/b\"}\n")
    }

    @Test func errorsAreOneLineOnStandardError() {
        let output = Recording()
        let errors = Recording()
        let console = Console(name: "tool", output: output.stream(), errors: errors.stream())
        console.fail("no such file\nreally")
        console.warn("careful")
        #expect(errors.text == "tool: no such file really\ntool: warning: careful\n")
        #expect(output.text == "")
    }

    @Test func nobodyIsAskedWithoutATerminal() {
        let console = Console(name: "tool", output: Recording().stream(), errors: Recording().stream())
        #expect(!console.canAsk)
        #expect(console.ask("Which one?") == nil)
    }

    @Test func tablesEndWithoutTrailingSpaces() {
        let written = Recording()
        var table = Table([Table.Column("A"), Table.Column("B")])
        table.append(["1", "2"])
        table.append(["longer", ""])
        written.stream().table(table)
        #expect(written.text == "A       B\n1       2\nlonger\n")
    }
}

/// Keeps what is written to a stream.
private final class Recording: Sendable {
    private let written = Mutex("")

    var text: String { written.withLock { $0 } }

    func stream() -> TextOutput { TextOutput { text in self.written.withLock { $0 += text } } }
}
