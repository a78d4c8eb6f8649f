/// Conditions and further groups under one quantifier: the language of filters and of rule sets.
public struct RuleGroup: Hashable, Sendable {
    /// How many of a group's members must hold.
    public enum Match: String, CaseIterable, Hashable, Sendable {
        /// Every one; an empty group holds.
        case all
        /// At least one; an empty group does not hold.
        case any
        /// Not one; an empty group holds.
        case none
    }

    /// The deepest nesting that is read, the outermost group being 1.
    public static let maximumDepth = 16
    /// The most conditions in one tree.
    public static let maximumConditions = 256

    /// How many members must hold.
    public var match: Match
    /// Comparisons of one field each.
    public var conditions: [RuleCondition]
    /// Groups within this one.
    public var groups: [RuleGroup]

    /// Puts members under a quantifier.
    public init(match: Match, conditions: [RuleCondition] = [], groups: [RuleGroup] = []) {
        self.match = match
        self.conditions = conditions
        self.groups = groups
    }

    /// Number of conditions in this group and below.
    public var conditionCount: Int { groups.reduce(conditions.count) { $0 + $1.conditionCount } }
}

/// A comparison of one field of a track, checked when it is made: whatever exists can be evaluated.
public struct RuleCondition: Hashable, Sendable {
    /// What is compared.
    public let field: RuleField
    /// How, and with what.
    public let test: RuleTest
}

/// A comparison with its operands, in the type that the field has.
public enum RuleTest: Hashable, Sendable {
    /// The number lies within `lower` and `upper`; `negated` asks for a known number outside.
    case range(NumberRange, negated: Bool)
    /// The number is one of these.
    case numbers([Float])
    /// The text, folded, is one of these, folded; `negated` asks for a known text that is none of them.
    case texts([String], negated: Bool)
    /// The flag has this value.
    case flag(Bool)
    /// The value is known, or is not.
    case known(Bool)
}

/// An interval of numbers whose ends may be open.
public struct NumberRange: Hashable, Sendable {
    /// The lower end; negative infinity for none.
    public var lower: Float = -.infinity
    /// The upper end; infinity for none.
    public var upper: Float = .infinity
    /// Whether the lower end itself belongs to it.
    public var includesLower = true
    /// Whether the upper end itself belongs to it.
    public var includesUpper = true

    /// An interval; both ends belong to it unless said otherwise.
    public init(
        lower: Float = -.infinity, upper: Float = .infinity, includesLower: Bool = true, includesUpper: Bool = true
    ) {
        self.lower = lower
        self.upper = upper
        self.includesLower = includesLower
        self.includesUpper = includesUpper
    }

    /// Whether a number lies in the interval; NaN, which stands for missing, never does.
    @inlinable
    public func contains(_ value: Float) -> Bool {
        (includesLower ? value >= lower : value > lower) && (includesUpper ? value <= upper : value < upper)
    }
}
