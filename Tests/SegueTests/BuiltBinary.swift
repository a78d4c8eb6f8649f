import Foundation
import Synchronization
import TestSupport

/// The built program, run as a process of its own.
enum BuiltBinary {
    /// Beside the test bundle; nil where it was not built.
    static var path: String? {
        let test = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let beside = URL(fileURLWithPath: test).deletingLastPathComponent().appendingPathComponent("segue").path
        return FileManager.default.isExecutableFile(atPath: beside) ? beside : nil
    }

    struct Result: Sendable {
        var status: Int32
        var output: String
        var errors: String
    }

    /// Runs it to its end, without blocking a thread of the pool.
    static func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> Result {
        let running = try Running(arguments, environment: environment)
        let status = await running.end()
        return Result(status: status, output: running.output, errors: running.errors)
    }

    /// A process under way; what it writes goes to files, so that it never waits for a reader.
    final class Running: Sendable {
        private let folder: String
        private let process: Mutex<Process>
        private let ends: AsyncStream<Int32>
        let identifier: Int32

        init(_ arguments: [String], environment: [String: String], program: String? = nil) throws {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("run-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: program ?? BuiltBinary.path ?? "/nonexistent")
            process.arguments = arguments
            process.environment = environment
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = try Self.file("\(folder)/output")
            process.standardError = try Self.file("\(folder)/errors")
            let (ends, continuation) = AsyncStream.makeStream(of: Int32.self)
            process.terminationHandler = { process in
                continuation.yield(process.terminationStatus)
                continuation.finish()
            }
            try process.run()
            identifier = process.processIdentifier
            (self.folder, self.ends) = (folder, ends)
            self.process = Mutex(process)
        }

        deinit {
            kill(identifier, SIGKILL)
            try? FileManager.default.removeItem(atPath: folder)
        }

        private static func file(_ path: String) throws -> FileHandle {
            try Data().write(to: URL(fileURLWithPath: path))
            return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        }

        var output: String { (try? String(contentsOfFile: "\(folder)/output", encoding: .utf8)) ?? "" }
        var errors: String { (try? String(contentsOfFile: "\(folder)/errors", encoding: .utf8)) ?? "" }

        /// Whether it runs no longer.
        var hasEnded: Bool { process.withLock { !$0.isRunning } }

        /// Waits for the end and gives the exit status.
        func end() async -> Int32 { await ends.first { _ in true } ?? -1 }

        /// Waits until something is written to standard output, or it ends; whether it was written.
        func writes(_ text: String) async throws -> Bool {
            try await eventually { output.contains(text) || hasEnded }
            return output.contains(text)
        }
    }
}
