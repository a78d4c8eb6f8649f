import Catalog
import Foundation
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty

@Suite("The queue in PostgreSQL", .enabled(if: hasDatabase, "DATABASE_URL is not set")) struct QueueTests {
    private let request = JobRequest(kind: "work", payload: JobDocument(text: #"{"n": 1}"#))

    @Test func aNewJobWaitsAndIsTakenOnce() async throws {
        try await withTestDatabase { store in
            let job = try await store.enqueue(request).job
            #expect(job.status == .pending && job.attempts == 0 && job.payload == request.payload)
            let claimed = try #require(try await store.claim(kinds: ["work"], worker: "w1"))
            #expect(claimed.job.id == job.id && claimed.job.status == .running && claimed.job.attempts == 1)
            #expect(claimed.job.worker == "w1" && claimed.job.startedAt != nil)
            #expect(try await store.claim(kinds: ["work"], worker: "w2") == nil)
        }
    }

    @Test func jobsAreTakenInOrderAndOnlyByWhoCanDoThem() async throws {
        try await withTestDatabase { store in
            let late = try await store.enqueue(JobRequest(kind: "work", dueAt: Date(timeIntervalSinceNow: 3_600))).job
            let first = try await store.enqueue(request).job
            let second = try await store.enqueue(request).job
            #expect(try await store.claim(kinds: ["other"], worker: "w") == nil)
            #expect(try await store.claim(kinds: ["other", "work"], worker: "w")?.job.id == first.id)
            #expect(try await store.claim(kinds: ["work"], worker: "w")?.job.id == second.id)
            #expect(try await store.claim(kinds: ["work"], worker: "w") == nil)
            #expect(try await store.job(late.id)?.status == .pending)
        }
    }

    @Test func aKeyIsTakenByOneJobAtATime() async throws {
        try await withTestDatabase { store in
            let keyed = JobRequest(kind: "work", key: .init("a"))
            let first = try await store.enqueue(keyed)
            let again = try await store.enqueue(keyed)
            #expect(first.isNew && !again.isNew && again.job.id == first.job.id)
            #expect(try await store.enqueue(JobRequest(kind: "other", key: .init("a"))).isNew)
            _ = try await store.cancel(first.job.id)
            #expect(try await store.enqueue(keyed).isNew)
            let lasting = JobRequest(kind: "work", key: .init("b", outlivesJob: true))
            let kept = try await store.enqueue(lasting)
            _ = try await store.cancel(kept.job.id)
            let found = try await store.enqueue(lasting)
            #expect(!found.isNew && found.job.id == kept.job.id && found.job.status == .cancelled)
        }
    }

    @Test func manyCallersWithOneKeyGetOneJob() async throws {
        try await withTestDatabase { store in
            let keyed = JobRequest(kind: "work", key: .init("same"))
            let answers = try await withThrowingTaskGroup(of: EnqueuedJob.self) { group in
                for _ in 0..<24 { group.addTask { try await store.enqueue(keyed) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(answers.map(\.job.id)).count == 1)
            #expect(answers.count { $0.isNew } == 1)
        }
    }

    @Test func aPayloadThatIsNoJSONIsRefused() async throws {
        try await withTestDatabase { store in
            await #expect(throws: CatalogStoreError.self) {
                try await store.enqueue(JobRequest(kind: "work", payload: JobDocument(text: "{")))
            }
        }
    }

    @Test func jobsAreListedNewestFirstPageByPage() async throws {
        try await withTestDatabase { store in
            for kind in ["a", "b", "a", "a"] { _ = try await store.enqueue(JobRequest(kind: kind)) }
            let all = try await store.jobs(JobFilter())
            #expect(all.map(\.kind) == ["a", "a", "b", "a"])
            let page = try await store.jobs(JobFilter(kind: "a", limit: 2))
            let rest = try await store.jobs(JobFilter(kind: "a", before: page.last?.id, limit: 2))
            #expect(page.map(\.id) + rest.map(\.id) == all.filter { $0.kind == "a" }.map(\.id))
            _ = try await store.cancel(all[0].id)
            #expect(try await store.jobs(JobFilter(status: .cancelled)).map(\.id) == [all[0].id])
        }
    }

    // MARK: Claims

    @Test func everythingWrittenUnderTheClaimIsKept() async throws {
        try await withTestDatabase { store in
            _ = try await store.enqueue(request)
            let claim = try #require(try await store.claim(kinds: ["work"], worker: "w")).claim
            let metadata = JobDocument(text: #"{"seen": 7}"#)
            let report = JobReport(progress: 0.25, message: "a quarter", metadata: metadata)
            #expect(try await store.beat(claim, report) == JobBeat(isCancelRequested: false))
            #expect(try await store.beat(claim, JobReport()) != nil)
            #expect(try await store.checkpoint(claim, JobDocument(text: #"{"page": 3}"#), JobReport(progress: 0.5)))
            let job = try #require(try await store.job(claim.job))
            #expect(job.progress == 0.5 && job.message == "a quarter" && job.metadata == metadata)
            #expect(job.checkpoint?.text == #"{"page": 3}"#)
            #expect(try await store.settle(claim, .done, JobReport(message: "all")))
            let done = try #require(try await store.job(claim.job))
            #expect(done.status == .done && done.progress == 1 && done.message == "all" && done.worker == nil)
            #expect(done.finishedAt != nil && done.error == nil)
        }
    }

    @Test func aWorkerThatWasGivenUpForDeadWritesNothing() async throws {
        try await withTestDatabase { store in
            _ = try await store.enqueue(request)
            let old = try #require(try await store.claim(kinds: ["work"], worker: "dead")).claim
            #expect(try await store.checkpoint(old, JobDocument(text: #"{"page": 1}"#), JobReport()))
            try await Task.sleep(for: .milliseconds(30))
            #expect(try await store.reclaim(silentFor: .milliseconds(10)) == [old.job])
            let new = try #require(try await store.claim(kinds: ["work"], worker: "alive"))
            #expect(new.job.checkpoint?.text == #"{"page": 1}"#)
            #expect(new.job.attempts == 2 && new.job.failures == 1)
            let late = JobReport(progress: 0.9, message: "late", metadata: JobDocument(text: #"{"late": 1}"#))
            #expect(try await store.beat(old, late) == nil)
            #expect(try await store.checkpoint(old, JobDocument(text: #"{"page": 99}"#), late) == false)
            for outcome: JobOutcome in [
                .done, .cancelled, .released, .failed(reason: "x"), .failedForNow(reason: "x", after: .zero),
                .postponed(until: Date(), reason: "x"),
            ] {
                #expect(try await store.settle(old, outcome, late) == false)
            }
            #expect(try await store.lock("name", for: old) == .claimLost)
            let job = try #require(try await store.job(old.job))
            #expect(job.status == .running && job.worker == "alive" && job.message == nil && job.progress == 0)
            #expect(job.checkpoint?.text == #"{"page": 1}"# && job.metadata == .empty)
        }
    }

    @Test func aWorkerThatBeatsKeepsItsJob() async throws {
        try await withMigratedDatabase { database in
            let store = database.store
            _ = try await store.enqueue(request)
            let claim = try #require(try await store.claim(kinds: ["work"], worker: "w")).claim
            // It was silent for an hour.
            try await database.session().execute("UPDATE jobs SET heartbeat_at = now() - interval '1 hour'")
            #expect(try await store.beat(claim, JobReport()) != nil)
            let heartbeat = try #require(try await store.job(claim.job)?.heartbeatAt)
            #expect(heartbeat > Date(timeIntervalSinceNow: -1_800))
            #expect(try await store.reclaim(silentFor: .seconds(1_800)) == [])
        }
    }

    @Test func failuresAreCountedAndTheLastOneEndsTheJob() async throws {
        try await withTestDatabase { store in
            let job = try await store.enqueue(JobRequest(kind: "work", maximumFailures: 2)).job
            let first = try #require(try await store.claim(kinds: ["work"], worker: "w")).claim
            let failure = JobOutcome.failedForNow(reason: "no luck", after: .seconds(3_600))
            #expect(try await store.settle(first, failure, JobReport()))
            let waiting = try #require(try await store.job(job.id))
            #expect(waiting.status == .pending && waiting.failures == 1 && waiting.error == "no luck")
            #expect(abs(waiting.dueAt.timeIntervalSinceNow - 3_600) < 60)
            #expect(try await store.claim(kinds: ["work"], worker: "w") == nil)
            let other = try await store.enqueue(JobRequest(kind: "two", maximumFailures: 1)).job
            let second = try #require(try await store.claim(kinds: ["two"], worker: "w")).claim
            #expect(try await store.settle(second, failure, JobReport()))
            let failed = try #require(try await store.job(other.id))
            #expect(failed.status == .failed && failed.finishedAt != nil)
        }
    }

    @Test func aCheckpointForgivesFailures() async throws {
        try await withTestDatabase { store in
            _ = try await store.enqueue(JobRequest(kind: "work", maximumFailures: 2))
            for attempt in 1...6 {
                let claimed = try #require(try await store.claim(kinds: ["work"], worker: "w"))
                #expect(claimed.job.attempts == attempt)
                let place = JobDocument(text: "{\"page\": \(attempt)}")
                #expect(try await store.checkpoint(claimed.claim, place, JobReport()))
                #expect(try await store.settle(claimed.claim, .failedForNow(reason: "x", after: .zero), JobReport()))
            }
            // One that says what the one before it said is no progress.
            let last = try #require(try await store.claim(kinds: ["work"], worker: "w")).claim
            #expect(try await store.checkpoint(last, JobDocument(text: #"{"page":6}"#), JobReport(message: "again")))
            #expect(try await store.settle(last, .failedForNow(reason: "x", after: .zero), JobReport()))
            #expect(try await store.job(last.job)?.status == .failed)
        }
    }

    @Test func postponingAndReleasingAreNoFailures() async throws {
        try await withTestDatabase { store in
            let job = try await store.enqueue(JobRequest(kind: "work", maximumFailures: 1)).job
            let first = try #require(try await store.claim(kinds: ["work"], worker: "w")).claim
            #expect(try await store.settle(first, .released, JobReport()))
            let second = try #require(try await store.claim(kinds: ["work"], worker: "w")).claim
            let tomorrow = Date(timeIntervalSinceNow: 86_400)
            #expect(try await store.settle(second, .postponed(until: tomorrow, reason: "quota"), JobReport()))
            let waiting = try #require(try await store.job(job.id))
            #expect(waiting.status == .pending && waiting.failures == 0 && waiting.message == "quota")
            #expect(abs(waiting.dueAt.timeIntervalSince(tomorrow)) < 1)
        }
    }

    /// What it was at when it stopped says nothing of it any more; why it stopped does.
    @Test(
        arguments: [
            (JobOutcome.failed(reason: "x"), nil), (.failedForNow(reason: "x", after: .zero), nil), (.cancelled, nil),
            (.released, nil), (.postponed(until: Date(), reason: "quota"), "quota"), (.done, "page 3"),
        ] as [(JobOutcome, String?)])
    func aJobThatStoppedDoesNotSayWhatItWasAt(_ outcome: JobOutcome, _ message: String?) async throws {
        try await withTestDatabase { store in
            let id = try await store.enqueue(request).job.id
            let claim = try #require(try await store.claim(kinds: ["work"], worker: "w")).claim
            _ = try await store.beat(claim, JobReport(progress: 0.2, message: "page 2"))
            #expect(try await store.settle(claim, outcome, JobReport(progress: 0.3, message: "page 3")))
            let stopped = try #require(try await store.job(id))
            #expect(stopped.message == message && (stopped.progress == 0.3 || stopped.status == .done))
            guard !stopped.status.isFinal else { return }
            let again = try #require(try await store.claim(kinds: ["work"], worker: "w"))
            #expect(again.job.message == nil, "why it waited says nothing of it either")
        }
    }

    @Test func aJobWhoseWorkerDiedDoesNotSayWhatThatWasAt() async throws {
        try await withTestDatabase { store in
            let id = try await store.enqueue(request).job.id
            let claim = try #require(try await store.claim(kinds: ["work"], worker: "w")).claim
            _ = try await store.beat(claim, JobReport(message: "page 2"))
            try await Task.sleep(for: .milliseconds(30))
            #expect(try await store.reclaim(silentFor: .milliseconds(10)) == [id])
            let returned = try #require(try await store.job(id))
            #expect(returned.message == nil && returned.error?.contains("fell silent") == true)
        }
    }

    @Test func jobsThatHaveNotEndedAreNotForgotten() async throws {
        try await withTestDatabase { store in
            let ended = try await store.enqueue(JobRequest(kind: "work")).job.id
            _ = try await store.cancel(ended)
            let waiting = try await store.enqueue(JobRequest(kind: "work")).job.id
            #expect(try await store.forgetJobs([ended, waiting, JobID(rawValue: 9_999)]) == 1)
            #expect(try await store.forgetJobs([]) == 0)
            #expect(try await store.jobs(JobFilter()).map(\.id) == [waiting])
        }
    }

    @Test func aJobThatKeepsKillingItsWorkersIsGivenUp() async throws {
        try await withTestDatabase { store in
            let job = try await store.enqueue(JobRequest(kind: "work", maximumFailures: 3)).job
            for _ in 0..<3 {
                #expect(try await store.claim(kinds: ["work"], worker: "w") != nil)
                try await Task.sleep(for: .milliseconds(20))
                #expect(try await store.reclaim(silentFor: .milliseconds(5)) == [job.id])
            }
            let dead = try #require(try await store.job(job.id))
            #expect(dead.status == .failed && dead.error == "its worker w fell silent")
            #expect(try await store.claim(kinds: ["work"], worker: "w") == nil)
        }
    }

    // MARK: Cancelling and retrying

    @Test func whatWaitsIsCancelledAtOnceAndWhatRunsIsToldTo() async throws {
        try await withTestDatabase { store in
            let waiting = try await store.enqueue(request).job
            guard case .changed(let cancelled) = try await store.cancel(waiting.id) else {
                Issue.record("not cancelled")
                return
            }
            #expect(cancelled.status == .cancelled && cancelled.finishedAt != nil)
            #expect(try await store.cancel(waiting.id) == .refused(cancelled))
            #expect(try await store.cancel(JobID(rawValue: 999_999)) == .unknown)
            let running = try await store.enqueue(request).job
            let claim = try #require(try await store.claim(kinds: ["work"], worker: "w")).claim
            guard case .changed(let told) = try await store.cancel(running.id) else {
                Issue.record("not told")
                return
            }
            #expect(told.status == .running && told.isCancelRequested)
            #expect(try await store.beat(claim, JobReport()) == JobBeat(isCancelRequested: true))
            try await Task.sleep(for: .milliseconds(20))
            #expect(try await store.reclaim(silentFor: .milliseconds(5)) == [running.id])
            #expect(try await store.job(running.id)?.status == .cancelled)
        }
    }

    @Test func aRetriedJobGoesOnFromItsCheckpoint() async throws {
        try await withTestDatabase { store in
            let job = try await store.enqueue(request).job
            #expect(try await store.retry(job.id) == .refused(job))
            let claim = try #require(try await store.claim(kinds: ["work"], worker: "w")).claim
            #expect(try await store.checkpoint(claim, JobDocument(text: #"{"page": 5}"#), JobReport()))
            #expect(try await store.settle(claim, .failed(reason: "refused"), JobReport()))
            guard case .changed(let retried) = try await store.retry(job.id) else {
                Issue.record("not retried")
                return
            }
            #expect(retried.status == .pending && retried.failures == 0 && retried.error == nil)
            #expect(try await store.claim(kinds: ["work"], worker: "w")?.job.checkpoint?.text == #"{"page": 5}"#)
            #expect(try await store.retry(JobID(rawValue: 999_999)) == .unknown)
        }
    }

    @Test func aRetryDoesNotTakeAKeyThatAnotherJobHas() async throws {
        try await withTestDatabase { store in
            let keyed = JobRequest(kind: "work", key: .init("a"))
            let first = try await store.enqueue(keyed).job
            _ = try await store.cancel(first.id)
            let second = try await store.enqueue(keyed).job
            guard case .refused = try await store.retry(first.id) else {
                Issue.record("two jobs have one key")
                return
            }
            _ = try await store.cancel(second.id)
            guard case .changed = try await store.retry(first.id) else {
                Issue.record("the key is free")
                return
            }
        }
    }

    /// What only a schedule asks for has no key, and is known by what it is asked.
    @Test(arguments: [true, false]) func theLastOfEachKeyOrPayloadIsRemembered(byKey: Bool) async throws {
        try await withTestDatabase { store in
            var ended: [JobID] = []
            for name in ["a", "b", "a"] {
                let request =
                    byKey
                    ? JobRequest(kind: "work", key: .init(name))
                    : JobRequest(kind: "work", payload: try JobDocument(["source": name]))
                let job = try await store.enqueue(request).job
                let claimed = try #require(try await store.claim(kinds: ["work"], worker: "w"))
                _ = try await store.settle(claimed.claim, .done, JobReport())
                ended.append(job.id)
            }
            try await Task.sleep(for: .milliseconds(10))
            #expect(try await store.forgetJobs(endedFor: .milliseconds(1), keepingLatestOf: ["work"]) == 1)
            var left: [JobID] = []
            for id in ended where try await store.job(id) != nil { left.append(id) }
            #expect(left == [ended[1], ended[2]])
            #expect(try await store.forgetJobs(endedFor: .milliseconds(1), keepingLatestOf: ["other"]) == 2)
        }
    }

    @Test func oldJobsAreForgottenAndOthersAreNot() async throws {
        try await withTestDatabase { store in
            let ended = try await store.enqueue(request).job
            let waiting = try await store.enqueue(request).job
            _ = try await store.cancel(ended.id)
            #expect(try await store.forgetJobs(endedFor: .seconds(3_600), keepingLatestOf: []) == 0)
            try await Task.sleep(for: .milliseconds(10))
            #expect(try await store.forgetJobs(endedFor: .milliseconds(1), keepingLatestOf: []) == 1)
            #expect(try await store.job(ended.id) == nil)
            #expect(try await store.job(waiting.id) != nil)
        }
    }

    // MARK: Races and locks

    @Test func manyWorkersDoNothingTwice() async throws {
        try await withTestDatabase { store in
            for _ in 0..<60 { _ = try await store.enqueue(request) }
            let taken = try await withThrowingTaskGroup(of: [JobID].self) { group in
                for worker in 0..<8 {
                    group.addTask {
                        var ids: [JobID] = []
                        while let claimed = try await store.claim(kinds: ["work"], worker: "w\(worker)") {
                            ids.append(claimed.job.id)
                            #expect(try await store.settle(claimed.claim, .done, JobReport()))
                        }
                        return ids
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(taken.count == 60)
            #expect(Set(taken).count == 60)
        }
    }

    @Test func aLockHasOneHolderAndIsFreeWhenItsJobIsReturned() async throws {
        try await withTestDatabase { store in
            for _ in 0..<3 { _ = try await store.enqueue(request) }
            var claims: [JobClaim] = []
            for worker in 0..<3 {
                claims.append(try #require(try await store.claim(kinds: ["work"], worker: "\(worker)")).claim)
            }
            #expect(try await store.lock("playlist", for: claims[0]) == .taken)
            #expect(try await store.lock("playlist", for: claims[1]) == .held(by: claims[0].job))
            #expect(try await store.lock("other", for: claims[1]) == .taken)
            try await store.unlock("playlist", for: claims[1])
            #expect(try await store.lock("playlist", for: claims[1]) == .held(by: claims[0].job))
            try await store.unlock("playlist", for: claims[0])
            #expect(try await store.lock("playlist", for: claims[1]) == .taken)
            #expect(try await store.settle(claims[1], .done, JobReport()))
            #expect(try await store.lock("playlist", for: claims[2]) == .taken)
            try await Task.sleep(for: .milliseconds(20))
            _ = try await store.reclaim(silentFor: .milliseconds(5))
            let next = try #require(try await store.claim(kinds: ["work"], worker: "next")).claim
            #expect(try await store.lock("playlist", for: next) == .taken)
        }
    }

    @Test func manyJobsThatWantOneLockGetItOneAtATime() async throws {
        try await withTestDatabase { store in
            var claims: [JobClaim] = []
            for number in 0..<12 {
                _ = try await store.enqueue(request)
                claims.append(try #require(try await store.claim(kinds: ["work"], worker: "\(number)")).claim)
            }
            let answers = try await withThrowingTaskGroup(of: JobLock.self) { group in
                for claim in claims { group.addTask { try await store.lock("same", for: claim) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count { $0 == .taken } == 1)
        }
    }

    @Test func whoListensHearsOfChangesAndNotOfHeartbeats() async throws {
        try await withTestDatabase { store in
            var signals = store.signals().makeAsyncIterator()
            #expect(await signals.next() == .missed)
            let job = try await store.enqueue(request).job
            #expect(await signals.next() == .changed(job.id, .pending, isCancelRequested: false))
            let claim = try #require(try await store.claim(kinds: ["work"], worker: "w")).claim
            #expect(await signals.next() == .changed(job.id, .running, isCancelRequested: false))
            _ = try await store.beat(claim, JobReport())
            _ = try await store.cancel(job.id)
            #expect(await signals.next() == .changed(job.id, .running, isCancelRequested: true))
            _ = try await store.settle(claim, .cancelled, JobReport())
            #expect(await signals.next() == .changed(job.id, .cancelled, isCancelRequested: true))
        }
    }
}
