import API
import Configuration
import Foundation
import Jobs
import Storage

/// The queue within a process: what listens to it, what works on it, and what the interface needs of it.
struct JobService: Sendable {
    private let settings: Settings
    private let store: PostgresStore
    private let feed: JobFeed
    private let worker: Worker?
    private let handlers: [any JobHandler]

    /// Prepares a worker of so many slots; none where there are 0, for then jobs are left to other processes.
    init(settings: Settings, store: PostgresStore, log: Log, slots: Int, outside: OutsideWorld) {
        (self.settings, self.store) = (settings, store)
        let feed = JobFeed(store: store)
        self.feed = feed
        let handlers = JobHandlers.all(settings: settings, store: store, outside: outside)
        self.handlers = handlers
        guard slots > 0 else {
            worker = nil
            return
        }
        var configuration = WorkerConfiguration()
        configuration.slots = slots
        configuration.lease = .seconds(settings[.jobLease])
        worker = Worker(
            store: store, handlers: handlers, feed: feed, configuration: configuration,
            describe: JobErrorText.line
        ) { $0.write(to: log) }
    }

    /// What the interface's routes need.
    var access: JobAccess {
        JobAccess(
            store: store, feed: feed, kinds: handlers.map(\.kind).sorted(), nightlyToken: settings[.nightlyToken],
            maximumStreams: settings[.maximumStreams],
            check: { [handlers] in try await JobHandlers.check($0, $1, among: handlers) })
    }

    /// Listens and works until the task is cancelled, and until the handlers have stopped then.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await feed.run() }
            if let worker { group.addTask { await worker.run() } }
        }
    }
}

extension WorkerEvent {
    /// Writes what happened as a line of the log; payloads stay out of it.
    func write(to log: Log) {
        switch self {
        case .started(let job):
            log.write(.info, "job begun", Self.fields(job, ["attempt": .integer(job.attempts)]))
        case .settled(let job, let outcome, let error): Self.write(outcome, of: job, error, to: log)
        case .lost(let job): log.write(.warning, "job taken up by another worker", Self.fields(job))
        case .reclaimed(let ids):
            let numbers = ids.map(\.description).joined(separator: " ")
            log.write(.warning, "jobs of a silent worker returned", ["jobs": .text(numbers)])
        case .scheduled(let firing):
            log.write(
                .info, "schedule was due",
                [
                    "schedule": .text(firing.schedule), "outcome": .text(firing.outcome.rawValue),
                    "job": firing.job.map { .integer(Int($0.rawValue)) },
                ])
        case .outage(let error):
            log.write(.error, "the queue is out of reach", ["cause": .text(String(reflecting: error))])
        case .restored: log.write(.info, "the queue is back")
        }
    }

    private static func write(_ outcome: JobOutcome, of job: Job, _ error: (any Error)?, to log: Log) {
        let cause = error.map { Log.Value.text(String(reflecting: $0)) }
        switch outcome {
        case .done: log.write(.info, "job done", fields(job))
        case .failed: log.write(.error, "job failed", fields(job, ["cause": cause]))
        case .failedForNow(_, let wait):
            log.write(
                .warning, "job failed for now", fields(job, ["cause": cause, "seconds": .number(wait / .seconds(1))]))
        case .postponed(let until, let reason):
            log.write(
                .info, "job postponed",
                fields(job, ["reason": .text(reason), "until": .text(until.formatted(.iso8601))]))
        case .cancelled: log.write(.info, "job cancelled", fields(job))
        case .released: log.write(.info, "job given back", fields(job))
        }
    }

    private static func fields(
        _ job: Job, _ more: KeyValuePairs<String, Log.Value?> = [:]
    ) -> [(String, Log.Value?)] {
        [("job", .integer(Int(job.id.rawValue))), ("kind", .text(job.kind))] + more.map { ($0.key, $0.value) }
    }
}
