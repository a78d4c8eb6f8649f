public import Foundation

/// A worker's right to write to a job it has taken.
///
/// Every write names it, and the store accepts none under a claim that is not the job's present one: a worker that was
/// given up for dead and comes back can change nothing any more.
public struct JobClaim: Sendable, Hashable {
    /// The job.
    public let job: JobID
    /// Made anew each time a job is taken.
    public let token: String

    /// A claim to a job.
    public init(job: JobID, token: String = UUID().uuidString) { (self.job, self.token) = (job, token) }
}

/// A job that a worker has taken, with the claim to it.
public struct ClaimedJob: Sendable, Hashable {
    /// The job as it was when it was taken.
    public var job: Job
    /// What to write under.
    public var claim: JobClaim

    /// Joins both.
    public init(job: Job, claim: JobClaim) { (self.job, self.claim) = (job, claim) }
}

/// What a handler has reported since the last time it was written down; nil for what has not changed.
public struct JobReport: Sendable, Hashable {
    /// The share that is done, 0 to 1.
    public var progress: Double?
    /// What it is at.
    public var message: String?
    /// What it has to say.
    public var metadata: JobDocument?

    /// Nothing new.
    public init(progress: Double? = nil, message: String? = nil, metadata: JobDocument? = nil) {
        (self.progress, self.message, self.metadata) = (progress, message, metadata)
    }

    /// This report with a later one on top.
    func updated(by later: JobReport) -> JobReport {
        JobReport(
            progress: later.progress ?? progress, message: later.message ?? message,
            metadata: later.metadata ?? metadata)
    }
}

/// How a worker is done with a job it has taken.
public enum JobOutcome: Sendable, Hashable {
    /// It did what it was asked.
    case done
    /// It went wrong, and another attempt would not help.
    case failed(reason: String)
    /// It went wrong and may go better after a while, unless this was the last attempt.
    case failedForNow(reason: String, after: Duration)
    /// It cannot go on before a moment; no failure.
    case postponed(until: Date, reason: String)
    /// It stopped because somebody asked for it.
    case cancelled
    /// Its worker is about to stop; another one may go on at once.
    case released
}
