import Foundation
import Jobs
import Postgres
import Sourcing
import Storage
import Terminal
import TestSupport
import Testing

@testable import Processors
@testable import segue

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty

/// A small catalog and what commands need to get at it.
private func withCatalog(
    tracks: Int, _ body: @Sendable ([String: String], PostgresStore) async throws -> Void
) async throws {
    try await withMigratedDatabase { database in
        try await withTemporaryDirectory { folder in
            let environment = [
                "DATABASE_URL": database.conninfo, "SEGUE_INDEX_DIR": "\(folder)/index",
                "SEGUE_SIGNING_KEYS": try testKeys(), "SEGUE_DATABASE_CONNECTIONS": "4",
                "SEGUE_NIGHTLY_TOKEN": "night", "SEGUE_PORT": "0",
            ]
            let demo = await segue(["demo", "--tracks", "\(tracks)"], environment: environment)
            #expect(demo.status == .success, "\(demo.errors)")
            try await body(environment, database.store)
        }
    }
}

private struct Report: Decodable { var steps: [NightlyPart] }
private struct Listing: Decodable { var id: String }

// One after the other: each has processes of its own, and tests beside them measure time.
@Suite(
    "Workers as processes", .serialized,
    .enabled(if: hasDatabase && BuiltBinary.path != nil, "no database, or not built"))
struct WorkTests {
    @Test func theNightlyChainRunsAsOneVisibleJob() async throws {
        try await withCatalog(tracks: 400) { environment, store in
            let worker = try BuiltBinary.Running(["work"], environment: environment)
            let run = await segue(["schedules", "run", "nightly", "--json"], environment: environment)
            #expect(run.status == .success, "\(run.errors)")
            let id = try #require(try await store.jobs(JobFilter(kind: "nightly")).first).id
            let watched = await segue(["jobs", "watch", "\(id)"], environment: environment)
            #expect(watched.status == .success, "\(watched.errors) \(worker.errors)")
            let job = try #require(try await store.job(id))
            let steps = try job.metadata.decoded(as: Report.self).steps
            #expect(steps.map(\.name) == ["sources", "enrich", "rebuild", "verify", "publish", "prune", "metrics"])
            #expect(steps.allSatisfy { $0.outcome == .done }, "\(steps)")
            #expect(watched.output.contains("✓ publish"))
            let snapshot = try #require(try await store.snapshots(limit: 1).first)
            #expect(snapshot.catalog.tracks == 400 && snapshot.job == id && snapshot.index?.tracks == 400)
            kill(worker.identifier, SIGTERM)
            #expect(await worker.end() == 0)
            #expect(worker.errors.contains("\"job done\"") && worker.errors.contains("\"stopped\""))
        }
    }

    /// Makes workers wait in the midst of a build, until the session that is given unlocks the advisory lock 1.
    private func holdingBuilds(_ environment: [String: String]) async throws -> PostgresSession {
        try await holdingInserts(into: "index_generations", above: 0, at: environment["DATABASE_URL"] ?? "")
    }

    @Test func theJobOfAKilledWorkerIsTakenUpByAnotherFromItsCheckpoint() async throws {
        try await withCatalog(tracks: 3_000) { environment, store in
            // It waits with its last step.
            let holder = try await holdingInserts(
                into: "metric_snapshots", above: 0, at: environment["DATABASE_URL"] ?? "")
            let id = try await store.enqueue(JobRequest(kind: "nightly")).job.id
            let first = try BuiltBinary.Running(["work"], environment: environment)
            let waiting: SQL = "datname = current_database() AND wait_event_type = 'Lock'"
            try await eventually {
                try #require(!first.hasEnded, "\(first.errors)")
                return try await holder.first("SELECT count(*) FROM pg_stat_activity WHERE \(fragment: waiting)") {
                    try $0[0] as Int
                } == 1
            }
            kill(first.identifier, SIGKILL)
            _ = await first.end()
            let begun = try #require(try await store.job(id))
            #expect(begun.status == .running)
            try await holder.execute(
                "SELECT pg_terminate_backend(pid, 120000) FROM pg_stat_activity WHERE \(fragment: waiting)")
            try await holder.execute("SELECT pg_advisory_unlock(1)")
            try await silence(id, at: environment["DATABASE_URL"] ?? "")
            let second = try BuiltBinary.Running(["work"], environment: environment)
            let job = try await wait(for: id, in: store)
            #expect(job.status == .done, "\(job) \(second.errors)")
            #expect(job.attempts == 2)
            #expect(second.errors.contains("jobs of a silent worker returned"))
            let listed = await segue(["index", "list", "--json"], environment: environment)
            #expect(try listed.json([Listing].self).count == 1, "\(listed.output)")
        }
    }

