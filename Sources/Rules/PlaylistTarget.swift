public import Catalog

/// A playlist somewhere that can be brought to hold other tracks, a batch at a time.
///
/// Tracks go by the keys that the playlist's service knows them by.
public protocol PlaylistTarget: Sendable {
    /// The most tracks that one call adds or removes.
    var batchSize: Int { get }
    /// What it holds now.
    /// - Throws: `PlaylistTargetError`.
    func contents() async throws -> PlaylistState
    /// The keys of tracks; those that the service does not know have none.
    func keys(of tracks: [TrackID]) async throws -> [TrackID: String]
    /// The tracks of the catalog that have these keys.
    func tracks(of keys: [String]) async throws -> [String: TrackID]
    /// Adds tracks at the end, at most a batch; says the playlist's new version.
    /// - Throws: `PlaylistTargetError`.
    func add(_ keys: [String], at version: String?) async throws -> String?
    /// Removes tracks wherever they stand, at most a batch; says the playlist's new version.
    /// - Throws: `PlaylistTargetError`.
    func remove(_ keys: [String], at version: String?) async throws -> String?
}

/// What a playlist holds.
public struct PlaylistState: Sendable, Hashable {
    /// Its tracks by key, in order; nil for entries that are no tracks.
    public var keys: [String]
    /// Names this state, where the service does; changes refer to it.
    public var version: String?

    /// Describes a playlist.
    public init(keys: [String], version: String?) { (self.keys, self.version) = (keys, version) }
}

/// Why a playlist cannot be brought up to date.
public enum PlaylistTargetError: Error, Sendable, Hashable, CustomStringConvertible {
    /// It is not there, or not any more.
    case gone(String)
    /// Nobody has given permission, or it has ended; the text says what to do.
    case notPermitted(String)
    /// Somebody else changed it meanwhile.
    case changedMeanwhile(String)
    /// This program has no way to such playlists.
    case notSupported(String)
    /// Nothing would be left in it.
    case wouldBeEmpty(String)

    /// One sentence with the mend.
    public var description: String {
        switch self {
        case .gone(let name):
            "there is no playlist \(name), or not any more; give the rule set another target, or none, by `segue rules put`"
        case .notPermitted(let reason): reason
        case .changedMeanwhile(let name): "somebody else keeps changing the playlist \(name); try again later"
        case .notSupported(let reason): reason
        case .wouldBeEmpty(let name):
            "the rule matches nothing that can be in \(name), so the playlist stays as it was; change the rule, or remove"
                + " the playlist where it shall hold nothing"
        }
    }
}

/// What must change about a playlist, and nothing else: what stays keeps its place, what comes goes to the end.
public struct PlaylistDifference: Sendable, Hashable {
    /// What comes, in the order of the wanted list.
    public var added: [String] = []
    /// What goes, each once.
    public var removed: [String] = []
    /// What stays.
    public var kept: [String] = []

    /// Compares what is there with what is wanted; doubles count once on both sides.
    public init(from current: [String], to wanted: [String]) {
        let (there, asked) = (Set(current), Set(wanted))
        var seen: Set<String> = []
        for key in current where seen.insert(key).inserted {
            if asked.contains(key) { kept.append(key) } else { removed.append(key) }
        }
        seen = []
        added = wanted.filter { !there.contains($0) && seen.insert($0).inserted }
    }

    /// Whether nothing must change.
    public var isEmpty: Bool { added.isEmpty && removed.isEmpty }
}
