import Catalog
import Foundation
import Postgres
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Jobs

/// A handler made of a closure.
private struct Doing: JobHandler {
    var kind = "work"
    var action: @Sendable (Job, JobContext) async throws -> Void

    func run(_ job: Job, _ context: JobContext) async throws { try await action(job, context) }
}

/// Counts what happens, from anywhere.
private final class Tally: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    func add(_ name: String) { counts.withLock { $0[name, default: 0] += 1 } }
    subscript(_ name: String) -> Int { counts.withLock { $0[name] ?? 0 } }
    var all: [String: Int] { counts.withLock { $0 } }
}

private func quick(_ name: String, slots: Int = 1) -> WorkerConfiguration {
    var configuration = WorkerConfiguration(name: name)
    configuration.slots = slots
    configuration.lease = .seconds(600)
    configuration.beatInterval = .milliseconds(50)
    configuration.pollInterval = .milliseconds(100)
    configuration.retry = RetryBackOff(first: .milliseconds(20), longest: .milliseconds(50))
    configuration.outage = RetryBackOff(first: .milliseconds(20), longest: .milliseconds(100))
    return configuration
}

/// Runs a worker for the length of `body`.
private func withWorker(
    _ store: PostgresStore, _ configuration: WorkerConfiguration = quick("w"), listens: Bool = true,
    _ action: @escaping @Sendable (Job, JobContext) async throws -> Void,
    _ body: () async throws -> Void
) async throws {
    let feed = JobFeed(store: store)
    let worker = Worker(store: store, handlers: [Doing(action: action)], feed: feed, configuration: configuration)
    let listening = Task { if listens { await feed.run() } }
    let working = Task { await worker.run() }
    let result: Result<Void, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    working.cancel()
    listening.cancel()
    await working.value
    try result.get()
}

