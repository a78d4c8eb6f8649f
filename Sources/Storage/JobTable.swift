internal import Catalog
internal import Foundation
internal import Jobs
internal import Postgres

/// Rows of the table `jobs`.
enum JobTable {
    /// The columns that `job` reads, in its order.
    static let columns = """
        id, kind, status::text, progress, message, payload, metadata, checkpoint, attempts, failures, maximum_failures,
        idempotency_key, schedule, extract(epoch FROM due_at)::float8, extract(epoch FROM created_at)::float8,
        extract(epoch FROM started_at)::float8, extract(epoch FROM finished_at)::float8,
        extract(epoch FROM heartbeat_at)::float8, worker, cancel_requested, error
        """

    /// A row of these columns.
    static func job(_ row: borrowing PostgresRow) throws -> Job {
        Job(
            id: JobID(rawValue: try row[0]), kind: try row[1], status: try status(row[2]), progress: try row[3],
            message: try row[4], payload: JobDocument(text: try row[5]), metadata: JobDocument(text: try row[6]),
            checkpoint: (try row[7] as String?).map { JobDocument(text: $0) }, attempts: try row[8],
            failures: try row[9], maximumFailures: try row[10], key: try row[11], schedule: try row[12],
            dueAt: Date(timeIntervalSince1970: try row[13]), createdAt: Date(timeIntervalSince1970: try row[14]),
            startedAt: try date(row[15]), finishedAt: try date(row[16]), heartbeatAt: try date(row[17]),
            worker: try row[18], isCancelRequested: try row[19], error: try row[20])
    }

    static func date(_ seconds: Double?) -> Date? { seconds.map { Date(timeIntervalSince1970: $0) } }

    private static func status(_ text: String) throws -> JobStatus {
        guard let status = JobStatus(rawValue: text) else {
            throw CatalogStoreError.failed("a job has the status \(text), which this program does not know")
        }
        return status
    }

    static func job(_ id: JobID, on session: PostgresSession) async throws -> Job? {
        try await session.first("SELECT \(unsafeRaw: columns) FROM jobs WHERE id = \(id.rawValue)") { try job($0) }
    }

    /// Inserts a job unless its key is taken; the one that has it then.
    ///
    /// Between the two statements the other job may end, which frees its key: then it is tried again.
    static func insert(
        _ request: JobRequest, schedule: String?, on session: PostgresSession
    ) async throws -> EnqueuedJob {
        while true {
            let inserted = try await session.first(
                """
                INSERT INTO jobs (kind, payload, idempotency_key, keeps_key, maximum_failures, schedule, due_at)
                VALUES (\(request.kind), \(request.payload.text)::jsonb, \(request.key?.text),
                    \(request.key?.outlivesJob ?? false), \(request.maximumFailures), \(schedule),
                    coalesce(to_timestamp(\(request.dueAt?.timeIntervalSince1970)), clock_timestamp()))
                ON CONFLICT (kind, idempotency_key)
                    WHERE idempotency_key IS NOT NULL AND (keeps_key OR finished_at IS NULL) DO NOTHING
                RETURNING \(unsafeRaw: columns)
                """
            ) { try job($0) }
            if let inserted { return EnqueuedJob(job: inserted, isNew: true) }
            let holder = try await session.first(
                """
                SELECT \(unsafeRaw: columns) FROM jobs
                WHERE kind = \(request.kind) AND idempotency_key = \(request.key?.text)
                    AND (keeps_key OR finished_at IS NULL)
                """
            ) { try job($0) }
            if let holder { return EnqueuedJob(job: holder, isNew: false) }
        }
    }
}
