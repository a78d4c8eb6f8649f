/// What became of work that somebody waits for.
public enum PromptOutcome<Value: Sendable>: Sendable {
    /// It was done here.
    case done(Value)
    /// Another job had the key; as it was when it had ended, or when it was forgotten.
    case byAnother(Job)
}

/// A job that is done here and now, because somebody waits for what comes of it.
///
/// It stands in the queue like any other, from its first moment in this process' hands: it holds locks that workers'
/// jobs respect, and a second one of its key is not made; one that waits in the queue is taken up. Should the process die, a
/// worker takes it up.
public struct PromptJob: Sendable {
    private let store: any JobStore
    private let request: JobRequest
    private let worker: String
    private let beatInterval: Duration
    private let describe: @Sendable (any Error) -> String
    private let leaving: @Sendable (Job, any Error) -> JobOutcome?

    /// A job to be done at once.
    ///
    /// - Parameters:
    ///   - worker: who does it, for whoever looks at the queue.
    ///   - beatInterval: how often it gives a sign of life; well below the lease of workers.
    ///   - describe: puts errors into words that callers of the API may read.
    ///   - leaving: what becomes of the job, as it was begun, where the work ends with an error; nil for a job that is
    ///     cancelled or failed with it. One that is released goes on with a worker.
    public init(
        _ request: JobRequest, in store: any JobStore, by worker: String = WorkerConfiguration().name,
        beatInterval: Duration = .milliseconds(500),
        describe: @escaping @Sendable (any Error) -> String = { "\($0)" },
        leaving: @escaping @Sendable (Job, any Error) -> JobOutcome? = { _, _ in nil }
    ) {
        (self.request, self.store, self.worker) = (request, store, worker)
        (self.beatInterval, self.describe, self.leaving) = (beatInterval, describe, leaving)
    }

    /// Does the work, or waits for another job of the same key.
    ///
    /// - Throws: what `body` throws, once the job was let go of, failed or cancelled unless told otherwise; the store's errors.
    public func run<Value: Sendable>(
        _ body: @Sendable (JobContext) async throws -> Value
    ) async throws -> PromptOutcome<Value> {
        let begun = try await store.begin(request, worker: worker)
        guard let claim = begun.claim else { return .byAnother(try await ended(begun.job)) }
        let run = JobRun(ClaimedJob(job: begun.job, claim: claim))
        let beating = Task { await beat(run) }
        let result: Result<Value, any Error>
        do { result = .success(try await body(JobContext(run: run, store: store))) } catch { result = .failure(error) }
        beating.cancel()
        await settle(run, result)
        return .done(try result.get())
    }

    /// Whatever became of the task, the job must be let go of; where that fails, a worker finds it silent.
    private func settle<Value>(_ run: JobRun, _ result: Result<Value, any Error>) async {
        let outcome: JobOutcome =
            switch result {
            case .success: .done
            case .failure(let error):
                leaving(run.job, error)
                    ?? (error is CancellationError ? .cancelled : .failed(reason: describe(error)))
            }
        let (store, report) = (store, run.takeReport())
        await Task { _ = try? await store.settle(run.claim, outcome, report) }.value
    }

    private func beat(_ run: JobRun) async {
        while (try? await Task.sleep(for: beatInterval)) != nil {
            let report = run.takeReport()
            do { _ = try await store.beat(run.claim, report) } catch { run.putBack(report) }
        }
    }

    private func ended(_ job: Job) async throws -> Job {
        var job = job
        while !job.status.isFinal {
            try await Task.sleep(for: .milliseconds(50))
            guard let now = try await store.job(job.id) else { break }
            job = now
        }
        return job
    }
}
