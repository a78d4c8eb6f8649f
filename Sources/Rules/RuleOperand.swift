internal import Catalog
internal import JSONText

/// Why an operand does not fit, and where within it.
struct OperandFault: Error {
    var path: [String] = []
    var sort = RuleFault.Sort.badRule
    var message: String

    init(_ message: String, _ sort: RuleFault.Sort = .badRule) { (self.message, self.sort) = (message, sort) }

    func at(_ place: Int) -> OperandFault {
        var fault = self
        fault.path.insert(String(place), at: 0)
        return fault
    }
}

/// A condition's operand as written, and what it means to a field and an operator.
struct RuleOperand {
    let json: JSONValue?
    /// The field's name as written: lengths by one name need a unit, by the other they do not.
    let name: String
    let limits: RuleLimits

    /// The operator that is meant: `exists` and `missing` with false mean each other.
    func meant(_ op: RuleOperator) throws(OperandFault) -> RuleOperator {
        guard op == .exists || op == .missing, let json, json != .null else { return op }
        guard let holds = json.bool else {
            throw OperandFault("\(op.rawValue) takes true or false, or no value, which means true")
        }
        return holds ? op : op == .exists ? .missing : .exists
    }

    /// What the operand asks of a field whose kind takes the operator, which is the one that is meant.
    func test(_ op: RuleOperator, of field: RuleField) throws(OperandFault) -> RuleTest {
        if op == .exists || op == .missing { return .known(op == .exists) }
        guard let json, json != .null else {
            throw OperandFault("missing; \(op.rawValue) needs one", .missing)
        }
        return .passes(try predicate(op, json, field), negated: op.isNegative)
    }

    private func predicate(
        _ op: RuleOperator, _ json: JSONValue, _ field: RuleField
    ) throws(OperandFault) -> RulePredicate {
        switch field.kind {
        case .number: return .numbers(try ranges(op, json, field))
        case .text: return .texts(try texts(op, json))
        case .flag: return .flag(try flag(json))
        case .date: return op.isWindow ? .lastDays(try RuleWindow.days(json)) : .dates(try periods(op, json))
        case .playlist: return .playlists(try list(json, Self.playlist))
        case .anything: return try whatever(op, json, field)
        }
    }

    // MARK: Numbers

    private func ranges(
        _ op: RuleOperator, _ json: JSONValue, _ field: RuleField
    ) throws(OperandFault) -> [NumberRange] {
        let read: (JSONValue) throws(OperandFault) -> Double = { json throws(OperandFault) in
            try number(json, field)
        }
        if op == .in || op == .notIn {
            return try each(json) { json throws(OperandFault) in .only(try read(json)) }
        }
        if op == .between {
            let (low, high) = try bounds(json, read)
            guard low <= high else { throw OperandFault("the first number is above the second; swap them") }
            return [NumberRange(lower: low, upper: high)]
        }
        let bound = try read(json)
        switch op {
        case .gt: return [NumberRange(lower: bound, includesLower: false)]
        case .gte: return [NumberRange(lower: bound)]
        case .lt: return [NumberRange(upper: bound, includesUpper: false)]
        case .lte: return [NumberRange(upper: bound)]
        default: return [.only(bound)]
        }
    }

    /// Columns hold 32 bits: the operand is rounded as they are, so that "equal" means what people expect.
    private func number(_ json: JSONValue, _ field: RuleField) throws(OperandFault) -> Double {
        if case .enrichment = field {
            guard let number = json.number else { throw OperandFault("not a number") }
            guard number.isFinite else { throw OperandFault("out of range: numbers run from -1.7e308 to 1.7e308") }
            return number
        }
        if field.isLength, let text = json.string { return Double(Float(try RuleLength.milliseconds(text))) }
        if name == "duration", json.number != nil {
            throw OperandFault("a length needs a unit: \"3:30\", \"210 s\"; duration_ms takes milliseconds as a number")
        }
        guard let number = json.number else { throw OperandFault("not a number") }
        guard Float(number).isFinite else {
            throw OperandFault("out of range: numbers run from -3.4e38 to 3.4e38, as 32-bit floats do")
        }
        if field == .number(.year), !(1_000...2_999).contains(number) {
            throw OperandFault("years run from 1000 to 2999")
        }
        return Double(Float(number))
    }

    // MARK: Texts

