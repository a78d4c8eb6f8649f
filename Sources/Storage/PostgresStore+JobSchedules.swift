internal import Catalog
public import Foundation
public import Jobs
internal import Postgres

extension PostgresStore {
    /// All schedules by name.
    /// - Throws: `CatalogStoreError`.
    public func schedules() async throws -> [Schedule] {
        try await withSession { session in
            try await session.rows("SELECT \(unsafeRaw: ScheduleTable.columns) FROM schedules ORDER BY name") {
                try ScheduleTable.schedule($0)
            }
        }
    }

    /// A schedule; nil where there is none of this name.
    /// - Throws: `CatalogStoreError`.
    public func schedule(_ name: String) async throws -> Schedule? {
        try await withSession { try await ScheduleTable.schedule(name, on: $0, locking: "") }
    }

    /// Stores a schedule under its name, replacing what it had; false where there was none.
    ///
    /// When it is due next follows from the schedule itself: a worker looks at it anew.
    /// - Throws: `CatalogStoreError`.
    public func save(_ schedule: Schedule) async throws -> Bool {
        try await withSession { session in
            let isNew = try await session.first(
                """
                INSERT INTO schedules AS s (name, cron, time_zone, kind, payload, missed, enabled, next_run)
                VALUES (\(schedule.name), \(schedule.cron.description), \(schedule.timeZone?.identifier),
                    \(schedule.kind), \(schedule.payload.text)::jsonb, \(schedule.missed.rawValue),
                    \(schedule.isEnabled), to_timestamp(\(schedule.nextRun?.timeIntervalSince1970)))
                ON CONFLICT (name) DO UPDATE
                SET (cron, time_zone, kind, payload, missed, enabled, next_run)
                    = (excluded.cron, excluded.time_zone, excluded.kind, excluded.payload, excluded.missed,
                       excluded.enabled, excluded.next_run)
                RETURNING xmax = 0
                """
            ) { try $0[0] as Bool }
            return isNew != true
        }
    }

    /// Removes a schedule; false where there was none.
    /// - Throws: `CatalogStoreError`.
    public func removeSchedule(_ name: String) async throws -> Bool {
        try await withSession { try await $0.execute("DELETE FROM schedules WHERE name = \(name)") == 1 }
    }

    /// Puts a schedule's job into the queue now, unless one is there still; nil where there is no such schedule.
    /// - Throws: `CatalogStoreError`.
    public func runSchedule(_ name: String) async throws -> EnqueuedJob? {
        try await withSession { session in
            try await session.withTransaction { session in
                guard let schedule = try await ScheduleTable.schedule(name, on: session, locking: "FOR UPDATE") else {
                    return nil
                }
                let enqueued = try await ScheduleTable.enqueue(schedule, on: session)
                if enqueued.isNew {
                    try await session.execute(
                        """
                        UPDATE schedules SET last_run = clock_timestamp(), last_job = \(enqueued.job.id.rawValue),
                            last_outcome = \(ScheduleFiring.Outcome.enqueued.rawValue)
                        WHERE name = \(name)
                        """)
                }
                return enqueued
            }
        }
    }

    /// Looks after one schedule that is due, which no other worker gets meanwhile; nil where none is.
    /// - Throws: `CatalogStoreError`.
    public func fireSchedule(
        _ decide: @Sendable (Schedule, _ now: Date) -> ScheduleDecision
    ) async throws -> ScheduleFiring? {
        try await withSession { session in
            try await session.withTransaction { session in
                guard let (schedule, now) = try await ScheduleTable.due(on: session) else { return nil }
                let decision = decide(schedule, now)
                let firing = try await ScheduleTable.carryOut(decision.action, schedule, on: session)
                let isRun = firing.outcome == .enqueued
                // That it was looked at for the first time is nothing that became of a run.
                let outcome = firing.outcome == .begun ? nil : firing.outcome.rawValue
                try await session.execute(
                    """
                    UPDATE schedules SET next_run = to_timestamp(\(decision.next?.timeIntervalSince1970)),
                        enabled = enabled AND \(decision.next != nil), last_outcome = coalesce(\(outcome), last_outcome),
                        last_run = CASE WHEN \(isRun) THEN next_run ELSE last_run END,
                        last_job = CASE WHEN \(isRun) THEN \(firing.job?.rawValue) ELSE last_job END
                    WHERE name = \(schedule.name)
                    """)
                return firing
            }
        }
    }
}

