internal import Catalog
internal import Foundation
internal import Synchronization

/// Takes jobs out of the queue and has their handlers do them; looks after schedules and after workers that died.
///
/// Any number of workers, in one process or many, share a queue: each job is with one of them at a time. A worker that
/// is cancelled stops its handlers, gives their jobs back and returns.
public final class Worker: Sendable {
    let store: any JobStore
    let configuration: WorkerConfiguration
    let tell: @Sendable (WorkerEvent) -> Void
    let bell = Bell()

    private let handlers: [String: any JobHandler]
    private let feed: JobFeed
    private let describe: @Sendable (any Error) -> String
    private let runs = Mutex<[JobID: JobRun]>([:])
    private let isOut = Mutex(false)

    /// A worker over a store; idle until it runs.
    /// - Parameters:
    ///   - handlers: one for each kind of job that it takes.
    ///   - feed: rings when there is work; without it running, the worker looks from time to time.
    ///   - describe: puts a handler's error into words that callers of the API may read.
    ///   - tell: hears what happens.
    public init(
        store: any JobStore, handlers: [any JobHandler], feed: JobFeed, configuration: WorkerConfiguration,
        describe: @escaping @Sendable (any Error) -> String = { "\($0)" },
        tell: @escaping @Sendable (WorkerEvent) -> Void = { _ in }
    ) {
        precondition(Set(handlers.map(\.kind)).count == handlers.count, "a kind of job has one handler")
        (self.store, self.feed, self.configuration) = (store, feed, configuration)
        (self.describe, self.tell) = (describe, tell)
        self.handlers = Dictionary(uniqueKeysWithValues: handlers.map { ($0.kind, $0) })
    }

    /// The kinds of jobs that it takes.
    public var kinds: [String] { handlers.keys.sorted() }

    /// Works until the task is cancelled, and until the handlers have stopped then.
    public func run() async {
        // Handlers may take a while to stop, and their jobs are theirs until then: this goes on beating.
        let beating = Task { await beat() }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<max(1, configuration.slots) { group.addTask { await self.serve() } }
            group.addTask { await self.keepHouse() }
            group.addTask { await self.listen() }
        }
        beating.cancel()
    }

    // MARK: Jobs

    /// One slot: a job at a time.
    private func serve() async {
        var failures = 0
        while !Task.isCancelled {
            let heard = bell.rings
            do {
                if let claimed = try await store.claim(kinds: kinds, worker: configuration.name) {
                    await perform(claimed)
                } else {
                    await bell.wait(after: heard, atMost: configuration.pollInterval)
                }
                failures = 0
            } catch {
                failures += 1
                await pause(afterFailures: failures, error)
            }
        }
    }

    private func perform(_ claimed: ClaimedJob) async {
        let (job, run) = (claimed.job, JobRun(claimed))
        guard let handler = handlers[job.kind] else { return }
        tell(.started(job))
        runs.withLock { $0[job.id] = run }
        if job.isCancelRequested { run.requestCancel() }
        let context = JobContext(run: run, store: store)
        let work = Task { try await handler.run(job, context) }
        run.attach(work)
        let result = await withTaskCancellationHandler {
            await work.result
        } onCancel: {
            work.cancel()
        }
        let (outcome, error) = outcome(of: result, run, isStopping: Task.isCancelled)
        // Whatever became of the task, the job must be let go of.
        if let outcome { await Task { await settle(run, outcome, error) }.value } else { tell(.lost(job)) }
        runs.withLock { $0[job.id] = $0[job.id] === run ? nil : $0[job.id] }
    }

    /// What a handler's end means for its job; nil where the job is another worker's.
    private func outcome(
        of result: Result<Void, any Error>, _ run: JobRun, isStopping: Bool
    ) -> (JobOutcome?, (any Error)?) {
        guard !run.isLost else { return (nil, nil) }
        guard case .failure(let error) = result else { return (.done, nil) }
        if run.isCancelRequested { return (.cancelled, nil) }
        switch error {
        case let error as JobPostponed: return (.postponed(until: error.until, reason: error.reason), error)
        case let error as JobRefused: return (.failed(reason: error.reason), error)
        case _ where isStopping: return (.released, nil)
        case CatalogStoreError.unavailable:
            // No fault of the job's: it goes on when the database is back.
            let pause = configuration.outage.delay(afterFailures: 6)
            let until = Date(timeIntervalSinceNow: pause / .seconds(1))
            return (.postponed(until: until, reason: describe(error)), error)
        default:
            let wait = configuration.retry.delay(afterFailures: run.job.failures + 1)
            return (.failedForNow(reason: describe(error), after: wait), error)
        }
    }

    /// Lets go of a job, however long the database is away, unless the worker is asked to stop meanwhile.
    private func settle(_ run: JobRun, _ outcome: JobOutcome, _ error: (any Error)?) async {
        let report = run.takeReport()
        let started = ContinuousClock.now
        for failures in 1... {
            do {
                guard try await store.settle(run.claim, outcome, report) else { return tell(.lost(run.job)) }
                return tell(.settled(run.job, outcome, error: error))
            } catch {
                if outcome == .released, .now - started > configuration.farewell { return tell(.outage(error)) }
                await pause(afterFailures: failures, error)
            }
        }
    }

    // MARK: Signs of life

    private func beat() async {
        while !Task.isCancelled {
            for run in runs.withLock({ Array($0.values) }) { await beat(run) }
            try? await Task.sleep(for: configuration.beatInterval)
        }
    }

    private func beat(_ run: JobRun) async {
        let report = run.takeReport()
        do {
            let answer = try await store.beat(run.claim, report)
            markReachable()
            guard let answer else {
                // Settled between the look and the beat, or another worker's.
                if runs.withLock({ $0[run.job.id] === run }) { run.lose() }
                return
            }
            if answer.isCancelRequested { run.requestCancel() }
        } catch {
            run.putBack(report)
            markOut(error)
        }
    }

    private func listen() async {
        for await signal in feed.signals() {
            switch signal {
            case .changed(_, .pending, _), .missed: bell.ring()
            case .changed(let id, .running, isCancelRequested: true):
                runs.withLock { $0[id] }?.requestCancel()
            case .changed: break
            }
        }
    }

    // MARK: Outages

    /// Waits after a failure of the store.
    func pause(afterFailures failures: Int, _ error: any Error) async {
        if !(error is CancellationError) { markOut(error) }
        try? await Task.sleep(for: configuration.outage.delay(afterFailures: failures))
    }

    func markReachable() {
        let wasOut = isOut.withLock { isOut in
            defer { isOut = false }
            return isOut
        }
        if wasOut { tell(.restored) }
    }

    private func markOut(_ error: any Error) {
        let isNews = isOut.withLock { isOut in
            defer { isOut = true }
            return !isOut
        }
        if isNews { tell(.outage(error)) }
    }
}
