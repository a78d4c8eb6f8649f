import Catalog
import Configuration
import Jobs
import Sourcing
import Storage
import Terminal

/// `segue ingest`: takes sources into the catalog as jobs.
struct IngestCommand: Sendable {
    let context: Context

    private let sources = Parameter(
        "SOURCE", .text,
        "A link, liked-tracks, playlists, saved-albums, recently-played, top-tracks or files:PATH", count: 1...100)
    private let account = Option("--account", "ACCOUNT", .text, "Whose library or token, where several are connected")
    private let detach = Flag("--detach", "Leave the jobs to `segue work` and return at once")
    private let json = Flag("--json", "Print the answer as JSON")

    init(context: Context) { self.context = context }

    var command: Command {
        Command(
            "ingest", "Takes tracks, albums, playlists and libraries into the catalog",
            discussion: """
                Makes a job for each source and does it here, unless a worker is at it; what is interrupted goes on with \
                the next call. A running server has the tracks at once, and `segue index build` learns from them.
                """,
            parameters: [sources.description], options: [account.description, detach.description, json.description],
            groups: [
                SettingGroup.spotify, .providers, .sources, .database, .redis,
            ].map(\.options),
            examples: [
                Command.Example("segue ingest https://open.spotify.com/playlist/…", "A playlist by its link"),
                Command.Example("segue ingest liked-tracks saved-albums", "A listener's library"),
            ], action: run)
    }

    @Sendable private func run(_ invocation: Invocation) async throws -> ExitStatus {
        let requests = try invocation[sources].map { try request($0, invocation) }
        let settings = try context.settings(invocation)
        let store = try settings.store()
        var jobs: [Job] = []
        for request in requests { jobs.append(try await store.enqueue(request).job) }
        if !invocation[detach] { jobs = try await done(jobs, settings, store) }
        if invocation[json] {
            try context.console.json(["jobs": jobs])
        } else if invocation[detach] {
            for job in jobs {
                context.console.output.line(
                    StyledText("job \(job.id) is in the queue; segue jobs watch \(job.id)"))
            }
        } else {
            for job in jobs { for line in JobText.lines(job) { context.console.output.line(line) } }
        }
        return jobs.allSatisfy { $0.status == .done || invocation[detach] } ? .success : .failure
    }

    private func request(_ text: String, _ invocation: Invocation) throws -> JobRequest {
        do throws(ReferenceError) {
            let source = try Source(named: text)
            let isLink = if case .files = source { false } else { !source.isListeners }
            let account = invocation[account]
            return try Self.request(
                isLink ? SourceJob(url: text, account: account) : SourceJob(source: source, account: account))
        } catch {
            throw UsageError("\"\(Printable.text(text))\" is \(error.description)", command: "segue ingest")
        }
    }

    private static func request(_ job: SourceJob) throws(ReferenceError) -> JobRequest {
        do { return try job.request() } catch let error as ReferenceError { throw error } catch {
            throw ReferenceError("not to be written down")
        }
    }

    /// Works on the queue until these jobs have ended, and shows how they go.
    private func done(_ jobs: [Job], _ settings: Settings, _ store: PostgresStore) async throws -> [Job] {
        let setup = try OutsideWorld(settings, store: store).spotify
        let feed = JobFeed(store: store)
        var configuration = WorkerConfiguration()
        configuration.slots = 1
        configuration.lease = .seconds(settings[.jobLease])
        let worker = Worker(
            store: store, handlers: SourceJob.kinds.map { SourceHandler(kind: $0, setup: setup) }, feed: feed,
            configuration: configuration, describe: JobErrorText.line
        ) { _ in }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await feed.run() }
            group.addTask { await worker.run() }
            defer { group.cancelAll() }
            var ended: [Job] = []
            for job in jobs {
                let watch = JobWatch(store: store, console: context.console, endsAtPostponement: true)
                ended.append(try await watch.run(job.id) ?? job)
            }
            return ended
        }
    }
}
