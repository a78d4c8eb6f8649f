import Foundation
import TestSupport
import Testing

@testable import Processors

@Suite("The preemption beat", .enabled(if: !PreemptionBeat.processors.isEmpty, "many processors"))
struct PreemptionBeatTests {
    /// What Linux tells of a thread of this process, by the name of the line.
    private func status(of thread: Int32) throws -> [String: String] {
        let text = try String(contentsOfFile: "/proc/self/task/\(thread)/status", encoding: .utf8)
        let lines = text.split(separator: "\n").map { $0.split(separator: ":", maxSplits: 1) }
        return Dictionary(
            lines.filter { $0.count == 2 }.map { ("\($0[0])", $0[1].trimmingCharacters(in: .whitespaces)) },
            uniquingKeysWith: { $1 })
    }

    /// How often the threads have gone to sleep.
    private func sleeps(_ beat: PreemptionBeat) throws -> [Int] {
        try beat.threads.map { try #require(Int(status(of: $0)["voluntary_ctxt_switches"] ?? "")) }
    }

    @Test func eachProcessorHasAThreadThatStaysThere() throws {
        let beat = PreemptionBeat()
        let processors = try beat.threads.map { try #require(status(of: $0)["Cpus_allowed_list"]) }
        #expect(processors.compactMap { UInt32($0) } == PreemptionBeat.processors)
        #expect(Set(processors).count == processors.count)
    }

    @Test func itBeatsWhileAnyWorkGoesOnAndSleepsAfterwards() async throws {
        let beat = PreemptionBeat()
        // Twice, for whoever was woken once must be woken again.
        for _ in 1...2 {
            try await beat.during {
                await beat.during {}
                let before = try sleeps(beat)
                try await eventually { try zip(sleeps(beat), before).allSatisfy { $0 > $1 + 20 } }
            }
            // Two looks with time for hundreds of beats between them.
            try await eventually {
                let before = try sleeps(beat)
                try await Task.sleep(for: .milliseconds(200))
                return try sleeps(beat) == before
            }
        }
    }

    @Test func whatTheWorkThrowsEndsItToo() async throws {
        struct Broken: Error {}
        let beat = PreemptionBeat()
        await #expect(throws: Broken.self) { try await beat.during { throw Broken() } }
        try await eventually {
            let before = try sleeps(beat)
            try await Task.sleep(for: .milliseconds(200))
            return try sleeps(beat) == before
        }
    }
}
