internal import Catalog

/// A condition's operand as written, before it is known which field it is for.
enum RuleValue: Hashable, Sendable, Decodable {
    case flag(Bool)
    case number(Double)
    case text(String)
    case list([RuleValue])

    static let maximumListLength = 1_024

    init(from decoder: any Decoder) throws {
        if let container = try? decoder.singleValueContainer() {
            if let flag = try? container.decode(Bool.self) {
                self = .flag(flag)
                return
            }
            if let number = try? container.decode(Double.self) {
                self = .number(number)
                return
            }
            if let text = try? container.decode(String.self) {
                self = .text(text)
                return
            }
        }
        guard var list = try? decoder.unkeyedContainer() else {
            throw decoder.fault("neither true or false, a number, a text nor a list of these")
        }
        var values: [RuleValue] = []
        while !list.isAtEnd {
            let value = try list.decode(RuleValue.self)
            if case .list = value { throw decoder.fault("a list within a list") }
            values.append(value)
            if values.count > Self.maximumListLength {
                throw decoder.fault("more than \(Self.maximumListLength) values")
            }
        }
        self = .list(values)
    }
}

/// Why an operator and its operand do not fit a field.
struct RuleMismatch: Error {
    /// `op` or `value`.
    var place: String
    var reason: String

    static func value(_ reason: String) -> RuleMismatch { RuleMismatch(place: "value", reason: reason) }
    static func op(_ reason: String) -> RuleMismatch { RuleMismatch(place: "op", reason: reason) }
}

extension RuleTest {
    /// Gives operator and operand the meaning that they have for a field.
    init(_ op: RuleOperator, _ value: RuleValue?, of field: RuleField) throws(RuleMismatch) {
        if op == .exists || op == .missing {
            guard value == nil || value == .flag(true) else {
                throw .value("\(op.rawValue) takes no value; leave it out")
            }
            self = .known(op == .exists)
            return
        }
        guard let value else { throw .value("missing; \(op.rawValue) needs one") }
        switch field {
        case .number: self = try Self.number(op, value)
        case .text: self = try Self.text(op, value)
        case .explicit:
            guard case .flag(let flag) = value else { throw .value("not true or false") }
            guard op == .eq || op == .ne else { throw .op("true and false can be compared by eq and ne only") }
            self = .flag(op == .eq ? flag : !flag)
        }
    }

    private static func number(_ op: RuleOperator, _ value: RuleValue) throws(RuleMismatch) -> RuleTest {
        if op == .in { return .numbers(try list(value, number)) }
        if op == .between { return .range(try between(value), negated: false) }
        let bound = try number(value)
        switch op {
        case .eq: return .range(NumberRange(lower: bound, upper: bound), negated: false)
        case .ne: return .range(NumberRange(lower: bound, upper: bound), negated: true)
        case .gt: return .range(NumberRange(lower: bound, includesLower: false), negated: false)
        case .gte: return .range(NumberRange(lower: bound), negated: false)
        case .lt: return .range(NumberRange(upper: bound, includesUpper: false), negated: false)
        default: return .range(NumberRange(upper: bound), negated: false)
        }
    }

    private static func between(_ value: RuleValue) throws(RuleMismatch) -> NumberRange {
        let bounds = try list(value, number)
        guard bounds.count == 2 else { throw .value("between takes a list of two numbers") }
        guard bounds[0] <= bounds[1] else { throw .value("the first number is above the second; swap them") }
        return NumberRange(lower: bounds[0], upper: bounds[1])
    }

    private static func text(_ op: RuleOperator, _ value: RuleValue) throws(RuleMismatch) -> RuleTest {
        switch op {
        case .eq: return .texts([try text(value)], negated: false)
        case .ne: return .texts([try text(value)], negated: true)
        case .in: return .texts(try list(value, text), negated: false)
        default: throw .op("texts can be compared by eq, ne, in, exists and missing only")
        }
    }

    private static func number(_ value: RuleValue) throws(RuleMismatch) -> Float {
        guard case .number(let number) = value, Float(number).isFinite else { throw .value("not a number") }
        return Float(number)
    }

    private static func text(_ value: RuleValue) throws(RuleMismatch) -> String {
        guard case .text(let text) = value else { throw .value("not a text") }
        return TextFolding.folded(text)
    }

    private static func list<Element>(
        _ value: RuleValue, _ element: (RuleValue) throws(RuleMismatch) -> Element
    ) throws(RuleMismatch) -> [Element] {
        guard case .list(let values) = value, !values.isEmpty else { throw .value("not a list with something in it") }
        var elements: [Element] = []
        for value in values { elements.append(try element(value)) }
        return elements
    }
}
