/// A track that somebody heard, or skipped, at a moment.
///
/// Unique by source, moment and track: exports that overlap bring each play once.
public struct PlayRecord: Sendable, Hashable {
    /// What a play says about the listener.
    public enum Kind: String, Sendable, CaseIterable, Codable {
        /// Heard to the end, or long enough to count.
        case played
        /// Left before it could please.
        case skipped
        /// Marked as liked.
        case liked
        /// Given out by this service, whether heard or not.
        case served
    }

    /// Which track, or the handle of a `MentionRecord`.
    public var track: ExternalID
    /// Whose history this is: `spotify`, `listenbrainz`, …
    public var source: String
    /// When, in seconds since 1970; as the source counts it, at the start or at the end of the play.
    public var playedAt: Double
    /// What it says.
    public var kind: Kind
    /// How long the track was heard, in milliseconds, where known.
    public var heard: Int?
    /// Why the play ended in the source's word, where known.
    public var reason: String?
    /// Whether it was heard without a connection, where known.
    public var offline: Bool?

    /// Notes a play.
    public init(
        track: ExternalID, source: String, playedAt: Double, kind: Kind, heard: Int? = nil, reason: String? = nil,
        offline: Bool? = nil
    ) {
        self.track = track
        self.source = source
        self.playedAt = playedAt
        self.kind = kind
        self.heard = heard
        self.reason = reason
        self.offline = offline
    }
}