    private func texts(_ op: RuleOperator, _ json: JSONValue) throws(OperandFault) -> TextMatch {
        let isList = json.array != nil
        if op == .eq || op == .ne, isList { throw OperandFault("a list; use in or not_in with it") }
        if op == .in || op == .notIn, !isList { throw OperandFault("not a list with something in it") }
        let texts = isList ? try list(json, text) : [try text(json)]
        switch op {
        case .contains, .notContains: return TextMatch(place: .inside, texts: texts)
        case .startsWith: return TextMatch(place: .start, texts: texts)
        case .endsWith: return TextMatch(place: .end, texts: texts)
        default: return TextMatch(place: .whole, texts: texts)
        }
    }

    private func text(_ json: JSONValue) throws(OperandFault) -> String {
        guard let text = json.string else { throw OperandFault("not a text") }
        guard text.utf8.count <= limits.maximumTextBytes, !text.utf8.contains(0) else {
            throw OperandFault("longer than \(limits.maximumTextBytes) bytes, or with a zero character")
        }
        let folded = TextFolding.folded(text)
        guard !folded.isEmpty else { throw OperandFault("an empty text; use missing for what is not known") }
        return folded
    }

    // MARK: Other kinds

    private func flag(_ json: JSONValue) throws(OperandFault) -> Bool {
        guard let flag = json.bool else { throw OperandFault("not true or false") }
        return flag
    }

    private func periods(_ op: RuleOperator, _ json: JSONValue) throws(OperandFault) -> [NumberRange] {
        if op == .in || op == .notIn {
            return try each(json) { json throws(OperandFault) in try RulePeriod(json).inside }
        }
        if op == .between {
            let (first, last) = try bounds(json) { json throws(OperandFault) in try RulePeriod(json) }
            guard first.reaches(last) else { throw OperandFault("the first date is after the second; swap them") }
            return [first.through(last)]
        }
        let period = try RulePeriod(json)
        switch op {
        case .gt: return [period.after]
        case .gte: return [NumberRange(lower: period.start)]
        case .lt: return [NumberRange(upper: period.start, includesUpper: false)]
        case .lte: return [period.throughEnd]
        default: return [period.inside]
        }
    }

    private static func playlist(_ json: JSONValue) throws(OperandFault) -> PlaylistName {
        guard let text = json.string else { throw OperandFault("not a text that names a playlist") }
        do throws(ReferenceError) { return try PlaylistName(parsing: text) } catch {
            throw OperandFault(error.description)
        }
    }

    /// What a source says is compared as the operand is: with a number as a number, with a text as a text.
    private func whatever(
        _ op: RuleOperator, _ json: JSONValue, _ field: RuleField
    ) throws(OperandFault) -> RulePredicate {
        let sample = json.array?.first ?? json
        let kind: RuleValueKind = sample.bool != nil ? .flag : sample.number != nil ? .number : .text
        guard kind.operators.contains(op) else {
            let known = kind.operators.map(\.rawValue).joined(separator: ", ")
            throw OperandFault("\(op.rawValue) does not go with \(kind.words); use one of \(known)")
        }
        switch kind {
        case .flag: return .flag(try flag(json))
        case .number: return .numbers(try ranges(op, json, field))
        default: return .texts(try texts(op, json))
        }
    }

    // MARK: Lists

    private typealias Read<Element> = (JSONValue) throws(OperandFault) -> Element

    private func bounds<Element>(_ json: JSONValue, _ read: Read<Element>) throws(OperandFault) -> (Element, Element) {
        guard let values = json.array, values.count == 2 else {
            throw OperandFault("between takes a list of two values")
        }
        return (try read(values[0]), try read(values[1]))
    }

    /// One value, or a list of them.
    private func list<Element>(_ json: JSONValue, _ read: Read<Element>) throws(OperandFault) -> [Element] {
        json.array == nil ? [try read(json)] : try each(json, read)
    }

    private func each<Element>(_ json: JSONValue, _ read: Read<Element>) throws(OperandFault) -> [Element] {
        guard let values = json.array, !values.isEmpty else { throw OperandFault("not a list with something in it") }
        guard values.count <= limits.maximumValues else {
            throw OperandFault("\(values.count) values; give at most \(limits.maximumValues)")
        }
        var elements: [Element] = []
        for (place, value) in values.enumerated() {
            do throws(OperandFault) { elements.append(try read(value)) } catch { throw error.at(place) }
        }
        return elements
    }
}

extension RuleOperator {
    var isWindow: Bool { self == .inLastDays || self == .notInLastDays }
}

extension RuleField {
    /// Whether its values are lengths in milliseconds.
    var isLength: Bool {
        switch self {
        case .number(.feature(.duration)), .feature(.duration, _): true
        default: false
        }
    }
}
