internal import Catalog
public import JSONText

/// The language of rules as JSON Schema (draft 2020-12).
public enum RuleSchema {
    /// The schema of a rule set, with definitions of group and condition.
    /// - Parameter limits: what is put up with.
    public static func document(limits: RuleLimits = RuleLimits()) -> JSONValue {
        .object([
            "$schema": .string("https://json-schema.org/draft/2020-12/schema"),
            "title": .string("RuleSet"), "type": .string("object"), "additionalProperties": .bool(false),
            "required": strings(["name", "root"]),
            "properties": .object([
                "id": text("Lower-case letters, digits, points, hyphens, underscores.", atMost: 64),
                "name": text("What people read.", atMost: 200), "description": text("What it is for.", atMost: 2_000),
                "enabled": .object(["type": .string("boolean"), "default": .bool(true)]), "target": target,
                "version": .object(["type": .string("integer"), "minimum": .number(0)]),
                "root": .object(["$ref": .string("#/$defs/group")]),
            ]),
            "$defs": .object([
                "group": group(limits) { "#/$defs/\($0)" },
                "condition": .object(["anyOf": .array(conditions(limits))]),
            ]),
        ])
    }

    /// The schema of a group; `reference` gives the addresses of `group` and `condition`.
    public static func group(_ limits: RuleLimits, reference: (String) -> String) -> JSONValue {
        .object([
            "type": .string("object"), "additionalProperties": .bool(false), "required": strings(["match"]),
            "description": .string(
                "Groups nest \(limits.maximumDepth) deep at most; a whole rule has at most \(limits.maximumGroups) groups, "
                    + "\(limits.maximumConditions) conditions and \(limits.maximumOperands) values."),
            "properties": .object([
                "match": .object(["enum": strings(RuleGroup.Match.allCases.map(\.rawValue))]),
                "conditions": .object([
                    "type": .string("array"), "maxItems": .number(Double(limits.maximumConditions)),
                    "items": .object(["$ref": .string(reference("condition"))]),
                ]),
                "groups": .object([
                    "type": .string("array"), "items": .object(["$ref": .string(reference("group"))]),
                ]),
            ]),
        ])
    }

    /// One schema of a condition for each kind of value: which fields there are, and which operators go with them.
    public static func conditions(_ limits: RuleLimits) -> [JSONValue] {
        RuleValueKind.allCases.map { kind in
            let names = RuleField.names.filter { RuleField(name: $0)?.kind == kind }
            let field: JSONValue =
                kind == .anything
                ? .object(["type": .string("string"), "pattern": .string("^enrichment\\..{1,128}$")])
                : .object(["enum": strings(names)])
            var properties: [String: JSONValue] = [
                "field": field, "op": .object(["enum": strings(kind.operators.map(\.rawValue))]),
                "value": .object(["description": .string("\(kind.operand) \(presence)")]),
            ]
            if kind == .number || kind == .anything {
                properties["source"] = text("By this provider or source only.", atMost: limits.maximumTextBytes)
            }
            if kind == .anything {
                properties["min_confidence"] = .object([
                    "type": .string("number"), "minimum": .number(0), "maximum": .number(1),
                ])
            }
            return .object([
                "type": .string("object"), "additionalProperties": .bool(false),
                "required": strings(["field", "op"]), "properties": .object(properties),
            ])
        }
    }

    private static let presence = "exists and missing take true or false, or no value, which means true."

    private static let target: JSONValue = .object([
        "description": .string("The playlist to keep up: spotify:playlist:ID or segue:playlist:NAME."),
        "anyOf": .array([
            .object(["type": .string("null")]), .object(["type": .string("string")]),
            .object([
                "type": .string("object"), "additionalProperties": .bool(false), "required": strings(["playlist"]),
                "properties": .object([
                    "playlist": .object(["type": .string("string")]),
                    "account": .object(["type": strings(["string", "null"])]),
                    "limit": .object([
                        "type": .string("integer"), "minimum": .number(1),
                        "maximum": .number(Double(RuleTarget.maximumTracks)),
                    ]),
                ]),
            ]),
        ]),
    ])

    private static func text(_ description: String, atMost bytes: Int) -> JSONValue {
        .object([
            "type": .string("string"), "maxLength": .number(Double(bytes)), "description": .string(description),
        ])
    }

    private static func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}

extension RuleValueKind {
    /// What goes into `value`.
    fileprivate var operand: String {
        switch self {
        case .number: "A number; between and in take lists; lengths also as in \"3:30\" or \"210 s\"."
        case .text: "A text; in, contains, starts_with and ends_with take lists too."
        case .flag: "true or false."
        case .date: "YYYY, YYYY-MM, YYYY-MM-DD or a moment; for windows a number of days or as in \"6 weeks\"."
        case .playlist: "A playlist, as in spotify:playlist:ID, or a list of them."
        case .anything: "A number, a text, true or false, or a list; it decides how values are compared."
        }
    }
}
