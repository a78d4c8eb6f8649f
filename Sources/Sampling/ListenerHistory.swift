/// What a listener did with a recording, each as the last time that it happened, in seconds since 1970.
public struct TrackHistory: Sendable, Hashable {
    /// When it was heard.
    public var played: Double?
    /// When it was given out, whether heard or not.
    public var served: Double?
    /// When it was skipped.
    public var skipped: Double?
    /// When it was marked as liked.
    public var liked: Double?
    /// When it was marked as disliked.
    public var disliked: Double?

    /// Nothing happened yet, but for what is given.
    public init(
        played: Double? = nil, served: Double? = nil, skipped: Double? = nil, liked: Double? = nil,
        disliked: Double? = nil
    ) {
        (self.played, self.served, self.skipped) = (played, served, skipped)
        (self.liked, self.disliked) = (liked, disliked)
    }

    /// Whether the listener has met it in any way.
    public var isKnown: Bool { [played, served, skipped, liked, disliked].contains { $0 != nil } }

    /// Whether the listener's last word on it is a good one.
    public var isLiked: Bool { liked.map { $0 >= disliked ?? -.infinity } ?? false }

    /// Whether the listener's last word on it is a bad one: it is never taken then.
    public var isDisliked: Bool { disliked.map { $0 > liked ?? -.infinity } ?? false }

    /// The later of both, for each thing that happened.
    public mutating func formUnion(_ other: TrackHistory) {
        func later(_ one: Double?, _ two: Double?) -> Double? { [one, two].compactMap(\.self).max() }
        played = later(played, other.played)
        served = later(served, other.served)
        skipped = later(skipped, other.skipped)
        liked = later(liked, other.liked)
        disliked = later(disliked, other.disliked)
    }
}

/// What a listener did, by recording: another release of a song that was heard yesterday was heard yesterday.
public struct ListenerHistory: Sendable, Hashable {
    private var byRecording: [UInt64: TrackHistory] = [:]

    /// Nothing yet.
    public init() {}

    /// Adds what happened to a track.
    public mutating func add(_ history: TrackHistory, to recording: UInt64) {
        byRecording[recording, default: TrackHistory()].formUnion(history)
    }

    /// What happened to a recording.
    public subscript(recording: UInt64) -> TrackHistory { byRecording[recording] ?? TrackHistory() }

    /// Recordings that the listener has met.
    public var count: Int { byRecording.count }
}
