import Foundation
import SoundDocument

/// The built `segue-analyze`, run as a process of its own.
enum Analyzer {
    /// Beside the test bundle; nil where it was not built.
    static var path: String? {
        let test = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let place = URL(fileURLWithPath: test).deletingLastPathComponent().appendingPathComponent("segue-analyze").path
        return FileManager.default.isExecutableFile(atPath: place) ? place : nil
    }

    /// What it says of a file, with its exit status; the answer is nil where it says nothing.
    static func run(_ arguments: [String]) async throws -> (answer: SoundAnswer?, status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path ?? "/nonexistent")
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        // A file, so that a long answer never waits for a reader.
        let place = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try Data().write(to: place)
        defer { try? FileManager.default.removeItem(at: place) }
        process.standardOutput = try FileHandle(forWritingTo: place)
        let (ends, continuation) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { process in
            continuation.yield(process.terminationReason == .uncaughtSignal ? 128 : process.terminationStatus)
            continuation.finish()
        }
        try process.run()
        let status = await ends.first { _ in true } ?? -1
        let data = try Data(contentsOf: place)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return (try? decoder.decode(SoundAnswer.self, from: data), status, String(decoding: data, as: UTF8.self))
    }

    /// The reason why it refuses a file.
    static func refusal(_ arguments: [String]) async throws -> String? {
        let (answer, status, _) = try await run(arguments)
        guard case .refusal(let refusal) = answer, status == 1, !refusal.message.isEmpty else { return nil }
        return refusal.code
    }

    /// The document of a file.
    static func document(_ arguments: [String]) async throws -> SoundDocument? {
        let (answer, status, _) = try await run(arguments)
        guard case .document(let document) = answer, status == 0 else { return nil }
        return document
    }
}
