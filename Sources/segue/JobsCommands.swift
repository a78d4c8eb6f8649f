import Configuration
import Jobs
import Storage
import Terminal

/// `segue jobs …`: lists, shows, cancels, retries and watches jobs.
struct JobsCommands: Sendable {
    let context: Context

    private let json = Flag("--json", "Print the answer as JSON")
    private let status = Option("--status", "STATUS", ValueParser<JobStatus>.choice, "Only jobs that stand there")
    private let kind = Option("--kind", "KIND", .text, "Only jobs of this kind")
    private let limit = Option("--limit", "COUNT", .integer(in: 1...1_000), "How many (default: 20)")
    private let id = Parameter("JOB", .integer(in: 1...Int.max), "A job, by its number in `segue jobs list`")

    init(context: Context) { self.context = context }

    var command: Command {
        Command(
            "jobs", "Lists, shows, cancels, retries and watches jobs",
            discussion: "Jobs are done by `segue work`, and by `segue up` beside its requests.",
            examples: [
                Command.Example("segue jobs list --status running", "What is going on"),
                Command.Example("segue jobs watch 17", "Follow a job to its end"),
            ], subcommands: [listCommand, showCommand, cancelCommand, retryCommand, watchCommand])
    }

    private func store(_ invocation: Invocation) throws -> PostgresStore { try context.settings(invocation).store() }

    private func number(_ invocation: Invocation) -> JobID { JobID(rawValue: Int64(invocation[id].first ?? 0)) }

    static func unknown(_ id: JobID) -> CommandFailure {
        CommandFailure("there is no job \(id); `segue jobs list` shows what there is")
    }

    // MARK: Reading

    private var listCommand: Command {
        Command(
            "list", "Lists jobs, newest first",
            options: [status.description, kind.description, limit.description, json.description],
            groups: [SettingGroup.database.options], action: list)
    }

    @Sendable private func list(_ invocation: Invocation) async throws -> ExitStatus {
        let filter = JobFilter(
            status: invocation[status], kind: invocation[kind], limit: invocation[limit] ?? 20)
        let jobs = try await store(invocation).jobs(filter)
        if invocation[json] {
            try context.console.json(["jobs": jobs])
        } else if jobs.isEmpty {
            context.console.output.line("no jobs")
        } else {
            context.console.output.table(JobText.table(jobs))
        }
        return .success
    }

    private var showCommand: Command {
        Command(
            "show", "Shows a job with all that it has to say", parameters: [id.description],
            options: [json.description], groups: [SettingGroup.database.options], action: show)
    }

    @Sendable private func show(_ invocation: Invocation) async throws -> ExitStatus {
        let id = number(invocation)
        guard let job = try await store(invocation).job(id) else { throw Self.unknown(id) }
        try show(job, invocation)
        return .success
    }

    private func show(_ job: Job, _ invocation: Invocation) throws {
        if invocation[json] {
            try context.console.json(job)
        } else {
            for line in JobText.lines(job) { context.console.output.line(line) }
        }
    }

    // MARK: Changing

    private var cancelCommand: Command {
        Command(
            "cancel", "Calls a job off",
            discussion: "A job that waits is cancelled at once; one that runs is told to stop.",
            parameters: [id.description], options: [json.description], groups: [SettingGroup.database.options]
        ) { invocation in
            try answer(try await store(invocation).cancel(number(invocation)), invocation) { job in
                "job \(job.id) is \(job.status.rawValue); it has ended"
            }
        }
    }

    private var retryCommand: Command {
        Command(
            "retry", "Puts a job that failed or was cancelled back into the queue",
            discussion: "It goes on from its checkpoint, where it has one.",
            parameters: [id.description], options: [json.description], groups: [SettingGroup.database.options]
        ) { invocation in
            try answer(try await store(invocation).retry(number(invocation)), invocation) { job in
                job.status == .failed || job.status == .cancelled
                    ? "another job has the key of job \(job.id) meanwhile; wait for that one"
                    : "job \(job.id) is \(job.status.rawValue); only jobs that failed or were cancelled are tried again"
            }
        }
    }

    private func answer(
        _ change: JobChange, _ invocation: Invocation, refusal: (Job) -> String
    ) throws -> ExitStatus {
        switch change {
        case .changed(let job): try show(job, invocation)
        case .refused(let job): throw CommandFailure(refusal(job))
        case .unknown: throw Self.unknown(number(invocation))
        }
        return .success
    }

    // MARK: Watching

    private var watchCommand: Command {
        Command(
            "watch", "Follows a job to its end",
            discussion: "Shows a bar on a terminal. Exit status 1 where the job fails or is cancelled.",
            parameters: [id.description], options: [json.description], groups: [SettingGroup.database.options],
            action: watch)
    }

    @Sendable private func watch(_ invocation: Invocation) async throws -> ExitStatus {
        let id = number(invocation)
        guard let job = try await JobWatch(store: store(invocation), console: context.console).run(id) else {
            throw Self.unknown(id)
        }
        try show(job, invocation)
        return job.status == .done ? .success : .failure
    }
}
