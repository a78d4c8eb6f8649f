public import Foundation

/// A job that is put into the queue again and again, at times that a cron expression gives.
public struct Schedule: Sendable, Hashable {
    /// What happens to runs that were due while no worker was there.
    public enum Missed: String, Sendable, CaseIterable, Codable {
        /// They are left out.
        case skip
        /// However many there were, one run makes up for them.
        case runOnce = "run_once"
    }

    /// How late a run may be begun and still count as in time: workers look from time to time only.
    public static let tolerance: TimeInterval = 60

    /// Its name: lower-case letters, digits, points, hyphens and underscores, 64 at most.
    public var name: String
    /// When.
    public var cron: CronExpression
    /// Where the clock hangs; nil for the zone of the worker's machine.
    public var timeZone: TimeZone?
    /// Which handler its jobs are for.
    public var kind: String
    /// What they are asked to do.
    public var payload: JobDocument
    /// What happens to missed runs.
    public var missed: Missed
    /// Whether it runs at all.
    public var isEnabled: Bool
    /// When it is due next; nil where no worker has looked at it yet.
    public var nextRun: Date?
    /// When it was due last.
    public var lastRun: Date?
    /// The job of the last run.
    public var lastJob: JobID?
    /// What became of the last time it was due.
    public var lastOutcome: ScheduleFiring.Outcome?

    /// Describes a schedule that has not run yet.
    public init(
        name: String, cron: CronExpression, timeZone: TimeZone? = nil, kind: String, payload: JobDocument = .empty,
        missed: Missed = .skip, isEnabled: Bool = true
    ) {
        (self.name, self.cron, self.timeZone, self.kind) = (name, cron, timeZone, kind)
        (self.payload, self.missed, self.isEnabled) = (payload, missed, isEnabled)
    }

    /// Notes when it is due next, from a moment on; for a schedule that is new or has other times than before.
    public mutating func plan(after moment: Date = Date(), localZone: TimeZone = .current) {
        nextRun = isEnabled ? cron.next(after: moment, in: timeZone ?? localZone) : nil
    }

    /// Whether a text may name a schedule.
    public static func isName(_ text: String) -> Bool { text.wholeMatch(of: /[a-z0-9][a-z0-9._-]{0,63}/) != nil }

    /// What to do with the schedule, which is due or has never been looked at.
    func decision(at now: Date, localZone: TimeZone) -> ScheduleDecision {
        let next = cron.next(after: now, in: timeZone ?? localZone)
        guard let due = nextRun else { return ScheduleDecision(action: .begin, next: next) }
        let isLate = now.timeIntervalSince(due) > Self.tolerance
        return ScheduleDecision(action: isLate && missed == .skip ? .skip : .run, next: next)
    }
}

/// What to do with a schedule that is due.
public struct ScheduleDecision: Sendable, Hashable {
    /// What to do now.
    public enum Action: Sendable, Hashable {
        /// Put its job into the queue, unless one is there still.
        case run
        /// Leave this run out.
        case skip
        /// Only note when it is due next: nobody has looked at it before.
        case begin
    }

    /// What to do now.
    public var action: Action
    /// When it is due next; nil for never again.
    public var next: Date?

    /// Joins both.
    public init(action: Action, next: Date?) { (self.action, self.next) = (action, next) }
}

/// What became of a schedule that was due.
public struct ScheduleFiring: Sendable, Hashable {
    /// What happened.
    public enum Outcome: String, Sendable, CaseIterable, Codable {
        /// Its job is in the queue.
        case enqueued
        /// The run was left out: it came too late.
        case missed
        /// The run was left out: the job of an earlier one has not ended.
        case overlapping
        /// It was looked at for the first time.
        case begun
    }

    /// The schedule's name.
    public var schedule: String
    /// What happened.
    public var outcome: Outcome
    /// The job that was put into the queue, or that is there still.
    public var job: JobID?

    /// Says what happened.
    public init(schedule: String, outcome: Outcome, job: JobID? = nil) {
        (self.schedule, self.outcome, self.job) = (schedule, outcome, job)
    }
}