    @Test func aWorkerThatIsAskedToStopGivesItsJobBack() async throws {
        try await withCatalog(tracks: 3_000) { environment, store in
            let holder = try await holdingBuilds(environment)
            let id = try await store.enqueue(JobRequest(kind: "index.build", maximumFailures: 1)).job.id
            let worker = try BuiltBinary.Running(["work"], environment: environment)
            _ = try await wait(for: id, in: store) { $0.status == .running }
            kill(worker.identifier, SIGTERM)
            try await holder.execute("SELECT pg_advisory_unlock(1)")
            #expect(await worker.end() == 0)
            let job = try #require(try await store.job(id))
            // A small catalog may be built before the signal arrives.
            #expect(job.status == .pending && job.failures == 0 || job.status == .done, "\(job) \(worker.errors)")
        }
    }

    @Test func aRunningBuildIsCancelled() async throws {
        try await withCatalog(tracks: 3_000) { environment, store in
            let holder = try await holdingBuilds(environment)
            let id = try await store.enqueue(JobRequest(kind: "index.build")).job.id
            let worker = try BuiltBinary.Running(["work"], environment: environment)
            _ = try await wait(for: id, in: store) { $0.status == .running }
            let cancelled = await segue(["jobs", "cancel", "\(id)", "--json"], environment: environment)
            #expect(cancelled.output.contains("\"cancel_requested\":true"), "\(cancelled.errors)")
            try await holder.execute("SELECT pg_advisory_unlock(1)")
            let job = try await wait(for: id, in: store)
            #expect(job.status == .cancelled || job.status == .done, "\(job) \(worker.errors)")
        }
    }

    /// What Linux tells of a thread in `/proc`.
    private func told(_ file: String, of thread: String, in process: Int32) throws -> String {
        try String(contentsOfFile: "/proc/\(process)/task/\(thread)/\(file)", encoding: .utf8)
    }

    private func niceness(of thread: String, in process: Int32) throws -> Int {
        // The name, in parentheses, may hold anything.
        let fields = try told("stat", of: thread, in: process).split(separator: ")").last?.split(separator: " ")
        return try #require(fields.flatMap { Int($0[16]) })
    }

