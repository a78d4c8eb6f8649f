/// Any key of a JSON object, so that unknown ones can be refused by name.
struct AnyKey: CodingKey, Hashable {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension RuleGroup: Decodable {
    /// Reads `{"match": …, "conditions": […], "groups": […]}`.
    /// - Throws: `DecodingError` whose path leads to the place at fault and whose text names the mend.
    public init(from decoder: any Decoder) throws {
        let depth = decoder.codingPath.count { $0.stringValue == "groups" } + 1
        guard depth <= Self.maximumDepth else {
            throw decoder.fault("groups nest deeper than \(Self.maximumDepth)")
        }
        let container = try decoder.strictContainer(["match", "conditions", "groups"])
        let word = try container.decode(String.self, forKey: AnyKey(stringValue: "match"))
        guard let match = Match(rawValue: word) else {
            throw container.fault("match", "\"\(word.prefix(40))\" is not one of all, any, none")
        }
        self.init(
            match: match,
            conditions: try container.decodeIfPresent([RuleCondition].self, forKey: AnyKey(stringValue: "conditions"))
                ?? [],
            groups: try container.decodeIfPresent([RuleGroup].self, forKey: AnyKey(stringValue: "groups")) ?? [])
        guard conditionCount <= Self.maximumConditions else {
            throw decoder.fault("more than \(Self.maximumConditions) conditions")
        }
    }
}

extension RuleCondition: Decodable {
    /// Reads `{"field": …, "op": …, "value": …}` and checks that the three fit each other.
    /// - Throws: `DecodingError` whose path leads to the place at fault and whose text names the mend.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(["field", "op", "value"])
        let name = try container.decode(String.self, forKey: AnyKey(stringValue: "field"))
        guard let field = RuleField(name: name) else {
            let known = RuleField.names.joined(separator: ", ")
            throw container.fault("field", "\"\(name.prefix(40))\" is no field; the fields are \(known)")
        }
        let word = try container.decode(String.self, forKey: AnyKey(stringValue: "op"))
        guard let op = RuleOperator(rawValue: word) else {
            let known = RuleOperator.allCases.map(\.rawValue).joined(separator: ", ")
            throw container.fault("op", "\"\(word.prefix(40))\" is no operator; the operators are \(known)")
        }
        let value = try container.decodeIfPresent(RuleValue.self, forKey: AnyKey(stringValue: "value"))
        do throws(RuleMismatch) {
            self.init(field: field, test: try RuleTest(op, value, of: field))
        } catch {
            throw container.fault(error.place, error.reason)
        }
    }
}

extension Decoder {
    /// A keyed container that has no other keys than these.
    func strictContainer(_ known: [String]) throws -> KeyedDecodingContainer<AnyKey> {
        let container = try container(keyedBy: AnyKey.self)
        if let stranger = container.allKeys.map(\.stringValue).sorted().first(where: { !known.contains($0) }) {
            throw container.fault(stranger, "unknown field; known are \(known.joined(separator: ", "))")
        }
        return container
    }

    func fault(_ text: String) -> DecodingError {
        DecodingError.dataCorrupted(.init(codingPath: codingPath, debugDescription: text))
    }
}

extension KeyedDecodingContainer<AnyKey> {
    func fault(_ key: String, _ text: String) -> DecodingError {
        DecodingError.dataCorrupted(
            .init(codingPath: codingPath + [AnyKey(stringValue: String(key.prefix(64)))], debugDescription: text))
    }
}
