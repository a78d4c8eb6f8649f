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

    /// Number of texts that conditions of this group and below look for: what an evaluation over columns costs most of.
    public var textCount: Int { allConditions.reduce(0) { $0 + $1.textCount } }

    /// Every condition of this group and below.
    public var allConditions: [RuleCondition] { conditions + groups.flatMap(\.allConditions) }

    /// The conditions that no generation's columns answer, each once.
    public var storedConditions: Set<RuleCondition> { Set(allConditions.filter { !$0.field.isInColumns }) }
}

/// Bounds on what is read as a rule.
public struct RuleLimits: Sendable, Hashable {
    /// The deepest nesting of groups, the outermost being 1.
    public var maximumDepth = 16
    /// The most groups in one tree, the outermost included.
    public var maximumGroups = 256
    /// The most conditions in one tree.
    public var maximumConditions = 256
    /// The most values in a list.
    public var maximumValues = 1_024
    /// The most values in all conditions of one tree together: what an evaluation costs grows with them.
    public var maximumOperands = 4_096
    /// The longest text to compare with, in bytes.
    public var maximumTextBytes = 1_024

    /// The defaults.
    public init() {}

    /// How deep JSON nests around groups of the greatest depth, with some room for what is around them.
    public var jsonNesting: Int { 2 * maximumDepth + 8 }
}

/// A comparison of one field of a track, checked when it is made: whatever exists can be evaluated.
public struct RuleCondition: Hashable, Sendable {
    /// What is compared.
    public let field: RuleField
    /// The operator that is meant.
    public let op: RuleOperator
    /// How, and with what.
    public let test: RuleTest

    init(field: RuleField, op: RuleOperator, test: RuleTest) { (self.field, self.op, self.test) = (field, op, test) }

    fileprivate var textCount: Int {
        guard case .passes(.texts(let match), _) = test else { return 0 }
        return match.texts.count
    }
}

/// A comparison with its operands, in the type that the field has.
public enum RuleTest: Hashable, Sendable {
    /// The value is known, or is not.
    case known(Bool)
    /// One of the values passes; `negated` asks for values of the same kind none of which passes.
    case passes(RulePredicate, negated: Bool)
}

/// What one value is asked.
public enum RulePredicate: Hashable, Sendable {
    /// Whether a number lies in one of these.
    case numbers([NumberRange])
    /// Whether a text, folded, fits.
    case texts(TextMatch)
    /// Whether a flag has this value.
    case flag(Bool)
    /// Whether a moment, in seconds since 1970, lies in one of these.
    case dates([NumberRange])
    /// Whether a moment is so many days ago at most, and not in the future.
    case lastDays(Double)
    /// Whether a playlist is one of these.
    case playlists([PlaylistName])

    /// The predicate at a moment, in seconds since 1970: what counts from now becomes fixed.
    public func fixed(at moment: Double) -> RulePredicate {
        guard case .lastDays(let days) = self else { return self }
        return .dates([NumberRange(lower: moment - days * 86_400, upper: moment)])
    }
}

/// How a text is compared with others, all of them folded.
public struct TextMatch: Hashable, Sendable {
    /// Where the other text must stand.
    public enum Place: Hashable, Sendable {
        /// It is the whole.
        case whole
        /// Anywhere.
        case inside
        /// At the beginning.
        case start
        /// At the end.
        case end
    }

    /// Where one of the texts must stand.
    public let place: Place
    /// The texts, folded; none is empty.
    public let texts: [String]

    /// Matches of a few of the texts each, which together are this one.
    func parts(of size: Int) -> [TextMatch] {
        stride(from: 0, to: texts.count, by: size).map { start in
            TextMatch(place: place, texts: Array(texts[start..<min(start + size, texts.count)]))
        }
    }

    /// Whether a text that is folded already fits. Compares bytes: what looks alike but is not the same does not fit.
    public func fits(_ text: String) -> Bool {
        texts.contains { other in
            switch place {
            case .whole: text.utf8.elementsEqual(other.utf8)
            case .inside: Array(text.utf8).contains(Array(other.utf8))
            case .start: text.utf8.starts(with: other.utf8)
            case .end: text.utf8.reversed().starts(with: other.utf8.reversed())
            }
        }
    }
}

/// An interval of numbers whose ends may be open.
public struct NumberRange: Hashable, Sendable {
    /// The lower end; negative infinity for none.
    public var lower: Double = -.infinity
    /// The upper end; infinity for none.
    public var upper: Double = .infinity
    /// Whether the lower end itself belongs to it.
    public var includesLower = true
    /// Whether the upper end itself belongs to it.
    public var includesUpper = true

    /// An interval; both ends belong to it unless said otherwise.
    public init(
        lower: Double = -.infinity, upper: Double = .infinity, includesLower: Bool = true, includesUpper: Bool = true
    ) {
        self.lower = lower
        self.upper = upper
        self.includesLower = includesLower
        self.includesUpper = includesUpper
    }

    /// The interval of one number.
    public static func only(_ number: Double) -> NumberRange { NumberRange(lower: number, upper: number) }

    /// Whether a number lies in the interval; NaN, which stands for missing, never does.
    @inlinable
    public func contains(_ value: Double) -> Bool {
        (includesLower ? value >= lower : value > lower) && (includesUpper ? value <= upper : value < upper)
    }

    /// What lies in none of the ranges, as ranges in ascending order: the complement among the numbers, which NaN is not.
    public static func outside(_ ranges: [NumberRange]) -> [NumberRange] {
        var rest = [NumberRange()]
        for range in ranges { rest = rest.flatMap { $0.parts(outside: range) } }
        return rest
    }

    private func parts(outside other: NumberRange) -> [NumberRange] {
        guard !other.isEmpty else { return [self] }
        let below = NumberRange(
            lower: lower, upper: min(upper, other.lower), includesLower: includesLower,
            includesUpper: upper < other.lower
                ? includesUpper : !other.includesLower && (upper > other.lower || includesUpper))
        let above = NumberRange(
            lower: max(lower, other.upper), upper: upper,
            includesLower: lower > other.upper
                ? includesLower : !other.includesUpper && (lower < other.upper || includesLower),
            includesUpper: includesUpper)
        return [below, above].filter { !$0.isEmpty }
    }

    /// Whether no number lies in it.
    public var isEmpty: Bool { !(lower < upper || (lower == upper && includesLower && includesUpper)) }
}