@Suite("Workers against PostgreSQL", .enabled(if: hasDatabase, "DATABASE_URL is not set")) struct WorkerTests {
    private struct Place: Codable, Equatable { var page: Int }

    @Test func aJobIsDoneAndWhatItReportedIsKept() async throws {
        try await withTestDatabase { store in
            try await withWorker(store) { _, context in
                context.report(progress: 0.5, message: "half")
                try context.record(["tracks": 12])
            } _: {
                let id = try await store.enqueue(JobRequest(kind: "work")).job.id
                let job = try await wait(for: id, in: store)
                #expect(job.status == .done && job.progress == 1 && job.message == "half")
                #expect(try job.metadata.decoded(as: [String: Int].self) == ["tracks": 12])
            }
        }
    }

    @Test func progressIsSeenWhileTheJobRuns() async throws {
        try await withTestDatabase { store in
            try await withWorker(store) { _, context in
                for step in 1... {
                    context.report(progress: 1 - 1 / Double(step), message: "step \(step)")
                    try await Task.sleep(for: .milliseconds(5))
                }
            } _: {
                let id = try await store.enqueue(JobRequest(kind: "work")).job.id
                let first = try await wait(for: id, in: store) { $0.progress > 0 }
                let later = try await wait(for: id, in: store) { $0.progress > first.progress }
                #expect(first.status == .running && later.progress > first.progress && later.progress < 1)
                _ = try await store.cancel(id)
            }
        }
    }

    @Test func progressOutsideItsBoundsIsClamped() async throws {
        try await withTestDatabase { store in
            try await withWorker(store) { _, context in
                for odd in [7, -1, .nan, .infinity] { context.report(progress: odd) }
                context.report(progress: 1.5)
                try await context.checkpoint(Place(page: 1))
            } _: {
                let id = try await store.enqueue(JobRequest(kind: "work")).job.id
                #expect(try await wait(for: id, in: store).status == .done)
            }
        }
    }

    @Test func aFailureIsTriedAgainFromTheCheckpoint() async throws {
        try await withTestDatabase { store in
            let tally = Tally()
            try await withWorker(store) { _, context in
                let place = context.restored(as: Place.self) ?? Place(page: 0)
                tally.add("from \(place.page)")
                guard place.page < 3 else { return }
                try await context.checkpoint(Place(page: place.page + 1))
                struct Bad: Error {}
                throw Bad()
            } _: {
                let id = try await store.enqueue(JobRequest(kind: "work", maximumFailures: 2)).job.id
                let job = try await wait(for: id, in: store)
                #expect(job.status == .done && job.attempts == 4)
                #expect(tally.all == ["from 0": 1, "from 1": 1, "from 2": 1, "from 3": 1])
            }
        }
    }

    @Test func whatGoesWrongEveryTimeIsGivenUp() async throws {
        try await withTestDatabase { store in
            let tally = Tally()
            struct Bad: Error {}
            try await withWorker(store) { _, _ in
                tally.add("tried")
                throw Bad()
            } _: {
                let id = try await store.enqueue(JobRequest(kind: "work", maximumFailures: 3)).job.id
                let job = try await wait(for: id, in: store)
                #expect(job.status == .failed && job.failures == 3 && tally["tried"] == 3)
                #expect(job.error == "Bad()")
            }
        }
    }

    @Test func whatIsRefusedIsNotTriedAgain() async throws {
        try await withTestDatabase { store in
            try await withWorker(store) { _, _ in
                throw JobRefused(reason: "no such playlist")
            } _: {
                let id = try await store.enqueue(JobRequest(kind: "work")).job.id
                let job = try await wait(for: id, in: store)
                #expect(job.status == .failed && job.attempts == 1 && job.error == "no such playlist")
            }
        }
    }

    @Test func aPostponedJobGoesOnAtItsTime() async throws {
        try await withMigratedDatabase { database in
            let store = database.store
            try await withWorker(store) { _, context in
                guard context.restored(as: Place.self) == nil else { return }
                try await context.checkpoint(Place(page: 1))
                throw JobPostponed(until: Date(timeIntervalSinceNow: 3_600), reason: "quota")
            } _: {
                let id = try await store.enqueue(JobRequest(kind: "work", maximumFailures: 1)).job.id
                let waiting = try await wait(for: id, in: store) { $0.message == "quota" }
                #expect(waiting.status == .pending && waiting.failures == 0 && waiting.dueAt > Date())
                // An hour, but for half a second, later.
                try await database.session().execute(
                    "UPDATE jobs SET due_at = now() + interval '0.5 s' WHERE id = \(id.rawValue)")
                let job = try await wait(for: id, in: store)
                #expect(job.status == .done && job.attempts == 2)
            }
        }
    }

    @Test("A cancellation reaches the handler, by notification and with a sign of life", arguments: [true, false])
    func aCancellationReachesTheHandler(_ listens: Bool) async throws {
        try await withTestDatabase { store in
            #expect(WorkerConfiguration().beatInterval < .seconds(1))
            var configuration = quick("w")
            if listens { configuration.beatInterval = .seconds(3_600) }
            try await withWorker(store, configuration, listens: listens) { _, _ in
                try await Task.sleep(for: .seconds(3_600))
            } _: {
                let id = try await store.enqueue(JobRequest(kind: "work")).job.id
                _ = try await wait(for: id, in: store) { $0.status == .running }
                _ = try await store.cancel(id)
                #expect(try await wait(for: id, in: store).status == .cancelled)
            }
        }
    }

    @Test func aWorkerThatStopsGivesItsJobsBack() async throws {
        try await withTestDatabase { store in
            let id = try await store.enqueue(JobRequest(kind: "work", maximumFailures: 1)).job.id
            try await withWorker(store) { _, context in
                try await context.checkpoint(Place(page: 4))
                try await Task.sleep(for: .seconds(3_600))
            } _: {
                _ = try await wait(for: id, in: store) { $0.checkpoint != nil }
            }
            let job = try #require(try await store.job(id))
            #expect(job.status == .pending && job.failures == 0 && job.worker == nil && job.checkpoint != nil)
            let seen = Tally()
            try await withWorker(store, quick("second")) { _, context in
                seen.add("page \(context.restored(as: Place.self)?.page ?? 0)")
            } _: {
                let done = try await wait(for: id, in: store)
                #expect(done.status == .done)
            }
            #expect(seen.all == ["page 4": 1])
        }
    }

    @Test func aLostJobStopsItsHandlerAndNothingOfItCounts() async throws {
        try await withMigratedDatabase { database in
            let store = database.store
            let tally = Tally()
            try await withWorker(store) { _, context in
                do { try await Task.sleep(for: .seconds(3_600)) } catch { tally.add("stopped") }
                context.report(progress: 0.9, message: "zombie")
                do { try await context.checkpoint(Place(page: 9)) } catch { tally.add("refused") }
            } _: {
                let id = try await store.enqueue(JobRequest(kind: "work")).job.id
                _ = try await wait(for: id, in: store) { $0.status == .running }
                // As if this worker had been silent for long, and another one took the job.
                let session = try await database.session()
                try await session.execute(
                    "UPDATE jobs SET claim = 'another', worker = 'another' WHERE id = \(id.rawValue)")
                try await eventually { tally["refused"] > 0 }
                #expect(tally.all == ["stopped": 1, "refused": 1])
                let job = try #require(try await store.job(id))
                #expect(job.status == .running && job.worker == "another" && job.message == nil)
                #expect(job.checkpoint == nil)
            }
        }
    }

    @Test func severalWorkersShareAQueueWithoutDoingAnythingTwice() async throws {
        try await withTestDatabase { store in
            let tally = Tally()
            let action: @Sendable (Job, JobContext) async throws -> Void = { job, _ in
                tally.add("\(job.id)")
                try await Task.sleep(for: .milliseconds(2))
            }
            for _ in 0..<40 { _ = try await store.enqueue(JobRequest(kind: "work")) }
            try await withWorker(store, quick("a", slots: 2), action) {
                try await withWorker(store, quick("b", slots: 2), action) {
                    try await eventually { try await store.jobs(JobFilter(status: .done, limit: 100)).count == 40 }
                }
            }
            #expect(tally.all.count == 40)
            #expect(tally.all.values.allSatisfy { $0 == 1 })
        }
    }

    @Test func aLockKeepsJobsApart() async throws {
        try await withTestDatabase { store in
            let inside = Mutex(0)
            let overlaps = Tally()
            try await withWorker(store, quick("w", slots: 3)) { _, context in
                try await context.holding("one") {
                    let count = inside.withLock { count in
                        count += 1
                        return count
                    }
                    if count > 1 { overlaps.add("overlap") }
                    try await Task.sleep(for: .milliseconds(30))
                    inside.withLock { $0 -= 1 }
                }
            } _: {
                var ids: [JobID] = []
                for _ in 0..<5 { ids.append(try await store.enqueue(JobRequest(kind: "work")).job.id) }
                for id in ids { #expect(try await wait(for: id, in: store).status == .done) }
                #expect(overlaps["overlap"] == 0)
            }
        }
    }

    @Test func whoWaitsTooLongForALockMakesRoomForOthers() async throws {
        try await withTestDatabase { store in
            _ = try await store.enqueue(JobRequest(kind: "holder"))
            let holder = try #require(try await store.claim(kinds: ["holder"], worker: "other")).claim
            #expect(try await store.lock("one", for: holder) == .taken)
            try await withWorker(store) { _, context in
                try await context.holding("one", patience: .milliseconds(100)) {}
            } _: {
                let id = try await store.enqueue(JobRequest(kind: "work", maximumFailures: 1)).job.id
                let job = try await wait(for: id, in: store) { $0.attempts > 0 && $0.status == .pending }
                #expect(job.failures == 0 && job.dueAt.timeIntervalSince(job.createdAt) > 10)
                #expect(job.message?.contains("job \(holder.job)") == true)
            }
        }
    }

    @Test func anOutageOfTheDatabaseIsWaitedOut() async throws {
        try await withMigratedDatabase { database in
            let store = database.store
            let tally = Tally()
            try await withWorker(store) { _, context in
                tally.add("begun")
                try await Task.sleep(for: .milliseconds(300))
                try await context.checkpoint(Place(page: 1))
            } _: {
                let first = try await store.enqueue(JobRequest(kind: "work", maximumFailures: 1)).job.id
                _ = try await wait(for: first, in: store) { $0.status == .running }
                // Every session of the worker is cut, again and again, while the handler is at work.
                let session = try await database.session()
                for _ in 0..<10 {
                    try await session.execute(
                        """
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE datname = current_database() AND pid <> pg_backend_pid()
                        """)
                    try await Task.sleep(for: .milliseconds(40))
                }
                let again = try await retrying { try await store.enqueue(JobRequest(kind: "work")).job.id }
                for id in [first, again] {
                    let job = try await retrying { try await wait(for: id, in: store) }
                    #expect(job.status == .done, "\(job)")
                }
            }
        }
    }

    /// Sessions that were cut are noticed by whoever uses them next.
    private func retrying<Value>(_ body: () async throws -> Value) async throws -> Value {
        for _ in 0..<20 {
            do { return try await body() } catch CatalogStoreError.unavailable {}
        }
        return try await body()
    }

    @Test func schedulesFireWhileAWorkerIsThere() async throws {
        try await withTestDatabase { store in
            var schedule = Schedule(name: "soon", cron: try CronExpression("* * * * *"), kind: "work")
            schedule.nextRun = Date(timeIntervalSinceNow: 0.3)
            _ = try await store.save(schedule)
            try await withWorker(store) { _, _ in
            } _: {
                try await eventually { try await !store.jobs(JobFilter(status: .done)).isEmpty }
            }
            let job = try #require(try await store.jobs(JobFilter(status: .done)).first)
            #expect(job.schedule == "soon")
        }
    }
}
