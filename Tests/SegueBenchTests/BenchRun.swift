import Synchronization
import Terminal

@testable import segue_bench

/// A command line of `segue-bench` that has run in this process.
struct BenchRun {
    let status: ExitStatus
    let output: String
    let errors: String

    init(_ words: [String]) async {
        let written = (output: Text(), errors: Text())
        let console = Console(
            name: "segue-bench", output: TextOutput { written.output.append($0) },
            errors: TextOutput { written.errors.append($0) })
        status = await BenchProgram(console: console).run(words)
        (output, errors) = (written.output.text, written.errors.text)
    }

    private final class Text: Sendable {
        private let parts = Mutex("")
        var text: String { parts.withLock { $0 } }
        func append(_ part: String) { parts.withLock { $0 += part } }
    }
}
