public import Catalog
public import Foundation

/// A playlist of this service's own that a rule set keeps up, or kept up until its target was changed.
public struct RulePlaylist: Sendable, Hashable {
    /// Its number.
    public var id: PlaylistID
    /// What it is called.
    public var name: String
    /// The rule set whose target it is; nil where none has it any more.
    public var ruleSet: String?
    /// Whether that rule set is enabled; one that is not brings nothing up to date.
    public var isEnabled: Bool
    /// How many tracks it has.
    public var trackCount: Int
    /// When its first track came; nil where none ever did.
    public var createdAt: Date?
    /// When a track last came or went; nil where none ever did.
    public var updatedAt: Date?
    /// Identifies its state: another one after each change.
    public var snapshot: String?

    /// Describes a playlist.
    public init(
        id: PlaylistID, name: String, ruleSet: String?, isEnabled: Bool = true, trackCount: Int, createdAt: Date? = nil,
        updatedAt: Date? = nil, snapshot: String? = nil
    ) {
        (self.id, self.name, self.ruleSet, self.isEnabled) = (id, name, ruleSet, isEnabled)
        self.trackCount = trackCount
        (self.createdAt, self.updatedAt, self.snapshot) = (createdAt, updatedAt, snapshot)
    }
}
