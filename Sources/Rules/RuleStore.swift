public import Catalog
public import Foundation
public import JSONText

/// Finds the tracks of the catalog that rules match. Implemented by Storage.
public protocol RuleMatching: Sendable {
    /// The tracks for which a group holds at a moment, in ascending order. What it asks of listening and of the library
    /// is asked of one listener's, or of everybody's where nil.
    func tracks(matching group: RuleGroup, at moment: Date, heardBy listener: String?) async throws -> [TrackID]
    /// The most popular tracks for which a group holds at a moment, best first, at most `limit`; all of them counted.
    func mostPopular(
        matching group: RuleGroup, at moment: Date, limit: Int
    ) async throws -> (tracks: [TrackID], total: Int)
    /// For each group the tracks for which it holds, all as of one moment, and all tracks that there are.
    func classify(
        _ groups: [RuleGroup], at moment: Date, _ report: @Sendable (Int) -> Void
    ) async throws -> (tracks: [TrackID], matching: [[TrackID]])
    /// What is known of the tracks that exist, in order of id; of listening that of one listener, or everybody's.
    func facts(of tracks: [TrackID], heardBy listener: String?) async throws -> [(track: TrackID, facts: RuleFacts)]
}

extension RuleMatching {
    /// The tracks for which a group holds at a moment, in ascending order, whoever listened.
    public func tracks(matching group: RuleGroup, at moment: Date) async throws -> [TrackID] {
        try await tracks(matching: group, at: moment, heardBy: nil)
    }

    /// What is known of the tracks that exist, in order of id, whoever listened.
    public func facts(of tracks: [TrackID]) async throws -> [(track: TrackID, facts: RuleFacts)] {
        try await facts(of: tracks, heardBy: nil)
    }
}

/// Keeps rule sets with all of their versions. Implemented by Storage.
public protocol RuleStore: RuleMatching {
    /// All rule sets, by id.
    func ruleSets() async throws -> [RuleSet]
    /// A rule set, as it is or as it was in a version; nil where there is none.
    func ruleSet(_ id: String, version: Int?) async throws -> RuleSet?
    /// All versions of a rule set, newest first, of a removed one too.
    func versions(of id: String) async throws -> [RuleSetVersion]
    /// Stores a rule set under its id: as a new one, or as a new version.
    func save(_ draft: RuleSet.Draft, mayReplace: Bool) async throws -> RuleSetChange
    /// Makes an earlier version the newest one, of a removed rule set too.
    func rollBack(_ id: String, to version: Int) async throws -> RuleSetChange
    /// Removes a rule set; its versions stay. False where there is none.
    func removeRuleSet(_ id: String) async throws -> Bool
}

/// A version of a rule set.
public struct RuleSetVersion: Sendable, Hashable {
    /// What happened.
    public enum Change: String, Sendable, Hashable, CaseIterable {
        /// It was written.
        case written
        /// An earlier version was made the newest one.
        case rolledBack = "rolled_back"
        /// It was removed.
        case removed
    }

    /// 1, 2, 3, …
    public var version: Int
    /// What happened.
    public var change: Change
    /// When.
    public var changedAt: Date
    /// Everything about the rule set, as it was then.
    public var content: JSONValue

    /// Describes a version.
    public init(version: Int, change: Change, changedAt: Date, content: JSONValue) {
        (self.version, self.change, self.changedAt, self.content) = (version, change, changedAt, content)
    }
}

extension RuleSetVersion {
    /// The version as JSON, as the interface and the command line show it.
    public var json: JSONValue {
        .object([
            "version": .number(Double(version)), "change": .string(change.rawValue),
            "changed_at": .string(changedAt.formatted(.iso8601)), "content": content,
        ])
    }
}

/// What became of an attempt to store a rule set.
public enum RuleSetChange: Sendable, Hashable {
    /// It is new.
    case created(RuleSet)
    /// It has a new version.
    case changed(RuleSet)
    /// It was like that before.
    case unchanged(RuleSet)
    /// It is there already, in this version, which the writer has not seen.
    case conflict(version: Int)
    /// Another rule set keeps up the same playlist.
    case targetClaimed(by: String)
    /// There is no such rule set, or no such version.
    case unknown
}

/// Finds the playlist that a rule set names, wherever it is.
public protocol PlaylistTargets: Sendable {
    /// A way to a rule set's target; `batch` is what histories call the change.
    /// - Throws: `PlaylistTargetError` where there is no way to it.
    func target(of ruleSet: RuleSet, batch: String) async throws -> (any PlaylistTarget)?
}
