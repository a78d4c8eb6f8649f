public import Foundation

/// How a worker works.
public struct WorkerConfiguration: Sendable, Hashable {
    /// Who it is, for people who look at a job.
    public var name: String
    /// Jobs that it does at the same time.
    public var slots = 1
    /// How long a job's worker may be silent before the job is returned; the same for all workers of a queue.
    public var lease = Duration.seconds(30)
    /// From one sign of life to the next: also how late a handler hears of its cancellation at most.
    public var beatInterval = Duration.milliseconds(800)
    /// From one look for work to the next where nobody rings.
    public var pollInterval = Duration.seconds(2)
    /// How long a job waits after a failure.
    public var retry = RetryBackOff()
    /// How the worker itself waits while the database is out of reach.
    public var outage = RetryBackOff(first: .milliseconds(250), longest: .seconds(10))
    /// How long a stopping worker tries to give its jobs back.
    public var farewell = Duration.seconds(5)
    /// The zone of schedules that name none.
    public var timeZone = TimeZone.current

    /// The defaults under a name.
    public init(name: String = WorkerConfiguration.processName) { self.name = name }

    /// The machine and the process.
    public static var processName: String {
        "\(ProcessInfo.processInfo.hostName):\(ProcessInfo.processInfo.processIdentifier)"
    }
}

/// What a worker has to tell, for a log.
public enum WorkerEvent: Sendable {
    /// It has taken a job.
    case started(Job)
    /// It is done with a job, one way or another; `error` is what its handler threw, in full.
    case settled(Job, JobOutcome, error: (any Error)?)
    /// Another worker has a job that this one was at.
    case lost(Job)
    /// Jobs of workers that fell silent were returned.
    case reclaimed([JobID])
    /// A schedule was due.
    case scheduled(ScheduleFiring)
    /// The store cannot be reached, or failed; the worker tries again.
    case outage(any Error)
    /// The store answers again.
    case restored
}
