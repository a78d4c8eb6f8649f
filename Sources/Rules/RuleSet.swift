internal import Catalog
public import Foundation
public import JSONText

/// A rule with a name, and the playlist that shall hold what it matches.
public struct RuleSet: Sendable, Hashable {
    /// Lower-case letters, digits, points, hyphens and underscores, at most 64.
    public var id: String
    /// What people read.
    public var name: String
    /// What it is for.
    public var summary: String
    /// Whether classification looks at it.
    public var isEnabled: Bool
    /// The playlist that it keeps up; nil for none.
    public var target: RuleTarget?
    /// 1, 2, 3, …: one more with each change.
    public var version: Int
    /// The rule.
    public var root: RuleGroup
    /// The rule as it was written.
    public var document: JSONValue
    /// When this version was made.
    public var changedAt: Date

    /// Describes a rule set.
    public init(
        id: String, name: String, summary: String = "", isEnabled: Bool = true, target: RuleTarget? = nil,
        version: Int = 0, root: RuleGroup, document: JSONValue, changedAt: Date = Date(timeIntervalSince1970: 0)
    ) {
        (self.id, self.name, self.summary, self.isEnabled) = (id, name, summary, isEnabled)
        (self.target, self.version, self.root) = (target, version, root)
        (self.document, self.changedAt) = (document, changedAt)
    }

    /// Names that routes have already.
    public static let reservedIDs: Set<String> = ["schema", "evaluate", "classify"]

    /// Whether a text can be the id of a rule set.
    public static func isID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && !reservedIDs.contains(text)
            && text.utf8.allSatisfy {
                ($0 >= 97 && $0 <= 122) || ($0 >= 48 && $0 <= 57) || [45, 46, 95].contains($0)
            }
    }

    /// An id made from a name: "Evening, calm" becomes "evening-calm"; nil where nothing is left.
    public static func id(from name: String) -> String? {
        let folded = RuleSetText.folded(name)
        let words = folded.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.joined(separator: "-")
        let id = String(words.prefix(64))
        return isID(id) ? id : nil
    }

    /// Everything about it but the version and its time, as JSON.
    public var content: JSONValue {
        .object([
            "name": .string(name), "description": .string(summary), "enabled": .bool(isEnabled),
            "target": target?.json ?? .null, "root": document,
        ])
    }

    /// The whole as JSON, as the interface and the command line show it.
    public var json: JSONValue {
        guard case .object(var members) = content else { return content }
        members["id"] = .string(id)
        members["version"] = .number(Double(version))
        members["changed_at"] = .string(changedAt.formatted(.iso8601))
        return .object(members)
    }
}

/// The playlist that a rule set keeps up.
public struct RuleTarget: Sendable, Hashable {
    /// Spotify's, by its id; or Segue's own, by its number or by a name under which the first sync makes it.
    public var playlist: PlaylistName
    /// Whose permission is used at Spotify; nil for the only account that there is.
    public var account: String?
    /// The most tracks that it shall hold, the most popular ones first.
    public var limit: Int

    /// What no service takes more of.
    public static let maximumTracks = 10_000

    /// Names a target.
    public init(playlist: PlaylistName, account: String? = nil, limit: Int = RuleTarget.maximumTracks) {
        (self.playlist, self.account, self.limit) = (playlist, account, limit)
    }

    /// Whether it is at Spotify.
    public var isAtSpotify: Bool { playlist.id.namespace == "spotify" }

    /// What two rule sets cannot share; a number has one form.
    public var key: String { (playlist.number.map { PlaylistName(PlaylistID(rawValue: $0)) } ?? playlist).description }

    /// As it is written.
    public var json: JSONValue {
        .object([
            "playlist": .string(playlist.description), "account": account.map { .string($0) } ?? .null,
            "limit": .number(Double(limit)),
        ])
    }
}
