public import Catalog
public import Foundation
public import JSONText

/// The number of a run.
public struct PlaylistRunID: RawRepresentable, Sendable, Hashable, Codable {
    /// As the database counts.
    public let rawValue: Int64

    /// Takes a number.
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// What a source brought to a run.
public struct OriginReport: Sendable, Hashable, Codable {
    /// The source, in words.
    public var name: String
    /// Tracks that it brought.
    public var candidates: Int
    /// Of these, tracks in the playlist.
    public var taken: Int
    /// Why it brought nothing, or not all; nil where it did its part.
    public var problem: String?

    /// Reports.
    public init(name: String, candidates: Int, taken: Int = 0, problem: String? = nil) {
        (self.name, self.candidates, self.taken, self.problem) = (name, candidates, taken, problem)
    }
}

/// A context of the listener's taste, as a run saw it.
public struct ContextReport: Sendable, Hashable, Codable {
    /// Its most heard artists.
    public var name: String
    /// Tracks that it was made from.
    public var tracks: Int
    /// Its share of the taste, 0 to 1.
    public var share: Double
    /// Whether the recipe leaves it out.
    public var isExcluded: Bool
    /// Tracks of the playlist that it offered; a track may be offered for several.
    public var taken: Int

    /// Reports.
    public init(name: String, tracks: Int, share: Double, isExcluded: Bool, taken: Int = 0) {
        (self.name, self.tracks, self.share, self.isExcluded) = (name, tracks, share, isExcluded)
        self.taken = taken
    }

    private enum CodingKeys: String, CodingKey {
        case name, tracks, share, taken
        case isExcluded = "excluded"
    }

    /// Reads a report; those of earlier versions do not say what was taken.
    /// - Throws: `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        tracks = try container.decode(Int.self, forKey: .tracks)
        share = try container.decode(Double.self, forKey: .share)
        isExcluded = try container.decode(Bool.self, forKey: .isExcluded)
        taken = try container.decodeIfPresent(Int.self, forKey: .taken) ?? 0
    }
}

/// What a run has to tell beside its numbers.
public struct RunReport: Sendable, Hashable, Codable {
    /// What was relaxed, in order.
    public var relaxed: [AppliedRelaxation]
    /// How the pool became the sample.
    public var pool: PoolCounts
    /// What each source brought.
    public var sources: [OriginReport]
    /// The contexts of taste; empty where the recipe asks for no profile.
    public var contexts: [ContextReport]

    /// Reports; empty unless given.
    public init(
        relaxed: [AppliedRelaxation] = [], pool: PoolCounts = PoolCounts(), sources: [OriginReport] = [],
        contexts: [ContextReport] = []
    ) {
        (self.relaxed, self.pool, self.sources, self.contexts) = (relaxed, pool, sources, contexts)
    }
}

/// One making of a playlist's tracks: what went in, what came out and why.
public struct PlaylistRun: Sendable, Hashable {
    /// How a run ended.
    public enum Status: String, Sendable, CaseIterable, Codable {
        /// The playlist has its tracks.
        case done
        /// The playlist is as it was.
        case failed
    }

    /// Why there was a run.
    public enum Cause: String, Sendable, CaseIterable, Codable {
        /// The playlist was made.
        case create
        /// Somebody asked for other tracks, or a schedule did.
        case reshuffle
    }

    /// Its number; nil for a dry run, which leaves nothing behind.
    public var id: PlaylistRunID?
    /// Which playlist; nil where a dry run stands for one that is not there yet.
    public var playlist: PlaylistID?
    /// For whom.
    public var listener: String
    /// Why.
    public var cause: Cause
    /// Joins runs that were asked for together.
    public var batch: String
    /// How it ended.
    public var status: Status
    /// Decides all that was drawn.
    public var seed: UInt64
    /// The recipe as it was then.
    public var recipe: JSONValue
    /// Identifies the tracks and their order.
    public var snapshot: String
    /// The tracks with their reasons, in order.
    public var tracks: [RunTrack]
    /// How many tracks are missing from the number asked for.
    public var missing: Int
    /// What else there is to tell.
    public var report: RunReport
    /// Why it failed.
    public var problem: String?
    /// When it began.
    public var startedAt: Date
    /// When it ended.
    public var finishedAt: Date

    /// Describes a run.
    public init(
        id: PlaylistRunID? = nil, playlist: PlaylistID?, listener: String, cause: Cause, batch: String,
        status: Status = .done, seed: UInt64, recipe: JSONValue, tracks: [RunTrack] = [], missing: Int = 0,
        report: RunReport = RunReport(), problem: String? = nil, startedAt: Date, finishedAt: Date
    ) {
        (self.id, self.playlist, self.listener, self.cause) = (id, playlist, listener, cause)
        (self.batch, self.status, self.seed, self.recipe) = (batch, status, seed, recipe)
        (self.tracks, self.missing, self.report, self.problem) = (tracks, missing, report, problem)
        (self.startedAt, self.finishedAt) = (startedAt, finishedAt)
        snapshot = Self.snapshot(of: tracks.map(\.track))
    }

    /// How many tracks it has.
    public var total: Int { tracks.count }
    /// Of these, ones that the listener had not met.
    public var newCount: Int { tracks.count { $0.isNew } }
    /// Of these, ones that the listener had met.
    public var reusedCount: Int { total - newCount }
    /// Of these, ones that stood in the version before.
    public var keptCount: Int { tracks.count { $0.isKept } }

    /// A name of a list of tracks: equal lists have equal names.
    public static func snapshot(of tracks: [TrackID]) -> String {
        let step: UInt64 = 0x9e37_79b9_7f4a_7c15
        let hash = tracks.reduce(SplitMix64.mixed(step &+ UInt64(tracks.count))) { hash, track in
            SplitMix64.mixed(hash &+ step ^ SplitMix64.mixed(UInt64(bitPattern: track.rawValue)))
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// A track of a run, and why it is there.
public struct RunTrack: Sendable, Hashable, Codable {
    /// Which track.
    public var track: TrackID
    /// How well it fitted.
    public var score: Double
    /// What the score is made of: sources, boosts and penalties; they sum to it.
    public var terms: [ScorePart]
    /// Who offered it.
    public var origins: [String]
    /// Whether the listener had not met it.
    public var isNew: Bool
    /// Whether it stood in the version before.
    public var isKept: Bool
    /// How far it had recovered, above 0 to 1.
    public var recovery: Double
    /// The wishes that had to give way for it.
    public var relaxed: [Wish]

    /// What a sample says of a track.
    public init(_ sampled: SampledTrack) {
        (track, score) = (sampled.track.facts.id, sampled.track.score)
        (terms, origins) = (sampled.track.terms, sampled.track.origins)
        (isNew, isKept) = (sampled.isNew, sampled.isKept)
        (recovery, relaxed) = (sampled.recovery, sampled.relaxed)
    }

    private enum CodingKeys: String, CodingKey {
        case track, score, terms, origins, recovery, relaxed
        case isNew = "new"
        case isKept = "kept"
    }
}
