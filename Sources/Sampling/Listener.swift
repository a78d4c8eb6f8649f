public import Catalog
public import Foundation

/// Somebody whose listening is kept apart from others'.
public struct Listener: Sendable, Hashable, Codable {
    /// The name: lower-case letters, digits, points, hyphens and underscores, 64 at most.
    public var name: String
    /// Since when it is known.
    public var createdAt: Date

    /// Whose imported histories and libraries are.
    public static let standard = "default"
    /// To whom a recommendation is given that names no listener; no listener is called so.
    public static let anybody = ""

    /// A listener.
    public init(name: String, createdAt: Date) { (self.name, self.createdAt) = (name, createdAt) }

    /// Whether a text may name a listener.
    public static func isName(_ text: String) -> Bool { text.wholeMatch(of: /[a-z0-9][a-z0-9._-]{0,63}/) != nil }

    private enum CodingKeys: String, CodingKey {
        case name
        case createdAt = "created_at"
    }
}

/// A track that a listener has met, with how much it counts for the listener's taste.
public struct ListenedTrack: Sendable, Hashable {
    /// The track.
    public var track: TrackID
    /// Its recording.
    public var recording: UInt64
    /// When what happened last.
    public var history: TrackHistory
    /// How often it was heard.
    public var plays: Int
    /// What it says of the listener's taste: 1 for a play and 3 for a like, -0.5 for a skip and -3 for a dislike, and for
    /// a service's favourite `favouritePlays` by the root of its rank; each halved with every `halfLife` that passed.
    public var affinity: Double

    /// Days in which what happened comes to count half as much.
    public static let halfLife = 30.0

    /// As how many plays the track counts that a service ranks first; it tells no numbers.
    public static let favouritePlays = 5.0

    /// Describes what happened to a track.
    public init(track: TrackID, recording: UInt64, history: TrackHistory, plays: Int, affinity: Double) {
        (self.track, self.recording, self.history) = (track, recording, history)
        (self.plays, self.affinity) = (plays, affinity)
    }
}

/// Something that a listener did, or said of a track.
public struct Feedback: Sendable, Hashable {
    /// What it was.
    public enum Kind: String, Sendable, CaseIterable, Codable {
        /// Heard to the end, or long enough to count.
        case played
        /// Left before it could please.
        case skipped
        /// Marked as liked.
        case liked
        /// Marked as disliked: never taken again until it is liked.
        case disliked
    }

    /// Which track.
    public var track: TrackID
    /// What it was.
    public var kind: Kind
    /// When.
    public var moment: Date
    /// The recommendation that brought it, where one did.
    public var recommendation: String?
    /// The run that brought it, where one did.
    public var run: PlaylistRunID?
    /// Where it was heard, in the caller's own word; cooldowns may ask for one.
    public var context: String?

    /// Notes feedback.
    public init(
        track: TrackID, kind: Kind, moment: Date, recommendation: String? = nil, run: PlaylistRunID? = nil,
        context: String? = nil
    ) {
        (self.track, self.kind, self.moment) = (track, kind, moment)
        (self.recommendation, self.run, self.context) = (recommendation, run, context)
    }
}
