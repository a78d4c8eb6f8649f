internal import Foundation
public import Jobs
internal import Postgres

/// What workers write. Every statement names the claim: what a worker that was given up for dead writes goes nowhere.
extension PostgresStore {
    /// Puts a job into the queue as one that this worker has, or takes the one that has its key already if
    /// that waits; else gives it without a claim.
    /// - Throws: `CatalogStoreError`.
    public func begin(_ request: JobRequest, worker: String) async throws -> BegunJob {
        let token = UUID().uuidString
        return try await withSession { session in
            try await session.withTransaction { session in
                let enqueued = try await JobTable.insert(request, schedule: nil, on: session)
                let job = try await session.first(
                    """
                    UPDATE jobs SET status = 'running', claim = \(token), worker = \(worker),
                        attempts = attempts + 1, message = NULL, started_at = coalesce(started_at, clock_timestamp()),
                        heartbeat_at = clock_timestamp()
                    WHERE id = \(enqueued.job.id.rawValue) AND status = 'pending'
                    RETURNING \(unsafeRaw: JobTable.columns)
                    """
                ) { try JobTable.job($0) }
                return BegunJob(job: job ?? enqueued.job, claim: job.map { JobClaim(job: $0.id, token: token) })
            }
        }
    }

    /// Takes the job that is due longest, of those kinds; nil where there is none.
    /// - Throws: `CatalogStoreError`.
    public func claim(kinds: [String], worker: String) async throws -> ClaimedJob? {
        let token = UUID().uuidString
        let job = try await withSession { session in
            try await session.first(
                """
                WITH next AS MATERIALIZED (
                    SELECT id AS next_id FROM jobs
                    WHERE status = 'pending' AND due_at <= clock_timestamp() AND kind = ANY(\(kinds))
                    ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
                UPDATE jobs SET status = 'running', claim = \(token), worker = \(worker), attempts = attempts + 1,
                    message = NULL, started_at = coalesce(started_at, clock_timestamp()), heartbeat_at = clock_timestamp()
                FROM next WHERE id = next_id
                RETURNING \(unsafeRaw: JobTable.columns)
                """
            ) { try JobTable.job($0) }
        }
        return job.map { ClaimedJob(job: $0, claim: JobClaim(job: $0.id, token: token)) }
    }

    /// Gives a sign of life and writes a report down; nil where the claim is lost.
    /// - Throws: `CatalogStoreError`.
    public func beat(_ claim: JobClaim, _ report: JobReport) async throws -> JobBeat? {
        let isCancelRequested = try await withSession { session in
            try await session.first(
                """
                UPDATE jobs SET heartbeat_at = clock_timestamp(), progress = coalesce(\(report.progress), progress),
                    message = coalesce(\(report.message), message),
                    metadata = coalesce(\(report.metadata?.text)::jsonb, metadata)
                WHERE id = \(claim.job.rawValue) AND claim = \(claim.token)
                RETURNING cancel_requested
                """
            ) { try $0[0] as Bool }
        }
        return isCancelRequested.map(JobBeat.init)
    }

    /// Remembers where to go on, with a report; false where the claim is lost. Failures count anew where that is another
    /// place than before.
    /// - Throws: `CatalogStoreError`.
    public func checkpoint(_ claim: JobClaim, _ document: JobDocument, _ report: JobReport) async throws -> Bool {
        try await withSession { session in
            try await session.execute(
                """
                UPDATE jobs SET checkpoint = \(document.text)::jsonb, heartbeat_at = clock_timestamp(),
                    failures = CASE WHEN checkpoint = \(document.text)::jsonb THEN failures ELSE 0 END,
                    progress = coalesce(\(report.progress), progress), message = coalesce(\(report.message), message),
                    metadata = coalesce(\(report.metadata?.text)::jsonb, metadata)
                WHERE id = \(claim.job.rawValue) AND claim = \(claim.token)
                """) == 1
        }
    }

    /// Lets go of a job; false where the claim is lost.
    /// - Throws: `CatalogStoreError`.
    public func settle(_ claim: JobClaim, _ outcome: JobOutcome, _ report: JobReport) async throws -> Bool {
        let form = Settlement(outcome)
        return try await withSession { session in
            try await session.execute(
                """
                WITH held AS MATERIALIZED (
                    SELECT id AS held_id, failures + \(form.failures) AS count,
                        CASE WHEN \(form.status) <> 'pending' THEN \(form.status)::job_status
                            WHEN failures + \(form.failures) >= maximum_failures THEN 'failed'
                            WHEN cancel_requested THEN 'cancelled' ELSE 'pending' END AS verdict
                    FROM jobs WHERE id = \(claim.job.rawValue) AND claim = \(claim.token) FOR UPDATE)
                UPDATE jobs SET status = verdict, failures = count, error = \(form.error), claim = NULL, worker = NULL,
                    finished_at = CASE WHEN verdict <> 'pending' THEN clock_timestamp() END,
                    due_at = CASE WHEN verdict <> 'pending' THEN due_at
                        ELSE coalesce(to_timestamp(\(form.dueAt)), clock_timestamp()
                            + make_interval(secs => \(form.delay))) END,
                    progress = CASE WHEN verdict = 'done' THEN 1 ELSE coalesce(\(report.progress), progress) END,
                    message = CASE WHEN \(form.keepsMessage) THEN coalesce(\(report.message), message)
                        ELSE \(form.message) END,
                    metadata = coalesce(\(report.metadata?.text)::jsonb, metadata)
                FROM held WHERE id = held_id
                """) == 1
        }
    }

