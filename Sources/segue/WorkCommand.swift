import API
import Configuration
import Processors
import Storage
import Terminal

/// `segue work`: does jobs.
struct WorkCommand: Sendable {
    let context: Context

    init(context: Context) { self.context = context }

    var command: Command {
        Command(
            "work", "Does jobs until it is told to stop",
            discussion: """
                Takes jobs out of the queue and looks after schedules; any number of workers may share a queue. Logs go \
                to standard error, one JSON object to a line. At SIGINT or SIGTERM it gives its jobs back and stops; \
                others, or it itself when it is back, go on from their checkpoints.
                """,
            groups: [
                SettingGroup.work, .index, .playlists, .sources, .spotify, .providers, .database, .redis, .logging,
            ].map(\.options),
            examples: [Command.Example("segue work --workers 2", "Two jobs at the same time")], action: run)
    }

    @Sendable private func run(_ invocation: Invocation) async throws -> ExitStatus {
        let settings = try context.settings(invocation)
        let slots = settings[.workers]
        guard slots > 0 else {
            throw CommandFailure("SEGUE_WORKERS is 0, which leaves nothing to do; set it to 1 or more")
        }
        Niceness.raise(to: settings[.buildNice])
        let log = Log(minimum: settings[.logLevel].level)
        let store = try settings.store()
        let jobs = JobService(
            settings: settings, store: store, log: log, slots: slots,
            outside: try OutsideWorld(settings, store: store, watch: CallWatch(log: log)))
        let signals = StopSignals()
        log.write(.info, "working", ["slots": .integer(slots)])
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await jobs.run() }
            group.addTask { await SettingsFollower(settings: settings, store: store, log: log).run() }
            let signal = await signals.first()
            log.write(.info, "stopping", ["signal": signal.map { .integer(Int($0)) }])
            group.cancelAll()
        }
        log.write(.info, "stopped")
        return .success
    }
}
