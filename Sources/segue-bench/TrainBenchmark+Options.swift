extension TrainBenchmark {
    /// The sizes of a run.
    struct Options: Equatable, Sendable {
        var tracks = 220_000
        var playlists = 5_000
        var entries = 200_000
        var threads = 2
        var sweeps = 10
        /// Where to write the (playlist, track) pairs, if anywhere.
        var export: String?
    }
}
