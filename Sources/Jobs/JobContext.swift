internal import Foundation

/// What a handler has at hand while it does a job.
public struct JobContext: Sendable {
    private let run: JobRun
    private let store: any JobStore

    init(run: JobRun, store: any JobStore) { (self.run, self.store) = (run, store) }

    /// The job's claim, for stores that take writes only from who has the job.
    public var claim: JobClaim { run.claim }

    /// Says how far the work is; costs next to nothing, so call it as often as you like.
    ///
    /// It is written down within a second.
    /// - Parameters:
    ///   - progress: the share that is done, 0 to 1; what lies outside is clamped.
    ///   - message: what it is at; nil leaves it as it was.
    public func report(progress: Double? = nil, message: String? = nil) {
        let share = progress.map { $0.isFinite ? min(max($0, 0), 1) : 0 }
        run.note(JobReport(progress: share, message: message))
    }

    /// Keeps a value as the job's metadata, replacing what was there; written down within a second, and at the end.
    /// - Throws: `EncodingError` where the value cannot be written as JSON.
    public func record(_ metadata: some Encodable) throws {
        run.note(JobReport(metadata: try JobDocument(metadata)))
    }

    /// Remembers where to go on, should the work be interrupted; it is kept when this returns.
    ///
    /// Failures count anew where the value is another than the last one: a job that gets on is not given up.
    /// - Throws: `JobLost` where another worker has the job, the store's errors.
    public func checkpoint<Value: Codable>(_ value: Value) async throws {
        let report = run.takeReport()
        do {
            let isKept = try await store.checkpoint(run.claim, try JobDocument(value), report)
            guard isKept else { throw JobLost() }
        } catch let error as JobLost {
            run.lose()
            throw error
        } catch {
            run.putBack(report)
            throw error
        }
    }

    /// Where to go on; nil for a job that has no checkpoint, or one that this handler cannot read.
    public func restored<Value: Codable>(as type: Value.Type) -> Value? {
        run.job.checkpoint.flatMap { try? $0.decoded(as: type) }
    }

    /// Runs `body` while no other job holds the lock of this name, in this process or any other.
    ///
    /// The lock belongs to the job: it is free once `body` has ended, once the job has, and once the job was returned
    /// from a dead worker. Do not nest two locks of one name.
    /// - Parameter patience: how long to wait for another job before giving way to other work.
    /// - Throws: `JobPostponed` where another job holds it for longer, `JobLost`, the store's errors, what `body` throws.
    public func holding<Value: Sendable>(
        _ name: String, patience: Duration = .seconds(10), _ body: () async throws -> Value
    ) async throws -> Value {
        try await take(name, patience)
        let result: Result<Value, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        // Given back also by a task that is being cancelled; where that fails, it is free when the job ends.
        let (store, claim) = (store, run.claim)
        await Task { try? await store.unlock(name, for: claim) }.value
        return try result.get()
    }

    private func take(_ name: String, _ patience: Duration) async throws {
        let deadline = ContinuousClock.now + patience
        while true {
            switch try await store.lock(name, for: run.claim) {
            case .taken: return
            case .claimLost:
                run.lose()
                throw JobLost()
            case .held(let other) where ContinuousClock.now >= deadline:
                throw JobPostponed(
                    until: Date(timeIntervalSinceNow: 15), reason: "waiting for job \(other), which is at the same")
            case .held(let other):
                report(message: "waiting for job \(other), which is at the same")
                try await Task.sleep(for: .milliseconds(250))
            }
        }
    }
}
