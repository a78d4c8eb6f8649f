public import Foundation

/// A job to be put into the queue.
public struct JobRequest: Sendable, Hashable {
    /// At how many failures in a row a job is given up, unless it says otherwise.
    public static let usualFailures = 5

    /// What keeps a second job from being made: for one kind, a key is taken by one job at a time.
    public struct Key: Sendable, Hashable {
        /// The key.
        public var text: String
        /// Whether it stays taken when the job has ended, as long as the job is remembered.
        public var outlivesJob: Bool

        /// A key; by default free again once the job has ended.
        public init(_ text: String, outlivesJob: Bool = false) { (self.text, self.outlivesJob) = (text, outlivesJob) }
    }

    /// Which handler it is for.
    public var kind: String
    /// What it is asked to do, a JSON object.
    public var payload: JobDocument
    /// What keeps a second one from being made; nil lets there be any number.
    public var key: Key?
    /// Before when it is not begun; nil for at once.
    public var dueAt: Date?
    /// At how many failures in a row it is given up.
    public var maximumFailures: Int

    /// Describes a job to come.
    public init(
        kind: String, payload: JobDocument = .empty, key: Key? = nil, dueAt: Date? = nil,
        maximumFailures: Int = JobRequest.usualFailures
    ) {
        precondition(!kind.isEmpty && maximumFailures > 0, "a job has a kind and is tried at least once")
        (self.kind, self.payload, self.key) = (kind, payload, key)
        (self.dueAt, self.maximumFailures) = (dueAt, maximumFailures)
    }
}

/// The job that answers a request for one.
public struct EnqueuedJob: Sendable, Hashable {
    /// The new job, or the one that had the key already.
    public var job: Job
    /// Whether it was made for this request.
    public var isNew: Bool

    /// Says which job it is.
    public init(job: Job, isNew: Bool) { (self.job, self.isNew) = (job, isNew) }
}

/// Which jobs to list.
public struct JobFilter: Sendable, Hashable {
    /// Only jobs that stand there.
    public var status: JobStatus?
    /// Only jobs of this kind.
    public var kind: String?
    /// Only jobs older than this one: where the page before ended.
    public var before: JobID?
    /// At most so many.
    public var limit: Int

    /// All jobs, unless narrowed down.
    public init(status: JobStatus? = nil, kind: String? = nil, before: JobID? = nil, limit: Int = 50) {
        (self.status, self.kind, self.before, self.limit) = (status, kind, before, limit)
    }
}

/// What became of an attempt to cancel or retry a job.
public enum JobChange: Sendable, Hashable {
    /// It was done, or will be as soon as the worker notices; the job as it is now.
    case changed(Job)
    /// It does not go with where the job stands; the job as it is.
    case refused(Job)
    /// There is no such job.
    case unknown
}
