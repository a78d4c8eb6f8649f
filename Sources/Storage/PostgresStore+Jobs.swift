public import Jobs
internal import Postgres

extension PostgresStore: JobStore {
    /// Puts a job into the queue, or gives the one that has its key already.
    /// - Throws: `CatalogStoreError`.
    public func enqueue(_ request: JobRequest) async throws -> EnqueuedJob {
        try await withSession { try await JobTable.insert(request, schedule: nil, on: $0) }
    }

    /// A job as it is now; nil where there is none of this number.
    /// - Throws: `CatalogStoreError`.
    public func job(_ id: JobID) async throws -> Job? {
        try await withSession { try await JobTable.job(id, on: $0) }
    }

    /// Jobs, newest first.
    /// - Throws: `CatalogStoreError`.
    public func jobs(_ filter: JobFilter) async throws -> [Job] {
        try await withSession { session in
            try await session.rows(
                """
                SELECT \(unsafeRaw: JobTable.columns) FROM jobs
                WHERE (\(filter.status?.rawValue)::text IS NULL OR status = \(filter.status?.rawValue)::job_status)
                    AND (\(filter.kind)::text IS NULL OR kind = \(filter.kind))
                    AND (\(filter.before?.rawValue)::int8 IS NULL OR id < \(filter.before?.rawValue))
                ORDER BY id DESC LIMIT \(filter.limit)
                """
            ) { try JobTable.job($0) }
        }
    }

    /// Calls a job off: at once where it waits, as soon as its worker notices where it runs.
    /// - Throws: `CatalogStoreError`.
    public func cancel(_ id: JobID) async throws -> JobChange {
        try await change(
            id,
            """
            UPDATE jobs SET cancel_requested = true,
                status = CASE status WHEN 'pending' THEN 'cancelled' ELSE status END,
                finished_at = CASE status WHEN 'pending' THEN clock_timestamp() END
            WHERE id = \(id.rawValue) AND status IN ('pending', 'running')
            RETURNING \(unsafeRaw: JobTable.columns)
            """)
    }

    /// Puts a job that failed or was cancelled back into the queue; it goes on from its checkpoint.
    ///
    /// Refused where another job has its key meanwhile.
    /// - Throws: `CatalogStoreError`.
    public func retry(_ id: JobID) async throws -> JobChange {
        try await change(
            id,
            """
            UPDATE jobs j SET status = 'pending', failures = 0, cancel_requested = false, error = NULL,
                message = NULL, due_at = clock_timestamp(), finished_at = NULL
            WHERE id = \(id.rawValue) AND status IN ('failed', 'cancelled')
                AND NOT EXISTS (
                    SELECT FROM jobs o WHERE o.kind = j.kind AND o.idempotency_key = j.idempotency_key
                        AND o.id <> j.id AND (o.keeps_key OR o.finished_at IS NULL))
            RETURNING \(unsafeRaw: JobTable.columns)
            """)
    }

    private func change(_ id: JobID, _ statement: SQL) async throws -> JobChange {
        try await withSession { session in
            if let job = try await session.first(statement, as: { try JobTable.job($0) }) { return .changed(job) }
            return try await JobTable.job(id, on: session).map(JobChange.refused) ?? .unknown
        }
    }

    /// What happens to jobs from now on, on a session of its own.
    ///
    /// Whenever it begins to listen, the first time too, it says `missed`. At most 256 signals wait for a slow reader;
    /// older ones give way.
    public func signals() -> AsyncStream<JobSignal> {
        AsyncStream(bufferingPolicy: .bufferingNewest(256)) { continuation in
            let listening = Task { [configuration = pool.configuration] in
                await ChannelListener(configuration: configuration, channels: [.jobs]).run { event in
                    switch event {
                    case .began: continuation.yield(.missed)
                    case .heard(_, let payload): JobSignal(payload).map { _ = continuation.yield($0) }
                    }
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in listening.cancel() }
        }
    }

    /// Forgets jobs that ended more than so long ago, and says how many; of some kinds not the last one of each key, or
    /// of each payload where there is no key, that was done.
    /// - Throws: `CatalogStoreError`.
    public func forgetJobs(endedFor age: Duration, keepingLatestOf kinds: [String]) async throws -> Int {
        try await withSession { session in
            try await session.execute(
                """
                DELETE FROM jobs j WHERE finished_at < clock_timestamp() - make_interval(secs => \(age / .seconds(1)))
                    AND NOT (status = 'done' AND kind = ANY(\(kinds))
                        AND NOT EXISTS (SELECT FROM jobs n WHERE n.kind = j.kind AND n.status = 'done'
                            AND coalesce(n.idempotency_key, n.payload::text)
                                = coalesce(j.idempotency_key, j.payload::text) AND n.id > j.id))
                """)
        }
    }

    /// Forgets jobs that have ended, and says how many of these had.
    /// - Throws: `CatalogStoreError`.
    public func forgetJobs(_ jobs: [JobID]) async throws -> Int {
        guard !jobs.isEmpty else { return 0 }
        return try await withSession { session in
            try await session.execute(
                "DELETE FROM jobs WHERE id = ANY(\(jobs.map(\.rawValue))) AND finished_at IS NOT NULL")
        }
    }
}

extension JobSignal {
    /// Reads what the trigger on `jobs` announces: number, status, and `cancel` where that is asked for.
    init?(_ payload: String) {
        let words = payload.split(separator: " ")
        guard words.count >= 2, let id = Int64(words[0]), let status = JobStatus(rawValue: String(words[1])) else {
            return nil
        }
        self = .changed(JobID(rawValue: id), status, isCancelRequested: words.dropFirst(2).first == "cancel")
    }
}
