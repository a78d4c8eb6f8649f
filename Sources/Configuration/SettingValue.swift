/// A setting's value in the type that it has, for whoever reads settings as JSON.
public enum SettingValue: Sendable, Hashable, Encodable {
    /// A whole number; of bytes, where the setting is a size.
    case integer(Int)
    /// A number; of seconds, where the setting is a length of time.
    case number(Double)
    /// Anything else.
    case text(String)

    /// Writes the value itself.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .integer(let number): try container.encode(number)
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        }
    }
}

extension SettingDescription {
    /// A value as people write it, in its own type: `64 MiB` is 67,108,864. What is no value of the setting stays text.
    public func value(of text: String) -> SettingValue {
        switch kind {
        case .text, .choice: return .text(text)
        case .integer, .bytes, .number, .seconds: break
        }
        switch try? parse(text) {
        case let whole as Int: return .integer(whole)
        case let number as Double: return .number(number)
        default: return .text(text)
        }
    }
}