/// Rows of the table `schedules`.
private enum ScheduleTable {
    static let columns = """
        name, cron, time_zone, kind, payload, missed, enabled, extract(epoch FROM next_run)::float8,
        extract(epoch FROM last_run)::float8, last_job, last_outcome
        """

    static func schedule(_ row: borrowing PostgresRow) throws -> Schedule {
        let (name, cron): (String, String) = (try row[0], try row[1])
        guard let expression = try? CronExpression(cron), let missed = Schedule.Missed(rawValue: try row[5]) else {
            throw CatalogStoreError.failed("schedule \(name) has the times \(cron), which this program cannot read")
        }
        let zone = (try row[2] as String?).map { TimeZone(identifier: $0) }
        if let zone, zone == nil {
            throw CatalogStoreError.failed("schedule \(name) is in a time zone that this machine does not know")
        }
        var schedule = Schedule(
            name: name, cron: expression, timeZone: zone ?? nil, kind: try row[3],
            payload: JobDocument(text: try row[4]), missed: missed, isEnabled: try row[6])
        schedule.nextRun = JobTable.date(try row[7])
        schedule.lastRun = JobTable.date(try row[8])
        schedule.lastJob = (try row[9] as Int64?).map(JobID.init(rawValue:))
        // Databases of version 1.0 name the first look as well.
        schedule.lastOutcome = (try row[10] as String?).flatMap(ScheduleFiring.Outcome.init(rawValue:))
            .flatMap { $0 == .begun ? nil : $0 }
        return schedule
    }

    static func schedule(_ name: String, on session: PostgresSession, locking: String) async throws -> Schedule? {
        try await session.first(
            "SELECT \(unsafeRaw: columns) FROM schedules WHERE name = \(name) \(unsafeRaw: locking)"
        ) { try schedule($0) }
    }

    /// A schedule that is due or new, locked for the rest of the transaction, and the database's time.
    static func due(on session: PostgresSession) async throws -> (Schedule, Date)? {
        try await session.first(
            """
            SELECT \(unsafeRaw: columns), extract(epoch FROM clock_timestamp())::float8 FROM schedules
            WHERE enabled AND (next_run IS NULL OR next_run <= clock_timestamp())
            ORDER BY next_run NULLS FIRST LIMIT 1 FOR UPDATE SKIP LOCKED
            """
        ) { (try schedule($0), Date(timeIntervalSince1970: try $0[11])) }
    }

    static func carryOut(
        _ action: ScheduleDecision.Action, _ schedule: Schedule, on session: PostgresSession
    ) async throws -> ScheduleFiring {
        switch action {
        case .begin: return ScheduleFiring(schedule: schedule.name, outcome: .begun)
        case .skip: return ScheduleFiring(schedule: schedule.name, outcome: .missed)
        case .run:
            let enqueued = try await enqueue(schedule, on: session)
            return ScheduleFiring(
                schedule: schedule.name, outcome: enqueued.isNew ? .enqueued : .overlapping, job: enqueued.job.id)
        }
    }

    /// The schedule's row is locked, so that nobody else enqueues for it between the look and the insertion.
    static func enqueue(_ schedule: Schedule, on session: PostgresSession) async throws -> EnqueuedJob {
        let unfinished = try await session.first(
            """
            SELECT \(unsafeRaw: JobTable.columns) FROM jobs
            WHERE schedule = \(schedule.name) AND finished_at IS NULL ORDER BY id LIMIT 1
            """
        ) { try JobTable.job($0) }
        if let unfinished { return EnqueuedJob(job: unfinished, isNew: false) }
        let request = JobRequest(kind: schedule.kind, payload: schedule.payload)
        return try await JobTable.insert(request, schedule: schedule.name, on: session)
    }
}
