internal import Catalog
public import JSONText

extension RuleGroup {
    /// Reads `{"match": …, "conditions": […], "groups": […]}`.
    /// - Parameters:
    ///   - json: the group as written.
    ///   - path: where it stands in the document, for the pointers of faults.
    ///   - limits: what is put up with.
    /// - Throws: `RuleFaults` with everything that is wrong and where.
    public init(_ json: JSONValue, at path: [String] = [], limits: RuleLimits = RuleLimits()) throws(RuleFaults) {
        var reader = RuleReader(limits: limits)
        let group = reader.group(json, path, depth: 1)
        guard let group, reader.faults.isEmpty else { throw RuleFaults(reader.faults) }
        self = group
    }

    /// Reads a group from its JSON text.
    /// - Throws: `RuleFaults` with everything that is wrong and where.
    public init(parsing text: String, limits: RuleLimits = RuleLimits()) throws(RuleFaults) {
        let bytes = Array(text.utf8)
        let json: JSONValue
        do throws(JSONFailure) {
            json = try JSONParser.parse(
                bytes, 0..<bytes.count, maximumNesting: limits.jsonNesting, refusingDuplicates: true)
        } catch {
            throw RuleFaults([RuleFault([], .badRule, "no JSON: at byte \(error.index + 1) \(error.reason)")])
        }
        try self.init(json, limits: limits)
    }
}

/// Reads rules and notes what is wrong with each part, instead of stopping at the first.
struct RuleReader {
    let limits: RuleLimits
    private(set) var faults: [RuleFault] = []
    private var groupCount = 0
    private var conditionCount = 0
    private var operandCount = 0

    init(limits: RuleLimits) { self.limits = limits }

    /// Longer lists of faults help nobody.
    private static let maximumFaults = 64

    mutating func note(_ path: [String], _ sort: RuleFault.Sort, _ message: String) {
        if faults.count < Self.maximumFaults { faults.append(RuleFault(path, sort, message)) }
    }

    /// Never deeper than the limit, whatever is given: what lies below is not looked at.
    mutating func group(_ json: JSONValue, _ path: [String], depth: Int) -> RuleGroup? {
        groupCount += 1
        guard groupCount <= limits.maximumGroups else {
            note(
                path, .badRule,
                "more than \(limits.maximumGroups) groups; put conditions together, or use several rule sets")
            return nil
        }
        guard depth <= limits.maximumDepth else {
            note(path, .badRule, "groups nest deeper than \(limits.maximumDepth); flatten them")
            return nil
        }
        guard case .object(let members) = json else {
            note(path, .wrongType, "not an object; a group is {\"match\": \"all\", \"conditions\": […]}")
            return nil
        }
        refuseStrangers(in: members, besides: ["match", "conditions", "groups"], path)
        let match = self.match(members["match"], path + ["match"])
        let conditions = list(members["conditions"], path + ["conditions"]) { $0.condition($1, $2) }
        let groups = list(members["groups"], path + ["groups"]) { $0.group($1, $2, depth: depth + 1) }
        return match.map { RuleGroup(match: $0, conditions: conditions, groups: groups) }
    }

    private mutating func match(_ json: JSONValue?, _ path: [String]) -> RuleGroup.Match? {
        let known = RuleGroup.Match.allCases.map(\.rawValue).joined(separator: ", ")
        guard let json, json != .null else {
            note(path, .missing, "missing; give one of \(known)")
            return nil
        }
        guard let word = json.string else {
            note(path, .wrongType, "not a text")
            return nil
        }
        guard let match = RuleGroup.Match(rawValue: word) else {
            note(path, .badRule, "\"\(word.prefix(40))\" is not one of \(known)")
            return nil
        }
        return match
    }

    private mutating func list<Element>(
        _ json: JSONValue?, _ path: [String], _ read: (inout RuleReader, JSONValue, [String]) -> Element?
    ) -> [Element] {
        guard let json, json != .null else { return [] }
        guard let elements = json.array else {
            note(path, .wrongType, "not a list")
            return []
        }
        var result: [Element] = []
        for (place, element) in elements.enumerated() {
            guard faults.count < Self.maximumFaults, isWithinLimits else { break }
            if let value = read(&self, element, path + [String(place)]) { result.append(value) }
        }
        return result
    }

    /// What is past a limit is pointed out once, and nothing behind it is looked at.
    private var isWithinLimits: Bool {
        groupCount <= limits.maximumGroups && conditionCount <= limits.maximumConditions
            && operandCount <= limits.maximumOperands
    }

    private mutating func refuseStrangers(in members: [String: JSONValue], besides known: [String], _ path: [String]) {
        for name in members.keys.sorted() where !known.contains(name) {
            note(
                path + [String(name.prefix(64))], .badRule,
                "unknown member; known are \(known.joined(separator: ", "))")
        }
    }
}

