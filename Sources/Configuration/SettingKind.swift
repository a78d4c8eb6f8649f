/// What kind of value a setting takes, for whoever offers a field to enter it.
public enum SettingKind: Sendable, Hashable {
    /// Any text that the setting's description calls accepted.
    case text
    /// One of some words.
    case choice([String])
    /// A whole number.
    case integer(ClosedRange<Int>)
    /// A number of bytes.
    case bytes(ClosedRange<Int>)
    /// A number.
    case number(ClosedRange<Double>)
    /// A length of time in seconds.
    case seconds(ClosedRange<Double>)

    /// One word for it.
    public var name: String {
        switch self {
        case .text: "text"
        case .choice: "choice"
        case .integer: "integer"
        case .bytes: "bytes"
        case .number: "number"
        case .seconds: "seconds"
        }
    }

    /// The least and greatest value, where it is a number; an end that is open is nil.
    public var range: (minimum: Double?, maximum: Double?) {
        switch self {
        case .text, .choice: (nil, nil)
        case .integer(let range), .bytes(let range):
            (Double(range.lowerBound), range.upperBound == .max ? nil : Double(range.upperBound))
        case .number(let range), .seconds(let range):
            (
                range.lowerBound.isFinite ? range.lowerBound : nil, range.upperBound.isFinite ? range.upperBound : nil
            )
        }
    }

    /// The words that there are to choose from.
    public var choices: [String]? { if case .choice(let words) = self { words } else { nil } }
}
