import Configuration
import Foundation
import Jobs
import Storage
import Terminal

/// `segue schedules …`: lists, sets, removes and runs schedules.
struct SchedulesCommands: Sendable {
    let context: Context

    private let json = Flag("--json", "Print the answer as JSON")
    private let cron = Option(
        "--cron", "TIMES", .cron, "When: minute, hour, day of month, month, day of week, or @daily and the like")
    private let timeZone = Option(
        "--time-zone", "ZONE", .timeZone, "Where the clock hangs, as in Europe/Berlin (default: the worker's machine)")
    private let kind = Option("--kind", "KIND", .text, "What to do, for example nightly or index.build")
    private let payload = Option("--payload", "JSON", .jsonObject, "What to tell the job (default: {})")
    private let missed = Option(
        "--missed", "POLICY", ValueParser<Schedule.Missed>.choice, "What becomes of runs that nobody was there for")
    private let enable = Flag("--enable", "Let it run")
    private let disable = Flag("--disable", "Keep it, but do not let it run")
    private let name = Parameter("SCHEDULE", .scheduleName, "A schedule, by its name in `segue schedules list`")

    init(context: Context) { self.context = context }

    var command: Command {
        Command(
            "schedules", "Lists, sets, removes and runs schedules",
            discussion: """
                A schedule puts a job into the queue at the times of a cron expression, while a worker is there; a run \
                is left out while the job of an earlier one has not ended. A new database has one: nightly, at 03:30.
                """,
            examples: [
                Command.Example("segue schedules set nightly --cron \"0 4 * * *\"", "Another time"),
                Command.Example("segue schedules run nightly", "Now"),
            ], subcommands: [listCommand, setCommand, removeCommand, runCommand])
    }

    private func store(_ invocation: Invocation) throws -> PostgresStore { try context.settings(invocation).store() }

    private func name(_ invocation: Invocation) -> String { invocation[name].first ?? "" }

    private func unknown(_ name: String) -> CommandFailure {
        CommandFailure("there is no schedule \(name); `segue schedules list` shows what there is")
    }

    // MARK: List

    private var listCommand: Command {
        Command(
            "list", "Lists schedules by name", options: [json.description], groups: [SettingGroup.database.options],
            action: list)
    }

    @Sendable private func list(_ invocation: Invocation) async throws -> ExitStatus {
        let schedules = try await store(invocation).schedules()
        if invocation[json] {
            try context.console.json(["schedules": schedules])
        } else if schedules.isEmpty {
            context.console.output.line("no schedules")
        } else {
            context.console.output.table(Self.table(schedules))
        }
        return .success
    }

    private static func table(_ schedules: [Schedule]) -> Table {
        var table = Table([
            .init("Schedule"), .init("Times"), .init("Zone", shrinksTo: 8), .init("Kind"), .init("Missed"),
            .init("Next run"), .init("Last run"), .init("Last job", .trailing), .init("Outcome"),
        ])
        for schedule in schedules {
            let next = schedule.isEnabled ? schedule.nextRun.map(JobText.time) ?? "when a worker is there" : "disabled"
            table.append([
                schedule.name, schedule.cron.description, schedule.timeZone?.identifier ?? "local", schedule.kind,
                schedule.missed.rawValue, next, schedule.lastRun.map(JobText.time) ?? "",
                schedule.lastJob?.description ?? "", schedule.lastOutcome?.rawValue ?? "",
            ])
        }
        return table
    }

    // MARK: Set

    private var setCommand: Command {
        Command(
            "set", "Makes a schedule, or changes one",
            discussion: """
                What is not given stays as it is; a new schedule needs --cron and --kind. What its jobs would be asked is \
                looked at first: one that could only fail is refused.
                """,
            parameters: [name.description],
            options: [
                cron.description, timeZone.description, kind.description, payload.description, missed.description,
            ]
                + [enable.description, disable.description, json.description],
            groups: [SettingGroup.database.options],
            examples: [
                Command.Example(
                    "segue schedules set noon --cron \"0 12 * * mon-fri\" --time-zone Europe/Berlin --kind index.build",
                    "On weekdays at noon")
            ], action: set)
    }

