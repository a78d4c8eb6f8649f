internal import Foundation

/// How jobs and schedules are shown to programs: the same shape over HTTP and on the command line, every member there.
extension Job: Encodable {
    private enum Key: String, CodingKey {
        case id, kind, status, progress, message, payload, metadata, attempts, failures, schedule, worker, error, key
        case maximumFailures = "maximum_failures"
        case isResumable = "resumable"
        case dueAt = "due_at"
        case createdAt = "created_at"
        case startedAt = "started_at"
        case finishedAt = "finished_at"
        case heartbeatAt = "heartbeat_at"
        case isCancelRequested = "cancel_requested"
    }

    /// Writes an object; the checkpoint is only said to be there.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(id.rawValue, forKey: .id)
        try container.encode(kind, forKey: .kind)
        try container.encode(status, forKey: .status)
        try container.encode((progress * 10_000).rounded() / 10_000, forKey: .progress)
        try container.encode(message, forKey: .message)
        try container.encode(payload, forKey: .payload)
        try container.encode(metadata, forKey: .metadata)
        try container.encode(checkpoint != nil, forKey: .isResumable)
        try container.encode(attempts, forKey: .attempts)
        try container.encode(failures, forKey: .failures)
        try container.encode(maximumFailures, forKey: .maximumFailures)
        try container.encode(key, forKey: .key)
        try container.encode(schedule, forKey: .schedule)
        try container.encode(JobTime.text(dueAt), forKey: .dueAt)
        try container.encode(JobTime.text(createdAt), forKey: .createdAt)
        try container.encode(startedAt.map(JobTime.text), forKey: .startedAt)
        try container.encode(finishedAt.map(JobTime.text), forKey: .finishedAt)
        try container.encode(heartbeatAt.map(JobTime.text), forKey: .heartbeatAt)
        try container.encode(worker, forKey: .worker)
        try container.encode(isCancelRequested, forKey: .isCancelRequested)
        try container.encode(error, forKey: .error)
    }
}

extension Schedule: Encodable {
    private enum Key: String, CodingKey {
        case name, cron, kind, payload, missed
        case timeZone = "time_zone"
        case isEnabled = "enabled"
        case nextRun = "next_run"
        case lastRun = "last_run"
        case lastJob = "last_job"
        case lastOutcome = "last_outcome"
    }

    /// Writes an object.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(name, forKey: .name)
        try container.encode(cron.description, forKey: .cron)
        try container.encode(timeZone?.identifier, forKey: .timeZone)
        try container.encode(kind, forKey: .kind)
        try container.encode(payload, forKey: .payload)
        try container.encode(missed, forKey: .missed)
        try container.encode(isEnabled, forKey: .isEnabled)
        try container.encode(isEnabled ? nextRun.map(JobTime.text) : nil, forKey: .nextRun)
        try container.encode(lastRun.map(JobTime.text), forKey: .lastRun)
        try container.encode(lastJob?.rawValue, forKey: .lastJob)
        try container.encode(lastOutcome, forKey: .lastOutcome)
    }
}

/// Moments as texts of ISO 8601 in UTC, to the millisecond.
enum JobTime {
    static func text(_ date: Date) -> String { date.formatted(style) }

    private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
}
