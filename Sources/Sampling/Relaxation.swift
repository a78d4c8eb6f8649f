/// A wish that rules may have and that may be loosened.
public enum Wish: String, Sendable, CaseIterable, Codable {
    /// The shares of the pool's parts.
    case shares
    /// The shares of popularity.
    case popularity
    /// The cap on an album's tracks.
    case perAlbum = "per_album"
    /// The cap on an artist's tracks.
    case perArtist = "per_artist"
    /// The distance between tracks of one artist.
    case artistSpacing = "artist_spacing"
    /// The least share of tracks that the listener has not met.
    case minimumNew = "min_new_ratio"
    /// The greatest share of tracks of the version before.
    case maximumKept = "max_kept_ratio"
    /// The rest after a track was given out, in days.
    case servedCooldown = "cooldown.served"
    /// The rest after a track was heard, in days.
    case playedCooldown = "cooldown.played"
    /// The rest after a track was skipped, in days.
    case skippedCooldown = "cooldown.skipped"
    /// The rest of liked tracks after they were given out or heard: where it gives way, they come back before their
    /// time, those first that have rested longest. After a skip they rest on.
    case likedRest = "liked_rest"

    /// Whether it can only be given up as a whole.
    public var isAllOrNothing: Bool { self == .shares || self == .popularity || self == .likedRest }
}

/// One rung of the ladder: a wish and what is still asked of it afterwards.
public struct Relaxation: Sendable, Hashable {
    /// What is loosened.
    public var wish: Wish
    /// The number that takes the wish's place; nil where nothing is asked any more.
    public var bound: Double?

    /// Loosens a wish to a number, or gives it up.
    public init(_ wish: Wish, to bound: Double? = nil) { (self.wish, self.bound) = (wish, bound) }
}

/// A relaxation that was made.
public struct AppliedRelaxation: Sendable, Hashable, Codable {
    /// What was loosened.
    public var wish: Wish
    /// What was asked before; nil for shares, which have no one number.
    public var from: Double?
    /// What was asked afterwards; nil where nothing was.
    public var to: Double?

    /// Notes a relaxation.
    public init(wish: Wish, from: Double?, to: Double?) { (self.wish, self.from, self.to) = (wish, from, to) }

    /// For a person: `per_artist 2 → 3`.
    public var text: String {
        let before = from.map { " \(RecipeReader.text($0))" } ?? ""
        return "\(wish.rawValue)\(before) → \(to.map { RecipeReader.text($0) } ?? "none")"
    }
}

extension SamplingRules {
    /// What is asked of a wish at present; nil where nothing is.
    public func bound(of wish: Wish) -> Double? {
        switch wish {
        case .shares: shares.isEmpty ? nil : 1
        case .popularity: bands.isEmpty ? nil : 1
        case .perAlbum: perAlbum.map(Double.init)
        case .perArtist: perArtist.map(Double.init)
        case .artistSpacing: artistSpacing > 0 ? Double(artistSpacing) : nil
        case .minimumNew: minimumNew > 0 ? minimumNew : nil
        case .maximumKept: maximumKept < 1 ? maximumKept : nil
        case .servedCooldown: cooldowns.served?.window
        case .playedCooldown: cooldowns.played?.window
        case .skippedCooldown: cooldowns.skipped?.window
        case .likedRest: (cooldowns.served ?? cooldowns.played) != nil && !likedReturn ? 1 : nil
        }
    }

    /// Makes a relaxation; nil, and nothing is changed, where it would loosen nothing.
    public mutating func relax(_ step: Relaxation) -> AppliedRelaxation? {
        guard let before = bound(of: step.wish), isLooser(step, than: before) else { return nil }
        set(step.wish, to: step.bound)
        return AppliedRelaxation(
            wish: step.wish, from: step.wish.isAllOrNothing ? nil : before, to: bound(of: step.wish))
    }

    /// What is asked of a step's wish at present, where the step would ask more; nil where it would not.
    func tightened(by step: Relaxation) -> Double? {
        guard let asked = step.bound, let before = bound(of: step.wish), asked != before, !isLooser(step, than: before)
        else { return nil }
        return before
    }

    private func isLooser(_ step: Relaxation, than before: Double) -> Bool {
        guard let bound = step.bound, !step.wish.isAllOrNothing else { return true }
        return switch step.wish {
        case .perAlbum, .perArtist, .maximumKept: bound > before
        default: bound < before
        }
    }

    private mutating func set(_ wish: Wish, to bound: Double?) {
        switch wish {
        case .shares: shares = []
        case .popularity: bands = []
        case .perAlbum: perAlbum = bound.map { Int($0) }
        case .perArtist: perArtist = bound.map { Int($0) }
        case .artistSpacing: artistSpacing = Int(bound ?? 0)
        case .minimumNew: minimumNew = bound ?? 0
        case .maximumKept: maximumKept = bound ?? 1
        case .servedCooldown: cooldowns.served = bound.map { Self.shortened(cooldowns.served, to: $0) }
        case .playedCooldown: cooldowns.played = bound.map { Self.shortened(cooldowns.played, to: $0) }
        case .skippedCooldown: cooldowns.skipped = bound.map { Self.shortened(cooldowns.skipped, to: $0) }
        case .likedRest: likedReturn = true
        }
    }

    private static func shortened(_ cooldown: Cooldown?, to window: Double) -> Cooldown {
        Cooldown(window: window, recovery: cooldown?.recovery ?? 0)
    }

    /// The ladder of rules that declare none: what a listener notices least comes first, and rests are halved but never
    /// given up. A list stays short rather than that a track comes back at once.
    public var usualLadder: [Relaxation] {
        var ladder = [Relaxation(.shares), Relaxation(.popularity)]
        if let perAlbum { ladder.append(Relaxation(.perAlbum, to: Double(perAlbum) * 2)) }
        if minimumNew > 0 { ladder += [Relaxation(.minimumNew, to: minimumNew / 2), Relaxation(.minimumNew)] }
        if artistSpacing > 1 { ladder.append(Relaxation(.artistSpacing, to: 1)) }
        if let perArtist { ladder.append(Relaxation(.perArtist, to: Double(perArtist) * 2)) }
        for wish in [Wish.servedCooldown, .playedCooldown] {
            if let window = bound(of: wish) { ladder.append(Relaxation(wish, to: window / 2)) }
        }
        if maximumKept < 1 { ladder.append(Relaxation(.maximumKept)) }
        return ladder
    }
}
