import Foundation
import Signing
import Synchronization
import Terminal

@testable import segue

/// Keeps what is written to a stream.
final class Recording: Sendable {
    private let written = Mutex("")

    var text: String { written.withLock { $0 } }
    var lines: [String] { text.split(separator: "\n").map(String.init) }

    func stream(width: Int? = nil) -> TextOutput {
        TextOutput(width: width) { text in self.written.withLock { $0 += text } }
    }
}

/// What running the program in this process gave.
struct Outcome: Sendable {
    var status: ExitStatus
    var output: String
    var errors: String

    /// Standard output as JSON.
    func json<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(output.utf8))
    }
}

/// Runs the program in this process; `answers` are what a person types.
func segue(
    _ arguments: [String], environment: [String: String] = [:], answers: [String]? = nil, width: Int? = nil,
    errors: Recording = Recording()
) async -> Outcome {
    let output = Recording()
    let left = Mutex(answers ?? [])
    let answer: (@Sendable () -> String?)? =
        answers == nil ? nil : { @Sendable in left.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
    let console = Console(
        name: "segue", output: output.stream(width: width), errors: errors.stream(width: width), answer: answer)
    // What a command does to its process, all tests would have to bear.
    let environment = ["SEGUE_INDEX_NICE": "0"].merging(environment) { $1 }
    let program = Program(context: Context(console: console, environment: environment))
    let status = await program.run(arguments)
    return Outcome(status: status, output: output.text, errors: errors.text)
}

/// Keys good enough for a test.
func testKeys() throws -> String { try SigningKeySet([SigningKey.random(id: "test")]).textWithSecrets }

/// Runs `body` with a directory of its own, removed afterwards.
func withTemporaryDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("segue-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}