extension RuleReader {
    private static let conditionMembers = ["field", "op", "value", "source", "min_confidence"]

    private mutating func condition(_ json: JSONValue, _ path: [String]) -> RuleCondition? {
        conditionCount += 1
        guard conditionCount <= limits.maximumConditions else {
            note(
                path, .badRule,
                "more than \(limits.maximumConditions) conditions; use in with a list, or several rule sets")
            return nil
        }
        guard case .object(let members) = json else {
            note(path, .wrongType, "not an object; a condition is {\"field\": …, \"op\": …, \"value\": …}")
            return nil
        }
        refuseStrangers(in: members, besides: Self.conditionMembers, path)
        let field = field(members, path)
        let op = op(members["op"], path + ["op"])
        guard let field, let op else { return nil }
        guard field.kind.operators.contains(op) else {
            let known = field.kind.operators.map(\.rawValue).joined(separator: ", ")
            note(
                path + ["op"], .badRule,
                "\(op.rawValue) does not go with \(field.name), which is \(field.kind.words); use one of \(known)")
            return nil
        }
        do throws(OperandFault) {
            let operand = RuleOperand(json: members["value"], name: members["field"]?.string ?? "", limits: limits)
            let op = try operand.meant(op)
            let test = try operand.test(op, of: field)
            try count(members["value"])
            return RuleCondition(field: field, op: op, test: test)
        } catch {
            note(path + ["value"] + error.path, error.sort, error.message)
            return nil
        }
    }

    private mutating func count(_ value: JSONValue?) throws(OperandFault) {
        operandCount += value?.array?.count ?? 1
        guard operandCount <= limits.maximumOperands else {
            throw OperandFault(
                "more than \(limits.maximumOperands) values in all conditions together; use several rule sets")
        }
    }

    private mutating func field(_ members: [String: JSONValue], _ path: [String]) -> RuleField? {
        guard let name = text(members["field"], path + ["field"], "give the name of a field") else { return nil }
        guard let field = RuleField(name: name) else {
            let known = RuleField.names.joined(separator: ", ")
            note(
                path + ["field"], .badRule,
                "\"\(name.prefix(40))\" is no field; the fields are \(known), and enrichment.NAME")
            return nil
        }
        return attributed(field, members, path)
    }

    /// The field by one source, or as surely as asked, where that is asked for.
    private mutating func attributed(
        _ field: RuleField, _ members: [String: JSONValue], _ path: [String]
    ) -> RuleField? {
        let source = members["source"].flatMap { $0 == .null ? nil : $0 }
        let name = source == nil ? nil : text(source, path + ["source"], "")
        if source != nil, name == nil { return nil }
        let confidence = members["min_confidence"].flatMap { $0 == .null ? nil : $0 }
        switch field {
        case .enrichment(let asked):
            var asked = asked
            asked.source = name
            if let confidence {
                guard let number = confidence.number, (0...1).contains(number) else {
                    note(path + ["min_confidence"], .badRule, "not a number between 0 and 1")
                    return nil
                }
                asked.leastConfidence = number
            }
            return .enrichment(asked)
        case .number(.feature(let feature)) where name != nil && confidence == nil:
            return .feature(feature, provider: name ?? "")
        default:
            guard source == nil, confidence == nil else {
                let member = confidence == nil ? "source" : "min_confidence"
                note(
                    path + [member], .badRule,
                    "does not go with \(field.name); only audio features have a source, and enrichments both")
                return nil
            }
            return field
        }
    }

    private mutating func op(_ json: JSONValue?, _ path: [String]) -> RuleOperator? {
        guard let word = text(json, path, "give an operator") else { return nil }
        guard let op = RuleOperator(rawValue: word) else {
            let known = RuleOperator.allCases.map(\.rawValue).joined(separator: ", ")
            let hint = Self.patternWords.contains(word.lowercased()) ? "rules have no patterns: " : ""
            note(path, .badRule, "\(hint)\"\(word.prefix(40))\" is no operator; the operators are \(known)")
            return nil
        }
        return op
    }

    private static let patternWords: Set<String> = ["like", "ilike", "matches", "match", "regex", "regexp", "re", "~"]

    private mutating func text(_ json: JSONValue?, _ path: [String], _ mend: String) -> String? {
        guard let json, json != .null else {
            note(path, .missing, "missing; \(mend)")
            return nil
        }
        guard let text = json.string, !text.isEmpty, text.utf8.count <= limits.maximumTextBytes, !text.utf8.contains(0)
        else {
            note(path, .wrongType, "not a text of at most \(limits.maximumTextBytes) bytes")
            return nil
        }
        return text
    }
}