    /// Returns jobs whose workers gave no sign of life for `lease`, and says which.
    ///
    /// After a start of the server all workers have been silent for as long as it was away, through no fault of theirs:
    /// they get a lease of time to be heard.
    /// - Throws: `CatalogStoreError`.
    public func reclaim(silentFor lease: Duration) async throws -> [JobID] {
        try await withSession { session in
            try await session.rows(
                """
                WITH silent AS MATERIALIZED (
                    SELECT id AS silent_id, CASE WHEN cancel_requested THEN 'cancelled'::job_status
                        WHEN failures + 1 >= maximum_failures THEN 'failed' ELSE 'pending' END AS verdict
                    FROM jobs
                    WHERE status = 'running'
                        AND greatest(heartbeat_at, pg_postmaster_start_time())
                            < clock_timestamp() - make_interval(secs => \(lease / .seconds(1)))
                    FOR UPDATE SKIP LOCKED)
                UPDATE jobs SET status = verdict, failures = failures + 1, claim = NULL, worker = NULL,
                    error = 'its worker ' || coalesce(worker, '') || ' fell silent', message = NULL,
                    due_at = clock_timestamp(),
                    finished_at = CASE WHEN verdict <> 'pending' THEN clock_timestamp() END
                FROM silent WHERE id = silent_id RETURNING id
                """
            ) { JobID(rawValue: try $0[0]) }
        }
    }

    /// Takes a named lock for a job.
    /// - Throws: `CatalogStoreError`.
    public func lock(_ name: String, for claim: JobClaim) async throws -> JobLock {
        try await withSession { session in
            let isTaken = try await session.first(
                """
                INSERT INTO job_locks AS l (name, job_id, claim)
                SELECT \(name), id, claim FROM jobs WHERE id = \(claim.job.rawValue) AND claim = \(claim.token)
                ON CONFLICT (name) DO UPDATE SET (job_id, claim) = (excluded.job_id, excluded.claim)
                WHERE (l.job_id, l.claim) = (excluded.job_id, excluded.claim)
                    OR NOT EXISTS (SELECT FROM jobs j WHERE j.id = l.job_id AND j.claim = l.claim)
                RETURNING true
                """
            ) { try $0[0] as Bool }
            if isTaken == true { return .taken }
            let holder = try await session.first("SELECT job_id FROM job_locks WHERE name = \(name)") {
                JobID(rawValue: try $0[0])
            }
            let isMine = try await session.first(
                "SELECT true FROM jobs WHERE id = \(claim.job.rawValue) AND claim = \(claim.token)"
            ) { try $0[0] as Bool }
            guard isMine == true else { return .claimLost }
            // Freed between the statements: whoever asks again may have it.
            return .held(by: holder ?? claim.job)
        }
    }

    /// Lets go of a named lock, where the claim still holds it.
    /// - Throws: `CatalogStoreError`.
    public func unlock(_ name: String, for claim: JobClaim) async throws {
        try await withSession { session in
            _ = try await session.execute(
                """
                DELETE FROM job_locks
                WHERE name = \(name) AND job_id = \(claim.job.rawValue) AND claim = \(claim.token)
                """)
        }
    }
}

/// What an outcome means for the columns of a job.
private struct Settlement {
    var status = "pending"
    /// Added to the failures in a row.
    var failures = 0
    var error: String?
    /// Why it waits.
    var message: String?
    /// Whether what it was at still says something of it: not where `message` or `error` do.
    var keepsMessage = false
    /// When a job that stays pending goes on, in seconds since 1970; nil for `delay` from now.
    var dueAt: Double?
    var delay = 0.0

    init(_ outcome: JobOutcome) {
        switch outcome {
        case .done: (status, keepsMessage) = ("done", true)
        case .failed(let reason): (status, failures, error) = ("failed", 1, reason)
        case .failedForNow(let reason, let wait): (failures, error, delay) = (1, reason, wait / .seconds(1))
        case .postponed(let until, let reason): (message, dueAt) = (reason, until.timeIntervalSince1970)
        case .cancelled: status = "cancelled"
        case .released: break
        }
    }
}
