internal import Synchronization

/// A job in a worker's hands: what its handler reports, and what it must hear.
final class JobRun: Sendable {
    let job: Job
    let claim: JobClaim

    private struct State {
        var report = JobReport()
        var task: Task<Void, any Error>?
        var isCancelRequested = false
        var isLost = false
    }

    private let state = Mutex(State())

    init(_ claimed: ClaimedJob) { (job, claim) = (claimed.job, claimed.claim) }

    var isCancelRequested: Bool { state.withLock { $0.isCancelRequested } }
    var isLost: Bool { state.withLock { $0.isLost } }

    /// Learns which task to stop; stops it where that was asked for before.
    func attach(_ task: Task<Void, any Error>) {
        let mustStop = state.withLock { state in
            state.task = task
            return state.isCancelRequested || state.isLost
        }
        if mustStop { task.cancel() }
    }

    /// Somebody wants the job to stop.
    func requestCancel() { stop { $0.isCancelRequested = true } }

    /// Another worker has the job.
    func lose() { stop { $0.isLost = true } }

    private func stop(_ change: (inout State) -> Void) {
        let task = state.withLock { state in
            change(&state)
            return state.task
        }
        task?.cancel()
    }

    /// Takes in what the handler reports; the latest counts.
    func note(_ report: JobReport) { state.withLock { $0.report = $0.report.updated(by: report) } }

    /// What is to be written down, which counts as written now.
    func takeReport() -> JobReport {
        state.withLock { state in
            defer { state.report = JobReport() }
            return state.report
        }
    }

    /// A report that could not be written; what came meanwhile counts more.
    func putBack(_ report: JobReport) { state.withLock { $0.report = report.updated(by: $0.report) } }
}
