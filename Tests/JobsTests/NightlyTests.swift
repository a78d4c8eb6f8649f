import Foundation
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Jobs

/// A step made of a closure.
private struct Step: NightlyStep {
    var names: [String]
    var isEssential = false
    var action: @Sendable (NightlyContext) async throws -> Void = { _ in }

    func run(_ context: NightlyContext) async throws { try await action(context) }
}

private struct Bad: Error {}

@Suite("The nightly chain", .enabled(if: hasDatabase, "DATABASE_URL is not set")) struct NightlyTests {
    private struct Report: Decodable { var steps: [NightlyPart] }

    /// Runs a chain as a job until it has ended.
    private func run(
        _ steps: [any NightlyStep], in store: PostgresStore, maximumFailures: Int = 3
    ) async throws -> (job: Job, parts: [NightlyPart]) {
        var configuration = WorkerConfiguration(name: "night")
        configuration.beatInterval = .milliseconds(20)
        configuration.pollInterval = .milliseconds(50)
        configuration.retry = RetryBackOff(first: .milliseconds(10), longest: .milliseconds(10))
        let worker = Worker(
            store: store, handlers: [NightlyHandler(steps: steps)], feed: JobFeed(store: store),
            configuration: configuration)
        let id = try await store.enqueue(JobRequest(kind: "nightly", maximumFailures: maximumFailures)).job.id
        let working = Task { await worker.run() }
        try await eventually { try await store.job(id)?.status.isFinal == true }
        working.cancel()
        await working.value
        let job = try #require(try await store.job(id))
        return (job, try job.metadata.decoded(as: Report.self).steps)
    }

    @Test func everyStepIsShownWithTimesAndOutcome() async throws {
        try await withTestDatabase { store in
            let (job, parts) = try await run(
                [
                    Step(names: ["refresh"]) { try $0.keep(["sources": 3], note: "3 sources") },
                    Step(names: ["rebuild", "verify", "publish"], isEssential: true) { context in
                        context.report(progress: 0.5)
                        context.enter("verify")
                        context.enter("publish")
                        try context.keep(["generation": "g"])
                    },
                ], in: store)
            #expect(job.status == .done && job.progress == 1 && job.message == "all 4 steps are done")
            #expect(parts.map(\.name) == ["refresh", "rebuild", "verify", "publish"])
            #expect(parts.allSatisfy { $0.outcome == .done && $0.startedAt != nil && $0.finishedAt != nil })
            #expect(parts.allSatisfy { ($0.seconds ?? -1) >= 0 })
            #expect(parts[0].note == "3 sources")
            #expect(try parts[0].result?.decoded(as: [String: Int].self) == ["sources": 3])
            #expect(try parts[3].result?.decoded(as: [String: String].self) == ["generation": "g"])
        }
    }

    @Test func whatAPartWasAtGivesWayToWhatCameOfIt() async throws {
        try await withTestDatabase { store in
            let (job, parts) = try await run(
                [
                    Step(names: ["refresh"]) { context in
                        try context.keep(["sources": 3], note: "3 sources")
                        context.report(progress: 0.9, message: "the last one")
                    },
                    Step(names: ["rebuild", "verify", "publish"], isEssential: true) { context in
                        for name in ["rebuild", "verify", "publish"] {
                            context.enter(name)
                            context.report(progress: 0.5, message: "at \(name)")
                        }
                        context.conclude("rebuild", "100 tracks")
                        context.conclude("nothing of this step", "is said")
                    },
                ], in: store)
            #expect(job.status == .done)
            #expect(parts.map(\.note) == ["3 sources", "100 tracks", nil, nil])
        }
    }

    @Test func aStepThatMayFailDoesNotStopTheChain() async throws {
        try await withTestDatabase { store in
            let (job, parts) = try await run(
                [
                    Step(names: ["refresh"]) { _ in throw Bad() },
                    Step(names: ["enrich"]) { _ in
                        throw JobPostponed(until: Date(timeIntervalSinceNow: 86_400), reason: "quota used up")
                    },
                    Step(names: ["prune"]),
                ], in: store)
            #expect(job.status == .done)
            #expect(job.message == "done, but for refresh (failed), enrich (postponed)")
            #expect(parts.map(\.outcome) == [.failed, .postponed, .done])
            #expect(parts[1].note == "quota used up")
        }
    }

    @Test func anEssentialStepIsTriedAgainWithoutTheStepsBeforeIt() async throws {
        try await withTestDatabase { store in
            let tries = Mutex<[String]>([])
            let note: @Sendable (String) -> Int = { name in
                tries.withLock {
                    $0.append(name)
                    return $0.count { $0 == name }
                }
            }
            let (job, parts) = try await run(
                [
                    Step(names: ["refresh"]) { _ in _ = note("refresh") },
                    Step(names: ["rebuild", "publish"], isEssential: true) { _ in
                        if note("rebuild") < 3 { throw Bad() }
                    },
                    Step(names: ["prune"]) { _ in _ = note("prune") },
                ], in: store)
            #expect(job.status == .done && job.attempts == 3)
            let tried = tries.withLock { $0 }
            #expect(tried == ["refresh", "rebuild", "rebuild", "rebuild", "prune"])
            #expect(parts.map(\.outcome) == [.done, .done, .skipped, .done])
        }
    }

    @Test func aRefusedResultFailsTheRunAtItsEnd() async throws {
        try await withTestDatabase { store in
            let (job, parts) = try await run(
                [
                    Step(names: ["rebuild", "verify", "publish"], isEssential: true) { context in
                        context.enter("verify")
                        throw JobRefused(reason: "worse than what serves")
                    }, Step(names: ["metrics"]),
                ], in: store)
            #expect(job.status == .failed && job.attempts == 1)
            #expect(job.error == "verify: worse than what serves")
            #expect(parts.map(\.outcome) == [.done, .refused, .skipped, .done])
        }
    }

    @Test func aChainThatWasChangedMeanwhileBeginsAnew() async throws {
        try await withTestDatabase { store in
            let id = try await store.enqueue(JobRequest(kind: "nightly")).job.id
            let claim = try #require(try await store.claim(kinds: ["nightly"], worker: "old")).claim
            let old = JobDocument(text: #"{"done": 1, "parts": [{"name": "other", "outcome": "done"}]}"#)
            #expect(try await store.checkpoint(claim, old, JobReport()))
            #expect(try await store.settle(claim, .released, JobReport()))
            let ran = Atomic(false)
            let handler = NightlyHandler(steps: [Step(names: ["refresh"]) { _ in ran.store(true, ordering: .relaxed) }])
            let worker = Worker(
                store: store, handlers: [handler], feed: JobFeed(store: store),
                configuration: WorkerConfiguration(name: "new"))
            let working = Task { await worker.run() }
            try await eventually { try await store.job(id)?.status.isFinal == true }
            working.cancel()
            await working.value
            let hasRun = ran.load(ordering: .relaxed)
            #expect(hasRun)
        }
    }

    @Test func snapshotsAreKeptNewestFirst() async throws {
        try await withTestDatabase { store in
            let empty = try await store.takeSnapshot(of: nil, for: nil)
            #expect(empty.catalog == MetricSnapshot.Counts() && empty.index == nil && empty.takenAt != nil)
            let index = MetricSnapshot.Index(
                generation: "g1", tracks: 10, vectors: 9, recall: 0.99, deepRecall: 0.96, gatePassed: true,
                gateSummary: "as served 0.3 against 0.3")
            let taken = try await store.takeSnapshot(of: index, for: JobID(rawValue: 7))
            #expect(taken.index == index && taken.job == JobID(rawValue: 7))
            let kept = try await store.snapshots(limit: 10)
            #expect(kept.map(\.index?.generation) == ["g1", nil])
            #expect(try await store.snapshots(limit: 1).count == 1)
        }
    }
}
