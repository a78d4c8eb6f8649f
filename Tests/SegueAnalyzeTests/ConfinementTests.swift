import Confinement
import Foundation
import SoundDocument
import SoundSamples
import Testing

@Suite(.enabled(if: Analyzer.path != nil, "segue-analyze was not built"))
struct ConfinementTests {
    /// What the kernel says of a process that waits for its input.
    private func status(_ arguments: [String]) async throws -> (status: String, limits: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Analyzer.path))
        process.arguments = arguments
        let input = Pipe()
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        defer {
            try? input.fileHandleForWriting.close()
            process.waitUntilExit()
        }
        let place = "/proc/\(process.processIdentifier)"
        for _ in 0..<6_000 {
            let text = (try? String(contentsOfFile: "\(place)/status", encoding: .utf8)) ?? ""
            let wait = (try? String(contentsOfFile: "\(place)/wchan", encoding: .utf8)) ?? ""
            if wait.contains("pipe") || text.contains("Seccomp:\t2") {
                return (text, (try? String(contentsOfFile: "\(place)/limits", encoding: .utf8)) ?? "")
            }
            try await Task.sleep(for: .milliseconds(25))
        }
        return ("", "")
    }

    @Test func theKernelFiltersWhatItMayCall() async throws {
        let (status, _) = try await status([])
        #expect(status.contains("NoNewPrivs:\t1"))
        #expect(status.contains("Seccomp:\t2"))
        #expect(status.contains("Threads:\t1"))
    }

    @Test func anUnconfinedProcessIsToldApart() async throws {
        let (status, _) = try await status(["--unconfined"])
        #expect(status.contains("Seccomp:\t0"))
    }

    @Test func tooLittleMemoryIsAFailureAndNoCatastrophe() async throws {
        let folder = try Folder()
        try WaveFile([Signal.noise(seconds: 60, rate: 44_100)]).write(to: folder("a.wav"))
        let (answer, status, _) = try await Analyzer.run(["--memory", "64", folder("a.wav")])
        #expect(status != 0)
        if case .document = answer { Issue.record("analysed within 64 MiB") }
    }

    /// The filter is of one thread, which asks for what it would take to end or to disturb others.
    @Test func aConfinedThreadCanSignalNobodyButItsOwnProcess() async throws {
        let (own, parent) = (getpid(), getppid())
        // Of the C library, but not of Swift's module of it: process, thread, signal.
        let symbol = try #require(dlsym(nil, "tgkill"))
        let signal = unsafeBitCast(symbol, to: (@convention(c) @Sendable (Int32, Int32, Int32) -> Int32).self)
        #expect(signal(parent, parent, 0) == 0, "signal 0 asks whether one may")
        let results: [Int32] = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                guard (try? SystemCallFilter.apply()) != nil else { return continuation.resume(returning: []) }
                let toOwn = signal(own, own, 0)
                let toOther = signal(parent, parent, 0)
                let reason = errno
                let file = open("/dev/null", O_RDONLY)
                continuation.resume(returning: [toOwn, toOther, reason, file])
            }
        }
        #expect(results == [0, -1, EPERM, -1])
    }
}
