public import Catalog

/// One value of a fact, in the type that comparisons need.
public enum RuleValue: Hashable, Sendable {
    /// A number.
    case number(Double)
    /// A text, folded; never empty.
    case text(String)
    /// True or false.
    case flag(Bool)
    /// A moment in seconds since 1970.
    case date(Double)
    /// A playlist by one of its names.
    case playlist(PlaylistName)
}

extension RuleValue {
    /// A number as somebody would write it: what columns hold in 32 bits is 0.4, not 0.4000000059604645.
    public static func written(_ number: Double) -> Double {
        let short = Float(number)
        return Double(short) == number ? Double(short.description) ?? number : number
    }
}

/// What is known of one track, as rules ask for it: the mapping that a rule is evaluated over in memory.
public struct RuleFacts: Hashable, Sendable {
    /// What one source says.
    public struct Saying: Hashable, Sendable {
        /// By category.
        public var categories: [String: EnrichmentValue]
        /// How sure it is, 0 to 1, where it says.
        public var confidence: Double?

        /// Takes what a source says.
        public init(categories: [String: EnrichmentValue], confidence: Double? = nil) {
            (self.categories, self.confidence) = (categories, confidence)
        }
    }

    /// Numbers, texts, flags and dates by field; absent where nothing is known.
    private var values: [RuleField: [RuleValue]] = [:]
    /// What sources say, by source.
    public var sayings: [String: Saying] = [:]
    /// The playlists that the track is on, by all of their names.
    public var playlists: Set<PlaylistName> = []

    /// Nothing known.
    public init() {}

    /// Notes a number.
    public mutating func set(_ field: RuleField, _ number: Double?) {
        values[field] = number.flatMap { $0.isFinite ? [.number($0)] : nil }
    }

    /// Notes a number that columns hold in 32 bits.
    public mutating func set(_ field: RuleField, rounding number: Double?) {
        set(field, number.map { Double(Float($0)) })
    }

    /// Notes texts; what folds to nothing is no text.
    public mutating func set(_ field: RuleField, _ texts: [String]) {
        let folded = texts.map(TextFolding.folded).filter { !$0.isEmpty }
        values[field] = folded.isEmpty ? nil : folded.map { .text($0) }
    }

    /// Notes a flag.
    public mutating func set(_ field: RuleField, flag: Bool?) { values[field] = flag.map { [.flag($0)] } }

    /// Notes a moment in seconds since 1970.
    public mutating func set(_ field: RuleField, date: Double?) { values[field] = date.map { [.date($0)] } }

    /// The values of a field; none where nothing is known.
    public func values(of field: RuleField) -> [RuleValue] {
        switch field {
        case .enrichment(let asked): sayings.flatMap { values($0, $1, asked) }
        case .playlist: playlists.map { .playlist($0) }
        default: values[field] ?? []
        }
    }

    private func values(_ source: String, _ saying: Saying, _ asked: EnrichmentField) -> [RuleValue] {
        guard asked.source ?? source == source, let value = saying.categories[asked.category] else { return [] }
        if let least = asked.leastConfidence {
            guard let confidence = saying.confidence, confidence >= least else { return [] }
        }
        return value.ruleValues
    }
}

extension EnrichmentValue {
    fileprivate var ruleValues: [RuleValue] {
        switch self {
        case .number(let number): [.number(number)]
        case .flag(let flag): [.flag(flag)]
        case .text(let text): Self.folded([text])
        case .texts(let texts): Self.folded(texts)
        }
    }

    private static func folded(_ texts: [String]) -> [RuleValue] {
        texts.map(TextFolding.folded).filter { !$0.isEmpty }.map { .text($0) }
    }
}
