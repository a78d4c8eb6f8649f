public import Catalog
public import JSONText

/// Where a part of a pool takes its tracks from.
public enum PoolSource: Sendable, Hashable {
    /// Tracks that the listener saved or likes.
    case library
    /// The tracks of a playlist, an album, an artist or a tag.
    case tracks(of: EntityReference)
    /// Neighbours of seeds; `discovery` as in requests for recommendations, 0 to 1.
    case recommendations(seeds: [EntityReference], discovery: Double?)
    /// Tracks that meet a rule, as JSON: what it means is the rules' business.
    case rules(JSONValue)
    /// Tracks that a stored rule set matches at the time, by its id or its name.
    case ruleSet(String)
    /// What the listener's own listening suggests; the pool of daily playlists.
    case profile

    /// The name in recipes.
    public var name: String {
        switch self {
        case .library: "library"
        case .tracks: "tracks"
        case .recommendations: "recommendations"
        case .rules, .ruleSet: "rules"
        case .profile: "profile"
        }
    }

    static let names = ["library", "tracks", "recommendations", "rules", "profile"]
}

/// A part of a pool.
public struct PoolPart: Sendable, Hashable {
    /// Where its tracks come from.
    public var source: PoolSource
    /// The share of the sample that it makes, 0 to 1; nil where the parts are not shared out.
    public var share: Double?
    /// How much likelier its tracks are than others, above 0.
    public var weight: Double

    /// A part.
    public init(_ source: PoolSource, share: Double? = nil, weight: Double = 1) {
        (self.source, self.share, self.weight) = (source, share, weight)
    }
}

/// How a playlist is made: the pool, and what a sample of it has to be like.
public struct Recipe: Sendable, Hashable {
    /// Where tracks come from; at least one part.
    public var parts: [PoolPart]
    /// What the sample has to be like; its shares are those of the parts.
    public var rules: SamplingRules
    /// Tracks, albums, artists, playlists and tags whose tracks are never taken.
    public var excluded: [EntityReference] = []
    /// Contexts of taste that the profile leaves out: each is the one that these tracks belong to. The tracks themselves
    /// are never taken.
    public var excludedContexts: [EntityReference] = []

    /// A recipe; the shares of the parts become the rules'.
    public init(parts: [PoolPart], rules: SamplingRules) {
        (self.parts, self.rules) = (parts, rules)
        self.rules.shares = parts.contains { $0.share != nil } ? parts.map { $0.share ?? 0 } : []
    }

    /// The recipe of daily playlists: new things mostly, nothing of yesterday's, nothing twice in two weeks.
    public static func daily(count: Int = 30) -> Recipe {
        var rules = SamplingRules(count: count)
        rules.cooldowns = Cooldowns(
            played: Cooldown(window: 7, recovery: 7), served: Cooldown(window: 14, recovery: 7),
            skipped: Cooldown(window: 60, recovery: 30))
        (rules.perArtist, rules.perAlbum, rules.artistSpacing) = (2, 1, 3)
        (rules.minimumNew, rules.maximumKept, rules.temperature) = (0.5, 0, 0.1)
        var recipe = Recipe(parts: [PoolPart(.profile)], rules: rules)
        recipe.declareUsualLadder()
        return recipe
    }

    /// Declares what gives way in recipes that say nothing of it. A list that lives from what the listener likes does not
    /// stay short for want of it: liked tracks come back before their time, before anything of the version before does.
    mutating func declareUsualLadder() {
        rules.ladder = rules.usualLadder
        guard parts.contains(where: { $0.source == .profile }), rules.bound(of: .likedRest) != nil else { return }
        let place = rules.ladder.lastIndex { $0.wish == .maximumKept } ?? rules.ladder.endIndex
        rules.ladder.insert(Relaxation(.likedRest), at: place)
    }
}

/// Bounds on recipes.
public struct RecipeLimits: Sendable, Hashable {
    /// The most tracks of a playlist.
    public var maximumCount = 500
    /// The most parts of a pool.
    public var maximumParts = 16
    /// The most seeds, exclusions and contexts in one list.
    public var maximumReferences = 100
    /// The most rungs of a ladder.
    public var maximumRungs = 64
    /// The most tracks that a part of a pool may bring; more are thinned out evenly.
    public var maximumPool = 20_000
    /// The most playlists of a listener.
    public var maximumPlaylists = 100

    /// The defaults.
    public init() {}
}
