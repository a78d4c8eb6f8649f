/// How much of a merged set of tracks one source brought.
public struct SourceTally: Sendable, Hashable {
    /// The source's key.
    public var source: String
    /// Tracks of the catalog that it brought, each once.
    public var tracks: Int
    /// Those that none of the other sources brought.
    public var onlyHere: Int

    /// Counts a source's tracks.
    public init(source: String, tracks: Int, onlyHere: Int) {
        (self.source, self.tracks, self.onlyHere) = (source, tracks, onlyHere)
    }
}

/// What several sources brought, counted.
public struct SourceOverlap: Sendable, Hashable {
    /// One for each source that brought anything, by key.
    public var tallies: [SourceTally]
    /// Different tracks altogether.
    public var tracks: Int
    /// Different recordings: tracks of one ISRC count once.
    public var recordings: Int

    /// Counts what sources share.
    public init(tallies: [SourceTally] = [], tracks: Int = 0, recordings: Int = 0) {
        (self.tallies, self.tracks, self.recordings) = (tallies, tracks, recordings)
    }
}

/// One recording of a merged set, and who brought it.
public struct SourcedTrack: Sendable, Hashable {
    /// The track, or the first one of several of the same recording.
    public var track: TrackID
    /// Keys of the sources that brought it, in order.
    public var sources: [String]

    /// Pairs a track with its sources.
    public init(track: TrackID, sources: [String]) { (self.track, self.sources) = (track, sources) }
}

/// Remembers which source brought which tracks. Implemented by Storage.
///
/// What a source once brought it has brought, also where its owner has removed it since; tracks that have left the
/// catalog are counted nowhere.
public protocol SourceTrackStore: Sendable {
    /// Notes that a source brought tracks, by an id of each; what is noted already is left as it is.
    func note(_ tracks: [ExternalID], from source: String) async throws
    /// Notes that a source brought the tracks that it mentions without being where they come from, each found as an
    /// import finds it; what the catalog lacks counts for nothing.
    func note(_ mentions: [MentionRecord], from source: String) async throws
    /// Notes that a source brought what a playlist holds.
    func noteEntries(of playlist: ExternalID, from source: String) async throws
    /// Forgets what a source brought, and says how many tracks that were; the tracks themselves stay.
    func forgetTracks(of source: String) async throws -> Int
    /// Lets what one source brought count as brought by another, and no more by the first.
    func adoptTracks(of source: String, as other: String) async throws
    /// Counts what sources brought.
    func overlap(of sources: [String]) async throws -> SourceOverlap
    /// The next recordings that any of the sources brought, by track, at most `limit`; empty at the end.
    func merged(_ sources: [String], after id: TrackID, limit: Int) async throws -> [SourcedTrack]
}
