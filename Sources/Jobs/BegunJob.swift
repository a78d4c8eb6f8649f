/// The job that answers a request for one to be done at once.
public struct BegunJob: Sendable, Hashable {
    /// The new job, or the one that had the key already.
    public var job: Job
    /// What to write under; nil where the job is another's.
    public var claim: JobClaim?

    /// Says which job it is, and whether it is the caller's.
    public init(job: Job, claim: JobClaim?) { (self.job, self.claim) = (job, claim) }
}
