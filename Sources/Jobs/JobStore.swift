public import Foundation

/// Keeps jobs and hands each to one worker at a time. Implemented by Storage.
///
/// All methods throw `CatalogStoreError`: `unavailable` where the database cannot be reached.
public protocol JobStore: Sendable {
    // MARK: For everybody

    /// Puts a job into the queue, or gives the one that has its key already.
    func enqueue(_ request: JobRequest) async throws -> EnqueuedJob
    /// A job as it is now; nil where there is none of this number.
    func job(_ id: JobID) async throws -> Job?
    /// Jobs, newest first.
    func jobs(_ filter: JobFilter) async throws -> [Job]
    /// Calls a job off: at once where it waits, as soon as its worker notices where it runs.
    func cancel(_ id: JobID) async throws -> JobChange
    /// Puts a job that failed or was cancelled back into the queue; it goes on from its checkpoint.
    func retry(_ id: JobID) async throws -> JobChange
    /// What happens to jobs from now on, on a connection of its own; reconnects by itself.
    func signals() -> AsyncStream<JobSignal>

    // MARK: For workers

    /// Puts a job into the queue as one that this worker has, so that no other one sees it; where a job has its key
    /// already, takes it if it waits, due or not, and else says which it is.
    func begin(_ request: JobRequest, worker: String) async throws -> BegunJob
    /// Takes the job that is due longest, of those kinds; nil where there is none.
    func claim(kinds: [String], worker: String) async throws -> ClaimedJob?
    /// Gives a sign of life and writes a report down; nil where the claim is lost.
    func beat(_ claim: JobClaim, _ report: JobReport) async throws -> JobBeat?
    /// Remembers where to go on, with a report; false where the claim is lost.
    ///
    /// Failures count anew from here where the document is another than before, since there is progress then.
    func checkpoint(_ claim: JobClaim, _ document: JobDocument, _ report: JobReport) async throws -> Bool
    /// Lets go of a job; false where the claim is lost.
    func settle(_ claim: JobClaim, _ outcome: JobOutcome, _ report: JobReport) async throws -> Bool
    /// Returns jobs whose workers gave no sign of life for `lease`, and says which.
    func reclaim(silentFor lease: Duration) async throws -> [JobID]
    /// Takes a named lock for a job.
    func lock(_ name: String, for claim: JobClaim) async throws -> JobLock
    /// Lets go of a named lock, where the claim still holds it.
    func unlock(_ name: String, for claim: JobClaim) async throws
    /// Forgets jobs that ended more than so long ago, and says how many.
    ///
    /// - Parameter kinds: of these the last job of each key that was done stays, since what it reported still holds;
    ///   of those without a key, as schedules make them, the last of each payload.
    func forgetJobs(endedFor age: Duration, keepingLatestOf kinds: [String]) async throws -> Int
    /// Forgets jobs that have ended, and says how many of these had.
    func forgetJobs(_ jobs: [JobID]) async throws -> Int

    // MARK: Schedules

    /// All schedules by name.
    func schedules() async throws -> [Schedule]
    /// A schedule; nil where there is none of this name.
    func schedule(_ name: String) async throws -> Schedule?
    /// Stores a schedule under its name, replacing what it had; false where there was none.
    func save(_ schedule: Schedule) async throws -> Bool
    /// Removes a schedule; false where there was none.
    func removeSchedule(_ name: String) async throws -> Bool
    /// Puts a schedule's job into the queue now, unless one is there still; nil where there is no such schedule.
    func runSchedule(_ name: String) async throws -> EnqueuedJob?
    /// Looks after one schedule that is due, which no other worker gets meanwhile; nil where none is.
    ///
    /// `decide` is asked what to do with the schedule at the database's own time.
    func fireSchedule(
        _ decide: @Sendable (Schedule, _ now: Date) -> ScheduleDecision
    ) async throws -> ScheduleFiring?
}

/// The answer to a sign of life.
public struct JobBeat: Sendable, Hashable {
    /// Whether somebody wants the job to stop.
    public var isCancelRequested: Bool

    /// Says whether to stop.
    public init(isCancelRequested: Bool) { self.isCancelRequested = isCancelRequested }
}

/// The answer to a request for a lock.
public enum JobLock: Sendable, Hashable {
    /// The job holds it now.
    case taken
    /// Another job holds it.
    case held(by: JobID)
    /// The job's own claim is lost.
    case claimLost
}

/// What happened to a job, as far as everybody is told.
public enum JobSignal: Sendable, Hashable {
    /// It is new, or something about it changed.
    case changed(JobID, JobStatus, isCancelRequested: Bool)
    /// Signals may have been missed: listening begins now.
    case missed

    /// Whether a job may be concerned.
    func mayConcern(_ id: JobID) -> Bool {
        if case .changed(let changed, _, _) = self { return changed == id }
        return true
    }
}
