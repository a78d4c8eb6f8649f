public import Foundation

/// Does the work of one kind of job.
///
/// A handler may be called again for a job that it has begun before: after a failure, when its worker died, or when
/// somebody retries it. What must not be done twice belongs behind a checkpoint, or must not mind. When the job is
/// cancelled, lost to another worker, or its worker stops, the handler's task is cancelled.
public protocol JobHandler: Sendable {
    /// The kind of job that it does.
    var kind: String { get }

    /// Looks at what a job would be asked before one is made, so that a schedule that could only fail is not set.
    ///
    /// - Throws: `JobRefused` with the mend, the store's errors.
    func check(_ payload: JobDocument) async throws

    /// Does a job.
    /// - Throws: `JobPostponed` to go on later, `JobRefused` where another attempt would not help; anything else is a
    ///   failure, after which the job is tried again after a while.
    func run(_ job: Job, _ context: JobContext) async throws
}

extension JobHandler {
    /// Jobs of most kinds are told nothing.
    /// - Throws: `JobRefused` where this one would be.
    public func check(_ payload: JobDocument) async throws {
        _ = try payload.asked(as: NoPayload.self, members: [], form: "{}: a job of the kind \(kind) is told nothing")
    }
}

/// Thrown by a handler that cannot go on before a moment, for example because a quota is used up.
///
/// The job waits until then; that is no failure.
public struct JobPostponed: Error, Sendable, Hashable, CustomStringConvertible {
    /// When to go on.
    public var until: Date
    /// Why, in words for a person.
    public var reason: String

    /// Says when to go on and why not before.
    public init(until: Date, reason: String) { (self.until, self.reason) = (until, reason) }

    /// The reason.
    public var description: String { reason }
}

/// Thrown by a handler where another attempt would not help.
public struct JobRefused: Error, Sendable, Hashable, CustomStringConvertible {
    /// Why, in words for a person.
    public var reason: String

    /// Says why.
    public init(reason: String) { self.reason = reason }

    /// The reason.
    public var description: String { reason }
}

/// Thrown to a handler whose job another worker has meanwhile: nothing that it writes counts any more.
public struct JobLost: Error, Sendable, Hashable, CustomStringConvertible {
    /// What happened.
    public let description = "the job was taken up by another worker"

    /// The error.
    public init() {}
}

/// What a job is asked that is told nothing.
private struct NoPayload: Decodable {}
