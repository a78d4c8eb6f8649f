/// A step of a build, for progress bars and logs.
public struct BuildProgress: Sendable, Hashable {
    /// What is being done.
    public enum Stage: String, Sendable, CaseIterable {
        /// Reading the tracks, and writing their facts.
        case read
        /// Reading the playlists.
        case playlists
        /// Learning the feature space from both; counted in thousandths.
        case learn
        /// Making and storing vectors.
        case vectors
        /// Placing the inverted lists.
        case train
        /// Adding vectors to them.
        case add
        /// Choosing how many lists to look into.
        case tune
        /// Checking what was written.
        case verify
        /// Comparing it with what serves.
        case judge
        /// Making it the generation that serves.
        case publish
    }

    /// What is being done.
    public var stage: Stage
    /// Tracks, entries or steps done, of `total`.
    public var done: Int
    /// All of them.
    public var total: Int
}
