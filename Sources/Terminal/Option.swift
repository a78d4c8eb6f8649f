/// An option that takes a value: `--name value` or `--name=value`.
public struct Option<Value: Sendable>: Sendable {
    /// How parser and help see it.
    public let description: OptionDescription

    /// Declares an option.
    ///
    /// - Parameters:
    ///   - name: With its two hyphens, for example `--per-artist`.
    ///   - short: A single letter, used with one hyphen.
    ///   - placeholder: What help writes for the value, in capitals.
    ///   - summary: What it does, in one sentence without a full stop.
    ///   - isRepeatable: Whether it may be given several times.
    public init(
        _ name: String, short: Character? = nil, _ placeholder: String, _ parser: ValueParser<Value>, _ summary: String,
        isRepeatable: Bool = false
    ) {
        description = OptionDescription(
            name: name, short: short, placeholder: placeholder, summary: summary, isRepeatable: isRepeatable
        ) { text throws(ValueMismatch) in try parser.value(of: text) }
    }
}

/// An option without a value: there or not.
public struct Flag: Sendable {
    /// How parser and help see it.
    public let description: OptionDescription

    /// Declares a flag; `name` has its two hyphens.
    public init(_ name: String, short: Character? = nil, _ summary: String) {
        description = OptionDescription(
            name: name, short: short, placeholder: nil, summary: summary, isRepeatable: true, parse: nil)
    }
}

/// A value that stands alone on the command line.
public struct Parameter<Value: Sendable>: Sendable {
    /// How parser and help see it.
    public let description: ParameterDescription

    /// Declares a parameter; `count` says how many values it takes, and only the last of a command may take several.
    public init(
        _ name: String, _ parser: ValueParser<Value>, _ summary: String, count: ClosedRange<Int> = 1...1
    ) {
        description = ParameterDescription(name: name, summary: summary, count: count) { text throws(ValueMismatch) in
            try parser.value(of: text)
        }
    }
}

/// An option or flag as parser and help see it.
public struct OptionDescription: Sendable {
    typealias Parse = @Sendable (String) throws(ValueMismatch) -> any Sendable

    /// With its two hyphens.
    public let name: String
    /// Used with one hyphen, where there is one.
    public let short: Character?
    /// What help writes for the value; nil for a flag.
    public let placeholder: String?
    /// One sentence.
    public let summary: String
    /// Whether it may be given several times.
    public let isRepeatable: Bool
    let parse: Parse?

    init(
        name: String, short: Character?, placeholder: String?, summary: String, isRepeatable: Bool, parse: Parse?
    ) {
        precondition(name.hasPrefix("--") && name.count > 2, "an option's name begins with two hyphens")
        self.name = name
        self.short = short
        self.placeholder = placeholder
        self.summary = summary
        self.isRepeatable = isRepeatable
        self.parse = parse
    }

    /// As help writes it, for example `-k, --count COUNT`.
    var usage: String {
        let names = short.map { "-\($0), \(name)" } ?? name
        return placeholder.map { "\(names) \($0)" } ?? names
    }
}

/// A positional parameter as parser and help see it.
public struct ParameterDescription: Sendable {
    /// In capitals, as help writes it.
    public let name: String
    /// One sentence.
    public let summary: String
    /// How many values it takes.
    public let count: ClosedRange<Int>
    let parse: @Sendable (String) throws(ValueMismatch) -> any Sendable

    /// As a usage line writes it, for example `[PATH…]`.
    var usage: String {
        let repeated = count.upperBound > 1 ? "\(name)…" : name
        return count.lowerBound == 0 ? "[\(repeated)]" : repeated
    }
}
