public import Catalog
public import Foundation
public import JSONText

/// A playlist that this service makes.
public struct MadePlaylist: Sendable, Hashable {
    /// How it is made.
    public enum Kind: String, Sendable, CaseIterable, Codable {
        /// By its recipe.
        case sampled
        /// By its recipe, out of the listener's own taste; one for each listener.
        case daily
    }

    /// Its number.
    public var id: PlaylistID
    /// What it is called.
    public var name: String
    /// Whose it is.
    public var listener: String
    /// How it is made.
    public var kind: Kind
    /// Its recipe, as `Recipe.json` writes it.
    public var recipe: JSONValue
    /// How many tracks it has.
    public var trackCount: Int
    /// When it was made.
    public var createdAt: Date
    /// When its tracks were replaced last.
    public var updatedAt: Date
    /// The run that made its tracks.
    public var lastRun: PlaylistRunID?
    /// Identifies its tracks and their order: equal for equal contents.
    public var snapshot: String?

    /// Describes a playlist.
    public init(
        id: PlaylistID, name: String, listener: String, kind: Kind, recipe: JSONValue, trackCount: Int,
        createdAt: Date, updatedAt: Date, lastRun: PlaylistRunID?, snapshot: String?
    ) {
        (self.id, self.name, self.listener, self.kind) = (id, name, listener, kind)
        (self.recipe, self.trackCount) = (recipe, trackCount)
        (self.createdAt, self.updatedAt) = (createdAt, updatedAt)
        (self.lastRun, self.snapshot) = (lastRun, snapshot)
    }

    /// The longest name, in characters.
    public static let longestName = 200
}

/// A playlist to be made.
public struct PlaylistDraft: Sendable, Hashable {
    /// What it is called.
    public var name: String
    /// Whose it is.
    public var listener: String
    /// How it is made.
    public var kind: MadePlaylist.Kind
    /// Its recipe.
    public var recipe: Recipe

    /// A draft.
    public init(name: String, listener: String, kind: MadePlaylist.Kind = .sampled, recipe: Recipe) {
        (self.name, self.listener, self.kind, self.recipe) = (name, listener, kind, recipe)
    }
}

/// A track that came into a playlist, or left it.
public struct PlaylistChange: Sendable, Hashable, Codable {
    /// Where it stood, from 0.
    public var position: Int
    /// Which track.
    public var track: TrackID
    /// `added` or `removed`.
    public var change: String
    /// What did it: a run's tag, or an import's name.
    public var batch: String
    /// When.
    public var moment: Date
    /// Its number, by which listings go on.
    public var number: Int64

    /// Notes a change.
    public init(position: Int, track: TrackID, change: String, batch: String, moment: Date, number: Int64) {
        (self.position, self.track, self.change) = (position, track, change)
        (self.batch, self.moment, self.number) = (batch, moment, number)
    }
}
