import Terminal

/// `segue-bench train`: a feature space trained on a synthetic catalog, with seconds by stage and memory.
struct TrainCommand: Sendable {
    let console: Console
    private let tracks = Option(
        "--tracks", "COUNT", .integer(in: 1...10_000_000), "Tracks of the catalog (default: 220000)")
    private let playlists = Option("--playlists", "COUNT", .integer(in: 0...10_000_000), "Playlists (default: 5000)")
    private let entries = Option(
        "--entries", "COUNT", .integer(in: 0...1_000_000_000), "Playlist entries, about (default: 200000)")
    private let threads = Option("--threads", "COUNT", .integer(in: 1...256), "Threads that solve factors (default: 2)")
    private let sweeps = Option(
        "--sweeps", "COUNT", .integer(in: 1...1_000), "Sweeps of the factorization (default: 10)")
    private let export = Option(
        "--export", "FILE", .path(), "Also write the (playlist, track) pairs, as pairs of little-endian 32-bit integers"
    )

    init(console: Console) { self.console = console }

    var command: Command {
        Command(
            "train", "Trains a feature space on a synthetic catalog and measures it",
            discussion: """
                Prints one line of JSON: seconds by stage, peak memory in MiB, and the number of playlist entries.
                """,
            options: [
                tracks.description, playlists.description, entries.description, threads.description,
                sweeps.description, export.description,
            ], action: run)
    }

    @Sendable private func run(_ invocation: Invocation) async throws -> ExitStatus {
        console.output.write(try TrainBenchmark(options: options(invocation)).run() + "\n")
        return .success
    }

    private func options(_ invocation: Invocation) -> TrainBenchmark.Options {
        var options = TrainBenchmark.Options()
        options.tracks = invocation[tracks] ?? options.tracks
        options.playlists = invocation[playlists] ?? options.playlists
        options.entries = invocation[entries] ?? options.entries
        options.threads = invocation[threads] ?? options.threads
        options.sweeps = invocation[sweeps] ?? options.sweeps
        options.export = invocation[export]
        return options
    }
}
