internal import ChildProcess
internal import Dispatch
internal import FileSystem
internal import Foundation
internal import SoundDocument

/// Runs `segue-analyze` on files, so many at a time, each in a process of its own.
public struct AnalyzerPool: Sendable {
    /// What one file may cost.
    public struct Limits: Sendable, Hashable {
        /// Seconds of processor time.
        public var seconds = 300
        /// MiB of address space.
        public var memory = 2_048
        /// Minutes that a recording may last.
        public var longest = 120

        /// The defaults.
        public init() {}
    }

    /// Bytes that a document may have.
    private static let outputLimit = 16 << 20

    private let limits: Limits
    private let child: ChildProcess

    /// Runs the program at a path within limits.
    public init(program: String, limits: Limits = Limits()) {
        self.limits = limits
        // Decoding is all processor time; three times as long on the wall is a process that waits or a machine that is
        // busy with something else.
        child = ChildProcess(
            program: program, patience: Double(limits.seconds) * 3, outputLimit: Self.outputLimit)
    }

    /// What the program says of a file, or why it says nothing.
    /// - Throws: `AnalyzerMissing` where the program cannot be started.
    func analyze(_ path: String) async throws(AnalyzerMissing) -> SoundAnswer {
        let outcome = await Self.onThread { answer(path) }
        return try outcome.get()
    }

    /// What the program says of bytes that never were a file with a name.
    /// - Throws: `AnalyzerMissing` where the program cannot be started.
    func analyze(_ bytes: [UInt8], name: String) async throws(AnalyzerMissing) -> SoundAnswer {
        let outcome = await Self.onThread { answer(bytes, name) }
        return try outcome.get()
    }

    private func answer(_ path: String) -> Result<SoundAnswer, AnalyzerMissing> {
        do {
            let input = try OpenedFile(path)
            let name = FilePath(path).lastName
            return withExtendedLifetime(input) { answer(input.descriptor, name) }
        } catch {
            return .success(.refusal(SoundRefusal(code: "unreadable", message: error.reason)))
        }
    }

    private func answer(_ bytes: [UInt8], _ name: String) -> Result<SoundAnswer, AnalyzerMissing> {
        do {
            let input = try ScratchFile(bytes)
            return withExtendedLifetime(input) { answer(input.descriptor, name) }
        } catch {
            return .success(.refusal(SoundRefusal(code: "unreadable", message: error.description)))
        }
    }

    private func answer(_ input: Int32, _ name: String) -> Result<SoundAnswer, AnalyzerMissing> {
        do throws(ChildProcess.Failure) {
            let (output, ending) = try child.run(
                [
                    "--seconds", String(limits.seconds), "--memory", String(limits.memory), "--longest",
                    String(limits.longest), "--name", name,
                ], input: input)
            return .success(Self.answer(output, ending))
        } catch {
            return .failure(AnalyzerMissing(program: child.program, reason: error.description))
        }
    }

    private static func answer(_ output: [UInt8], _ ending: ChildProcess.Ending) -> SoundAnswer {
        switch ending {
        case .exited(0), .exited(1): return answer(output)
        case .exited(let status): return refusal("crashed", "the analysis ended with status \(status)")
        // What the kernel sends at the limit of processor time.
        case .signalled(SIGXCPU), .signalled(SIGKILL), .tookTooLong:
            return refusal("too_slow", "the analysis took longer than it may, or was killed")
        case .signalled(let number): return refusal("crashed", "the analysis was ended by signal \(number)")
        case .wroteTooMuch: return refusal("crashed", "the analysis wrote more than any document has")
        }
    }

    /// What the program wrote, read as something that a stranger may have written.
    static func answer(_ output: [UInt8]) -> SoundAnswer {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let answer = try? decoder.decode(SoundAnswer.self, from: Data(output)) else {
            return refusal("crashed", "the analysis ended without an answer")
        }
        if case .document(let document) = answer, !document.isPlausible {
            return refusal("crashed", "the analysis answered what no recording sounds like")
        }
        return answer
    }

    private static func refusal(_ code: String, _ message: String) -> SoundAnswer {
        .refusal(SoundRefusal(code: code, message: message))
    }

    /// Runs blocking work away from the cooperative pool.
    static func onThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: work()) }
        }
    }
}

/// `segue-analyze` cannot be started.
public struct AnalyzerMissing: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where it should be.
    public let program: String
    /// Why it cannot be started.
    public let reason: String

    /// What would mend it.
    public var description: String {
        "segue-analyze cannot be started (\(reason)); build it (swift build -c release --product segue-analyze) or name"
            + " it in SEGUE_ANALYZER"
    }
}
