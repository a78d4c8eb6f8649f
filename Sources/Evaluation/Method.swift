/// A way to answer queries.
public enum Method: String, Sendable, CaseIterable, Codable, CodingKeyRepresentable {
    /// What this version would serve: a space learned from the training playlists, its index, probes and re-rank.
    case segue
    /// The same space and index without the re-rank.
    case cosine
    /// As `segue`, with the training options and the re-rank that the present ones were measured against.
    case reference
    /// The tracks' learned factors alone, cosine, exact.
    case als
    /// Nine standardised audio features, cosine, exact.
    case naive
    /// The most listed tracks of the training playlists.
    case popularity
    /// Any tracks.
    case random
    /// The published generation. It has learned from all playlists, the tested ones included, so that its numbers are
    /// no forecast.
    case serving

    /// Whether the method has seen the playlists that it is asked about.
    public var isInSample: Bool { self == .serving }

    /// What tables for people call it.
    var title: String { isInSample ? "serving (in-sample)" : rawValue }
}
