public import Jobs
internal import Postgres
public import Storage

/// Waits until a job has ended, or is as wanted; the job as it was then.
///
/// - Throws: `NeverHeld`; what the store throws, and where there is no such job.
@discardableResult
public func wait(
    for id: JobID, in store: PostgresStore, fileID: String = #fileID, line: Int = #line,
    _ isWanted: (Job) -> Bool = { $0.status.isFinal }
) async throws -> Job {
    var found: Job?
    try await eventually(fileID: fileID, line: line) {
        guard let job = try await store.job(id) else { throw NoSuchJob(id: id) }
        found = job
        return isWanted(job)
    }
    guard let found else { throw NoSuchJob(id: id) }
    return found
}

/// Lets a job look as if its worker had been silent for an hour: no lease must be waited out.
public func silence(_ id: JobID, at conninfo: String) async throws {
    let session = try await PostgresSession.connect(PostgresConfiguration(conninfo: conninfo))
    try await session.execute(
        "UPDATE jobs SET heartbeat_at = heartbeat_at - interval '1 hour' WHERE id = \(id.rawValue)")
}

/// A job that nobody knows.
struct NoSuchJob: Error {
    let id: JobID
}
