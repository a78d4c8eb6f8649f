public import JSONText

/// What a request for recommendations is to spare a listener.
public struct CooldownWish: Sendable, Hashable {
    /// Whose history counts.
    public var listener: String
    /// What was given out in other contexts does not count; nil for all of it.
    public var context: String?
    /// How long tracks rest.
    public var cooldowns: Cooldowns
    /// Whether rests may be shortened where too little is left.
    public var mayRelax: Bool

    /// Days for which tracks rest after they were given out, where a wish names no window.
    public static let usualDays = 14.0

    /// Reads `{"listener", "context", "relax"}` and the fields of cooldowns.
    /// - Throws: `RecipeError` with everything that is wrong.
    public init(reading value: JSONValue) throws(RecipeError) {
        var reader = RecipeReader(value, at: [], known: Cooldowns.fields + ["listener", "context", "relax"])
        listener = reader.text("listener") ?? Listener.standard
        if !Listener.isName(listener) {
            reader.note(["listener"], .outOfRange, "not a listener's name: lower-case letters, digits, ., - and _")
        }
        context = reader.text("context")
        if let context, context.isEmpty || context.count > 64 {
            reader.note(["context"], .outOfRange, "not a text of 1 to 64 characters")
        }
        mayRelax = reader.flag("relax")
        cooldowns = Cooldowns(&reader)
        if cooldowns.isEmpty,
            !["played_days", "served_days", "skipped_days"].contains(where: { reader.member($0) != nil })
        {
            cooldowns.served = Cooldown(window: Self.usualDays)
        }
        guard reader.faults.isEmpty else { throw RecipeError(reader.faults) }
    }

    /// The ladder of a wish that may be relaxed: rests are halved, then given up, but never that of skipped tracks.
    public var ladder: [Relaxation] {
        guard mayRelax else { return [] }
        let windows = [(Wish.servedCooldown, cooldowns.served?.window), (.playedCooldown, cooldowns.played?.window)]
        return windows.flatMap { wish, window in window.map { [Relaxation(wish, to: $0 / 2)] } ?? [] }
            + windows.flatMap { wish, window in window == nil ? [] : [Relaxation(wish)] }
    }
}