    @Sendable private func set(_ invocation: Invocation) async throws -> ExitStatus {
        guard !(invocation[enable] && invocation[disable]) else {
            throw UsageError("--enable and --disable contradict each other", command: "segue schedules set")
        }
        let settings = try context.settings(invocation)
        let store = try settings.store()
        var schedule = try await base(invocation, store)
        schedule.cron = invocation[cron] ?? schedule.cron
        schedule.timeZone = invocation[timeZone] ?? schedule.timeZone
        schedule.kind = invocation[kind] ?? schedule.kind
        schedule.payload = invocation[payload] ?? schedule.payload
        schedule.missed = invocation[missed] ?? schedule.missed
        schedule.isEnabled = invocation[enable] || (schedule.isEnabled && !invocation[disable])
        if schedule.isEnabled || invocation[kind] != nil || invocation[payload] != nil {
            try await JobHandlers.check(
                schedule.kind, schedule.payload, settings, store, command: "segue schedules set")
        }
        schedule.plan()
        _ = try await store.save(schedule)
        if invocation[json] {
            try context.console.json(schedule)
        } else {
            context.console.output.table(Self.table([schedule]))
        }
        return .success
    }

    /// The schedule as it is, or a new one.
    private func base(_ invocation: Invocation, _ store: PostgresStore) async throws -> Schedule {
        if let known = try await store.schedule(name(invocation)) { return known }
        guard let cron = invocation[cron], let kind = invocation[kind] else {
            throw UsageError(
                "there is no schedule \(name(invocation)) yet; give --cron and --kind", command: "segue schedules set")
        }
        return Schedule(name: name(invocation), cron: cron, kind: kind)
    }

    // MARK: Remove and run

    private var removeCommand: Command {
        Command(
            "remove", "Removes a schedule", discussion: "Jobs that it has put into the queue stay there.",
            parameters: [name.description], groups: [SettingGroup.database.options]
        ) { invocation in
            guard try await store(invocation).removeSchedule(name(invocation)) else { throw unknown(name(invocation)) }
            context.console.output.line(StyledText("removed \(name(invocation))"))
            return .success
        }
    }

    private var runCommand: Command {
        Command(
            "run", "Puts a schedule's job into the queue now",
            discussion: "Where the job of an earlier run has not ended, that one is named instead.",
            parameters: [name.description], options: [json.description], groups: [SettingGroup.database.options],
            action: run)
    }

    @Sendable private func run(_ invocation: Invocation) async throws -> ExitStatus {
        guard let enqueued = try await store(invocation).runSchedule(name(invocation)) else {
            throw unknown(name(invocation))
        }
        if invocation[json] {
            try context.console.json(enqueued.job)
        } else {
            let words = enqueued.isNew ? "is in the queue" : "of an earlier run has not ended"
            context.console.output.line(
                StyledText("job \(enqueued.job.id) \(words); follow it with `segue jobs watch`"))
        }
        return .success
    }
}

extension ValueParser where Value == CronExpression {
    static var cron: Self {
        Self(expected: "a cron expression such as \"30 3 * * *\" or @daily") { try? CronExpression($0) }
    }
}

extension ValueParser where Value == TimeZone {
    static var timeZone: Self {
        Self(expected: "the name of a time zone such as Europe/Berlin") { TimeZone(identifier: $0) }
    }
}

extension ValueParser where Value == JobDocument {
    static var jsonObject: Self {
        Self(expected: "a JSON object such as {\"prune\": true}") { text in
            let document = JobDocument(text: text)
            return document.isObject ? document : nil
        }
    }
}

extension ValueParser where Value == String {
    static var scheduleName: Self {
        Self(expected: "lower-case letters, digits, points, hyphens and underscores, 64 at most") { text in
            Schedule.isName(text) ? text : nil
        }
    }
}
