/// How long a track rests after something happened to it, and how it comes back.
public struct Cooldown: Sendable, Hashable, Codable {
    /// Days within which it is not taken at all.
    public var window: Double
    /// Days after the window in which it becomes as likely as before.
    public var recovery: Double

    /// The longest window and the longest recovery that are accepted, in days: ten years.
    public static let longest = 3_650.0

    /// A rest; neither is below 0.
    public init(window: Double, recovery: Double = 0) { (self.window, self.recovery) = (window, recovery) }

    /// How likely a track is beside one that is not resting: 0 within the window, 1 after the recovery, and in between
    /// 3t² - 2t³ for the share t of the recovery that is over, so that nothing jumps.
    /// - Parameter age: days since it happened; what lies in the future happened now.
    public func share(at age: Double) -> Double {
        let age = max(age, 0)
        guard age >= window else { return 0 }
        guard recovery > 0, age < window + recovery else { return 1 }
        let t = (age - window) / recovery
        return t * t * (3 - 2 * t)
    }
}

/// The three cooldowns, each with its own window; nil where there is none.
public struct Cooldowns: Sendable, Hashable {
    /// After a track was heard.
    public var played: Cooldown?
    /// After a track was given out.
    public var served: Cooldown?
    /// After a track was skipped.
    public var skipped: Cooldown?

    /// Cooldowns, none unless given.
    public init(played: Cooldown? = nil, served: Cooldown? = nil, skipped: Cooldown? = nil) {
        (self.played, self.served, self.skipped) = (played, served, skipped)
    }

    /// Whether there is none.
    public var isEmpty: Bool { played == nil && served == nil && skipped == nil }

    /// How likely a track is beside one that rests from nothing: the product of the three shares.
    /// - Parameters:
    ///   - history: what happened to it.
    ///   - now: seconds since 1970.
    public func share(of history: TrackHistory, at now: Double) -> Double {
        func share(_ cooldown: Cooldown?, _ moment: Double?) -> Double {
            guard let cooldown, let moment else { return 1 }
            return cooldown.share(at: (now - moment) / 86_400)
        }
        return share(played, history.played) * share(served, history.served) * share(skipped, history.skipped)
    }

    /// The names of the cooldowns that hold a track back: `cooldown.played`, `cooldown.served`, `cooldown.skipped`.
    public func holding(_ history: TrackHistory, at now: Double) -> [Wish] {
        [
            (Wish.playedCooldown, played, history.played), (.servedCooldown, served, history.served),
            (.skippedCooldown, skipped, history.skipped),
        ]
        .compactMap { wish, cooldown, moment in
            guard let cooldown, let moment, cooldown.share(at: (now - moment) / 86_400) == 0 else { return nil }
            return wish
        }
    }

    /// How much of a rest that holds a liked track back is over, 0 to 1, as of the one that has most before it; nil where
    /// it was skipped lately, which liking it does not make up for.
    func rested(_ history: TrackHistory, at now: Double) -> Double? {
        guard holding(history, at: now).allSatisfy({ $0 != .skippedCooldown }) else { return nil }
        func over(_ cooldown: Cooldown?, _ moment: Double?) -> Double {
            guard let cooldown, let moment, cooldown.window > 0 else { return 1 }
            return min(1, max(0, (now - moment) / 86_400 / cooldown.window))
        }
        return min(over(played, history.played), over(served, history.served))
    }
}
