internal import Jobs

extension Schemas {
    static let job = object([
        "id": ["type": "integer", "minimum": 1], "kind": text,
        "status": choice(JobStatus.allCases.map(\.rawValue)),
        "progress": ["type": "number", "minimum": 0, "maximum": 1], "message": orNull("string"),
        "payload": ["type": "object", "description": "What it is asked to do."],
        "metadata": ["type": "object", "description": "What it has to say: steps, counts, results."],
        "resumable": ["type": "boolean", "description": "Whether it has a checkpoint to go on from."],
        "attempts": whole, "failures": whole, "maximum_failures": whole, "key": orNull("string"),
        "schedule": orNull("string"), "due_at": text, "created_at": text, "started_at": orNull("string"),
        "finished_at": orNull("string"), "heartbeat_at": orNull("string"), "worker": orNull("string"),
        "cancel_requested": ["type": "boolean"], "error": orNull("string"),
    ])

    static let jobPage = object(["jobs": list(of: .reference("Job")), "next": orNull("integer")])

    static let enqueuedJob = object(["job": .reference("Job"), "is_new": ["type": "boolean"]])

    static let schedule = object([
        "name": text, "cron": text, "time_zone": orNull("string"), "kind": text, "payload": ["type": "object"],
        "missed": choice(Schedule.Missed.allCases.map(\.rawValue)), "enabled": ["type": "boolean"],
        "next_run": orNull("string"), "last_run": orNull("string"), "last_job": orNull("integer"),
        "last_outcome": ["type": .array(["string", "null"])],
    ])

    static let scheduleList = object(["schedules": list(of: .reference("Schedule"))])

    static let scheduleRequest = object(
        [
            "cron": ["type": "string", "description": "Five fields, or @hourly, @daily, @weekly, @monthly, @yearly."],
            "time_zone": [
                "type": .array(["string", "null"]), "description": "As in Europe/Berlin; null for the worker's own.",
            ],
            "kind": text, "payload": ["type": "object"], "missed": choice(Schedule.Missed.allCases.map(\.rawValue)),
            "enabled": ["type": "boolean"],
        ], optional: ["time_zone", "payload", "missed", "enabled"])
}
