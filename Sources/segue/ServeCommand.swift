import Configuration
import Terminal

/// `segue serve`: answers requests over HTTP.
struct ServeCommand: Sendable {
    let context: Context

    init(context: Context) { self.context = context }

    /// All settings that a running service has.
    static let groups = [
        SettingGroup.server, .requests, .playlists, .indexServing, .database, .redis, .keys, .jobAccess, .sources,
        .spotify, .providers,
    ].map(\.options)

    var command: Command {
        Command(
            "serve", "Answers requests over HTTP until it is told to stop",
            discussion: """
                Expects a migrated database; without an index it says so to callers until one is published. Logs go to \
                standard error, one JSON object to a line. SIGINT or SIGTERM lets requests under way end; a second one \
                ends it at once.
                """,
            groups: Self.groups, examples: [Command.Example("segue serve --port 9000", "Serve on another port")],
            action: run)
    }

    @Sendable private func run(_ invocation: Invocation) async throws -> ExitStatus {
        let service = try Service(settings: try context.settings(invocation))
        try await service.run(until: StopSignals()) { _, _ in }
        return .success
    }
}
