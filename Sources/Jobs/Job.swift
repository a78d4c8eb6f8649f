public import Foundation

/// The number of a job.
public struct JobID: RawRepresentable, Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    /// As the database counts.
    public let rawValue: Int64

    /// Takes a number.
    public init(rawValue: Int64) { self.rawValue = rawValue }

    /// The number in digits.
    public var description: String { String(rawValue) }

    /// By age.
    public static func < (left: JobID, right: JobID) -> Bool { left.rawValue < right.rawValue }
}

/// Where a job stands.
public enum JobStatus: String, Sendable, CaseIterable, Codable {
    /// Waiting for a worker, or for its time to come.
    case pending
    /// A worker is at it.
    case running
    /// It did what it was asked.
    case done
    /// It was tried as often as it may be, or refused for good.
    case failed
    /// Somebody called it off.
    case cancelled

    /// Whether nothing more will happen unless somebody asks for it.
    public var isFinal: Bool { self == .done || self == .failed || self == .cancelled }
}

/// A piece of work in the queue, as it stood when it was read.
public struct Job: Sendable, Hashable {
    /// Its number.
    public var id: JobID
    /// Which handler it is for.
    public var kind: String
    /// Where it stands.
    public var status: JobStatus
    /// The share that is done, 0 to 1.
    public var progress: Double
    /// What it is at, in a few words for a person.
    public var message: String?
    /// What it is asked to do.
    public var payload: JobDocument
    /// What its handler has to say: steps, counts, results.
    public var metadata: JobDocument
    /// Where to go on when it is taken up again.
    public var checkpoint: JobDocument?
    /// How often it was begun.
    public var attempts: Int
    /// How often in a row that ended badly since the last checkpoint.
    public var failures: Int
    /// At how many failures in a row it is given up.
    public var maximumFailures: Int
    /// What keeps a second job of the same kind and key from being made.
    public var key: String?
    /// The schedule that asked for it.
    public var schedule: String?
    /// Before when it is not begun.
    public var dueAt: Date
    /// When it was put into the queue.
    public var createdAt: Date
    /// When it was first begun.
    public var startedAt: Date?
    /// When it ended.
    public var finishedAt: Date?
    /// When its worker last gave a sign of life.
    public var heartbeatAt: Date?
    /// Who is at it.
    public var worker: String?
    /// Whether somebody wants it to stop.
    public var isCancelRequested: Bool
    /// What went wrong last.
    public var error: String?

    /// Describes a job; what is left out is as in one that was just put into the queue.
    public init(
        id: JobID, kind: String, status: JobStatus = .pending, progress: Double = 0, message: String? = nil,
        payload: JobDocument = .empty, metadata: JobDocument = .empty, checkpoint: JobDocument? = nil,
        attempts: Int = 0, failures: Int = 0, maximumFailures: Int = JobRequest.usualFailures, key: String? = nil,
        schedule: String? = nil, dueAt: Date, createdAt: Date, startedAt: Date? = nil, finishedAt: Date? = nil,
        heartbeatAt: Date? = nil, worker: String? = nil, isCancelRequested: Bool = false, error: String? = nil
    ) {
        (self.id, self.kind, self.status, self.progress, self.message) = (id, kind, status, progress, message)
        (self.payload, self.metadata, self.checkpoint) = (payload, metadata, checkpoint)
        (self.attempts, self.failures, self.maximumFailures) = (attempts, failures, maximumFailures)
        (self.key, self.schedule, self.dueAt, self.createdAt) = (key, schedule, dueAt, createdAt)
        (self.startedAt, self.finishedAt, self.heartbeatAt) = (startedAt, finishedAt, heartbeatAt)
        (self.worker, self.isCancelRequested, self.error) = (worker, isCancelRequested, error)
    }
}