    private func status(_ name: String, of thread: String, in process: Int32) throws -> String {
        let lines = try told("status", of: thread, in: process).split(separator: "\n")
        let line = try #require(lines.first { $0.hasPrefix("\(name):") })
        return line.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces)
    }

    @Test func aWorkerStepsBackAndTheBeatOfItsBuildDoesNot() async throws {
        try await withCatalog(tracks: 300) { environment, store in
            let holder = try await holdingBuilds(environment)
            let id = try await store.enqueue(JobRequest(kind: "index.build")).job.id
            let worker = try BuiltBinary.Running(["work"], environment: environment)
            _ = try await wait(for: id, in: store) { $0.status == .running }
            let process = worker.identifier
            let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")
            let beats = threads.filter { (try? told("comm", of: $0, in: process)) == "preemption beat\n" }
            #expect(beats.count == PreemptionBeat.processors.count, "\(beats) of \(threads)")
            // The first thread bears the number of the process.
            #expect(try niceness(of: "\(process)", in: process) == 19)
            for beat in beats {
                #expect(try niceness(of: beat, in: process) < 19, "unless the tests themselves run at 19")
                let before = try #require(Int(status("voluntary_ctxt_switches", of: beat, in: process)))
                try await eventually {
                    try #require(Int(status("voluntary_ctxt_switches", of: beat, in: process))) > before + 20
                }
            }
            try await holder.execute("SELECT pg_advisory_unlock(1)")
            let job = try await wait(for: id, in: store)
            #expect(job.status == .done, "\(job) \(worker.errors)")
        }
    }

    @Test func upDoesJobsBesideItsRequests() async throws {
        try await withCatalog(tracks: 300) { environment, store in
            let service = try BuiltBinary.Running(["up"], environment: environment)
            #expect(try await service.writes("curl -s"), "\(service.errors)")
            let id = try await store.enqueue(
                JobRequest(kind: "index.build", payload: JobDocument(text: #"{"prune": true}"#))
            ).job.id
            let job = try await wait(for: id, in: store)
            #expect(job.status == .done && job.metadata.text.contains("generation"), "\(job) \(service.errors)")
            kill(service.identifier, SIGTERM)
            #expect(await service.end() == 0)
        }
    }
}

@Suite("Commands of the queue", .enabled(if: hasDatabase, "DATABASE_URL is not set")) struct QueueCommandTests {
    private func withQueue(_ body: @Sendable ([String: String], PostgresStore) async throws -> Void) async throws {
        try await withMigratedDatabase { database in
            try await body(["DATABASE_URL": database.conninfo, "SEGUE_DATABASE_CONNECTIONS": "2"], database.store)
        }
    }

    @Test func jobsAreListedShownCancelledAndRetried() async throws {
        try await withQueue { environment, store in
            #expect(await segue(["jobs", "list"], environment: environment).output == "no jobs\n")
            let request = JobRequest(kind: "index.build", payload: JobDocument(text: #"{"prune": true}"#))
            let id = try await store.enqueue(request).job.id
            let listed = await segue(["jobs", "list", "--status", "pending"], environment: environment)
            #expect(listed.output.contains("index.build") && listed.output.contains("pending"))
            let shown = await segue(["jobs", "show", "\(id)"], environment: environment)
            #expect(shown.output.contains("payload: {\"prune\": true}"))
            let cancelled = await segue(["jobs", "cancel", "\(id)"], environment: environment)
            #expect(cancelled.output.contains("cancelled"))
            let again = await segue(["jobs", "cancel", "\(id)"], environment: environment)
            #expect(again.status == .failure && again.errors.contains("has ended"))
            let retried = await segue(["jobs", "retry", "\(id)", "--json"], environment: environment)
            #expect(retried.output.contains("\"status\":\"pending\""))
            #expect(retried.output.contains("\"payload\":{\"prune\":true}"))
            #expect(await segue(["jobs", "retry", "\(id)"], environment: environment).status == .failure)
            let unknown = await segue(["jobs", "show", "999"], environment: environment)
            #expect(unknown.status == .failure && unknown.errors.contains("segue jobs list"))
        }
    }

    @Test func watchingAJobThatFailedEndsWithOne() async throws {
        try await withQueue { environment, store in
            let id = try await store.enqueue(JobRequest(kind: "index.build")).job.id
            let errors = Recording()
            async let watching = segue(["jobs", "watch", "\(id)"], environment: environment, errors: errors)
            let claim = try #require(try await store.claim(kinds: ["index.build"], worker: "w")).claim
            _ = try await store.beat(claim, JobReport(progress: 0.4, message: "half-way or so"))
            try await eventually { errors.text.contains("40%, half-way or so") }
            _ = try await store.settle(claim, .failed(reason: "no luck"), JobReport())
            let watched = await watching
            #expect(watched.status == .failure)
            #expect(watched.errors.contains("40%, half-way or so"))
            #expect(watched.output.contains("no luck"))
        }
    }

    @Test func sourcesAreListedAndForgotten() async throws {
        try await withQueue { environment, store in
            let none = await segue(["sources", "list"], environment: environment)
            #expect(none.output.contains("segue ingest"), "\(none.errors)")
            let source = Source.files("/music/old")
            let id = try await store.enqueue(try SourceJob(source: source).request()).job.id
            let busy = await segue(["sources", "forget", "files:/music/old"], environment: environment)
            #expect(busy.status == .failure && busy.errors.contains("segue jobs cancel \(id)"), "\(busy.errors)")
            let claim = try #require(try await store.claim(kinds: SourceJob.kinds, worker: "w")).claim
            let report = JobReport(metadata: try JobDocument(SourceReport(source: source)))
            _ = try await store.settle(claim, .done, report)
            let listed = await segue(["sources", "list"], environment: environment)
            #expect(listed.output.contains("files:/music/old"), "\(listed.errors)")
            let document = await segue(["sources", "list", "--json"], environment: environment)
            #expect(
                document.output.contains("\"source\":\"files:/music/old\"") && document.output.contains("only_here"))
            let forgotten = await segue(["sources", "forget", "files:/music/old"], environment: environment)
            #expect(forgotten.status == .success && forgotten.output.contains("1 job"), "\(forgotten.errors)")
            let again = await segue(["sources", "forget", "files:/music/old"], environment: environment)
            #expect(again.status == .failure && again.errors.contains("segue sources list"), "\(again.errors)")
        }
    }

    @Test func schedulesAreSetChangedRunAndRemoved() async throws {
        try await withQueue { environment, store in
            let made = await segue(
                [
                    "schedules", "set", "noon", "--cron", "0 12 * * *", "--kind", "index.build", "--time-zone",
                    "Asia/Tokyo",
                ],
                environment: environment)
            #expect(made.status == .success && made.output.contains("Asia/Tokyo"), "\(made.errors)")
            let changed = await segue(
                ["schedules", "set", "noon", "--disable", "--missed", "run_once", "--json"], environment: environment)
            #expect(changed.output.contains("\"enabled\":false") && changed.output.contains("\"cron\":\"0 12 * * *\""))
            #expect(changed.output.contains("\"time_zone\":\"Asia/Tokyo\""))
            let listed = await segue(["schedules", "list"], environment: environment)
            #expect(listed.output.contains("nightly") && listed.output.contains("disabled"))
            let run = await segue(["schedules", "run", "noon"], environment: environment)
            #expect(run.output.contains("is in the queue"))
            let again = await segue(["schedules", "run", "noon"], environment: environment)
            #expect(again.output.contains("has not ended"))
            #expect(await segue(["schedules", "remove", "noon"], environment: environment).status == .success)
            let gone = await segue(["schedules", "remove", "noon"], environment: environment)
            #expect(gone.status == .failure && gone.errors.contains("segue schedules list"))
        }
    }

    @Test(
        "What a schedule cannot be is refused before anything is done",
        arguments: [
            (["schedules", "set", "noon", "--cron", "0 25 * * *"], "cron expression"),
            (["schedules", "set", "noon", "--time-zone", "Mars"], "Europe/Berlin"),
            (["schedules", "set", "noon", "--payload", "[1]"], "JSON object"),
            (["schedules", "set", "No on"], "lower-case"),
        ])
    func badSchedulesAreRefused(_ arguments: [String], _ words: String) async {
        let outcome = await segue(arguments)
        #expect(outcome.status == .usage && outcome.errors.contains(words), "\(outcome.errors)")
    }

    @Test func aNewScheduleNeedsTimesAndAKind() async throws {
        try await withQueue { environment, _ in
            let outcome = await segue(["schedules", "set", "noon", "--cron", "@daily"], environment: environment)
            #expect(outcome.status == .usage && outcome.errors.contains("--kind"))
        }
    }

    @Test func withoutATerminalAJobIsWorthALineNowAndThen() throws {
        var lines = JobLines()
        var job = Job(id: JobID(rawValue: 7), kind: "enrich", dueAt: Date(), createdAt: Date())
        let start = ContinuousClock.now
        #expect(lines.line(for: job, at: start) == nil, "there is nothing to say yet")
        let said = (0..<20).compactMap { second -> String? in
            job.message = "asked about \(second < 12 ? 10 * second : 120) tracks"
            return lines.line(for: job, at: start + .seconds(second))
        }
        #expect(said.map { $0.filter(\.isNumber) } == ["700", "7050", "70100", "70120"], "\(said)")
    }

    @Test func workingWithNoSlotIsRefused() async {
        let outcome = await segue(["work", "--workers", "0"], environment: ["DATABASE_URL": "host=/nonexistent"])
        #expect(outcome.status == .failure && outcome.errors.contains("SEGUE_WORKERS"))
    }
}
