import Catalog
import Foundation
import Jobs
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("Jobs that somebody waits for", .enabled(if: hasDatabase, "DATABASE_URL is not set")) struct PromptJobTests {
    private struct Broken: Error {}

    private final class Tally: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }

        @discardableResult
        func add(_ number: Int = 1) -> Int {
            count.withLock { count in
                count += number
                return count
            }
        }
    }

    private let request = JobRequest(kind: "seed", key: .init("a"), maximumFailures: 1)

    @Test func itIsDoneHereAndStandsInTheQueueAsDone() async throws {
        try await withTestDatabase { store in
            let outcome = try await PromptJob(request, in: store, by: "me").run { context in
                let running = try await store.jobs(JobFilter(status: .running))
                #expect(running.map(\.worker) == ["me"] && running.map(\.attempts) == [1])
                #expect(try await store.claim(kinds: ["seed"], worker: "w") == nil)
                try context.record(["n": 7])
                return 7
            }
            guard case .done(7) = outcome else {
                Issue.record("not done: \(outcome)")
                return
            }
            let job = try #require(try await store.jobs(JobFilter(kind: "seed")).first)
            #expect(job.status == .done && job.metadata.text.contains("7"))
        }
    }

    /// Who comes while one of them works waits for it; on a machine that is slow some may come later.
    @Test func ofManyOfOneKeyOneAtATimeDoesTheWorkAndTheOthersWaitForIt() async throws {
        try await withTestDatabase { store in
            let (runs, overlaps) = (Tally(), Tally())
            let outcomes = try await withThrowingTaskGroup(of: PromptOutcome<Int>.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await PromptJob(request, in: store).run { _ in
                            if runs.add() > 1 { overlaps.add() }
                            try await Task.sleep(for: .milliseconds(300))
                            runs.add(-1)
                            return 1
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(overlaps.value == 0)
            let waited = outcomes.compactMap { outcome -> Job? in
                if case .byAnother(let job) = outcome { job } else { nil }
            }
            #expect(waited.allSatisfy { $0.status == .done })
            #expect(
                try await store.jobs(JobFilter(kind: "seed")).count == 8 - waited.count, "they made none of their own")
        }
    }

    @Test func whatGoesWrongIsThrownAndTheKeyIsFree() async throws {
        try await withTestDatabase { store in
            await #expect(throws: Broken.self) {
                _ = try await PromptJob(request, in: store, describe: { _ in "broken" }).run { _ in throw Broken() }
            }
            let failed = try #require(try await store.jobs(JobFilter(kind: "seed")).first)
            #expect(failed.status == .failed && failed.error == "broken")
            let task = Task {
                try await PromptJob(request, in: store).run { _ in try await Task.sleep(for: .seconds(3_600)) }
            }
            while try await store.jobs(JobFilter(status: .running)).isEmpty {
                try await Task.sleep(for: .milliseconds(20))
            }
            task.cancel()
            await #expect(throws: CancellationError.self) { _ = try await task.value }
            let left = try await store.jobs(JobFilter(kind: "seed"))
            #expect(left.map(\.status) == [.cancelled, .failed])
        }
    }

    @Test func itsLocksKeepWorkersOutAndWorkersKeepItOut() async throws {
        try await withTestDatabase { store in
            _ = try await store.enqueue(JobRequest(kind: "work"))
            let worker = try #require(try await store.claim(kinds: ["work"], worker: "w")).claim
            #expect(try await store.lock("source:x", for: worker) == .taken)
            await #expect(throws: JobPostponed.self) {
                _ = try await PromptJob(request, in: store).run { context in
                    try await context.holding("source:x", patience: .milliseconds(100)) {}
                }
            }
            try await store.unlock("source:x", for: worker)
            _ = try await PromptJob(request, in: store).run { context in
                try await context.holding("source:x") {
                    let answer = try await store.lock("source:x", for: worker)
                    guard case .held = answer else {
                        Issue.record("not held")
                        return
                    }
                }
            }
            #expect(try await store.lock("source:x", for: worker) == .taken)
        }
    }

    @Test func whatNobodyWaitsForAnyLongerIsLeftToAWorkerOrTheNextToAsk() async throws {
        try await withTestDatabase { store in
            let job = PromptJob(request, in: store, leaving: { _, _ in .released })
            await #expect(throws: Broken.self) {
                _ = try await job.run { context in
                    try await context.checkpoint(["place": 7])
                    throw Broken()
                }
            }
            let waiting = try #require(try await store.jobs(JobFilter(kind: "seed")).first)
            #expect(waiting.status == .pending && waiting.failures == 0)
            let outcome = try await job.run { $0.restored(as: [String: Int].self)?["place"] }
            guard case .done(7) = outcome else {
                Issue.record("not taken up: \(outcome)")
                return
            }
            let jobs = try await store.jobs(JobFilter(kind: "seed"))
            #expect(jobs.map(\.id) == [waiting.id] && jobs.map(\.attempts) == [2] && jobs.map(\.status) == [.done])
        }
    }

    /// As a killed process leaves it.
    @Test func onesThatFallSilentAreReturnedToWorkers() async throws {
        try await withTestDatabase { store in
            let begun = try await store.begin(JobRequest(kind: "seed", key: .init("a")), worker: "dead")
            #expect(begun.claim != nil)
            let second = try await store.begin(JobRequest(kind: "seed", key: .init("a")), worker: "other")
            #expect(second.claim == nil && second.job.id == begun.job.id)
            try await Task.sleep(for: .milliseconds(200))
            #expect(try await store.reclaim(silentFor: .milliseconds(100)) == [begun.job.id])
            #expect(try await store.claim(kinds: ["seed"], worker: "w")?.job.id == begun.job.id)
        }
    }

    @Test func signsOfLifeKeepItFromBeingReturned() async throws {
        try await withTestDatabase { store in
            _ = try await PromptJob(request, in: store, beatInterval: .milliseconds(50)).run { context in
                context.report(progress: 0.5, message: "half")
                let running = { try await store.jobs(JobFilter(status: .running)).first }
                let begun = try #require(try await running()?.heartbeatAt)
                try await eventually { try await running()?.message == "half" }
                let second = try #require(try await running()?.heartbeatAt)
                #expect(second > begun)
                try await eventually { try await running()?.heartbeatAt ?? second > second }
            }
        }
    }
}
