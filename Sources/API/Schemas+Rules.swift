internal import Rules

extension Schemas {
    static let ruleGroup = object(
        [
            "match": choice(RuleGroup.Match.allCases.map(\.rawValue)),
            "conditions": list(of: .reference("RuleCondition")), "groups": list(of: .reference("RuleGroup")),
        ], optional: ["conditions", "groups"])

    static let ruleCondition = object(
        [
            "field": [
                "type": "string",
                "description": .text("One of \(RuleField.names.joined(separator: ", ")), or enrichment.CATEGORY."),
            ],
            "op": choice(RuleOperator.allCases.map(\.rawValue)),
            "value": ["description": "A number, a text, true or false, or a list, as field and op demand."],
            "source": ["type": "string", "description": "By this provider or source only."],
            "min_confidence": ["type": "number", "minimum": 0, "maximum": 1],
        ], optional: ["value", "source", "min_confidence"])

    private static let target: JSON = [
        "description": "The playlist to keep up: spotify:playlist:ID or segue:playlist:NAME, or an object with more.",
        "type": .array(["object", "string", "null"]),
    ]

    static let ruleSet = object([
        "id": text, "name": text, "description": text, "enabled": ["type": "boolean"], "target": target,
        "version": ["type": "integer", "minimum": 1], "changed_at": text, "root": .reference("RuleGroup"),
    ])

    static let ruleSetRequest = object(
        [
            "id": text, "name": text, "description": text, "enabled": ["type": "boolean"], "target": target,
            "version": ["type": "integer", "minimum": 0], "root": .reference("RuleGroup"),
        ], optional: ["id", "description", "enabled", "target", "version"])

    static let ruleSetList = object(["rule_sets": list(of: .reference("RuleSet"))])

    static let ruleSetVersions = object([
        "versions": list(
            of: object([
                "version": ["type": "integer", "minimum": 1],
                "change": choice(RuleSetVersion.Change.allCases.map(\.rawValue)), "changed_at": text,
                "content": ["type": "object"],
            ]))
    ])

    static let rollbackRequest = object(["version": ["type": "integer", "minimum": 1]])

    static let evaluateRequest = object(
        [
            "root": .reference("RuleGroup"), "rule_set": ["type": "string", "description": "A rule set's id."],
            "facts": ["type": "object", "description": "What is known of the track, by field."],
            "track": ["type": "string", "description": "A track of the catalog, as in seeds."],
        ], optional: ["root", "rule_set", "facts", "track"])

    static let evaluation = object([
        "matches": ["type": "boolean"],
        "decided_by": list(of: ["type": "string", "description": "A JSON pointer into the rule."]),
        "trace": list(
            of: object([
                "pointer": text, "field": text, "op": choice(RuleOperator.allCases.map(\.rawValue)),
                "holds": ["type": "boolean"], "decided": ["type": "boolean"], "values": ["type": "array"],
            ])),
    ])

    static let previewRequest = object(["root": .reference("RuleGroup")], optional: ["root"])

    private static let previewPart = object([
        "count": whole,
        "tracks": list(
            of: object([
                "id": text, "name": orNull("string"), "artists": list(of: text), "year": orNull("integer"),
            ])),
    ])

    static let rulePreview = object([
        "matching": whole, "unavailable": whole, "gain": previewPart, "lose": previewPart, "keep": previewPart,
    ])

    static let classifyRequest = object(
        ["sync": ["type": "boolean", "default": false], "rule_sets": list(of: text)], optional: ["sync", "rule_sets"])

    /// The shapes of rules by name.
    static let rules: [JSON.Member] = [
        .init(name: "RuleSet", value: ruleSet), .init(name: "RuleSetRequest", value: ruleSetRequest),
        .init(name: "RuleSetList", value: ruleSetList), .init(name: "RuleSetVersions", value: ruleSetVersions),
        .init(name: "RollbackRequest", value: rollbackRequest), .init(name: "EvaluateRequest", value: evaluateRequest),
        .init(name: "Evaluation", value: evaluation), .init(name: "PreviewRequest", value: previewRequest),
        .init(name: "RulePreview", value: rulePreview), .init(name: "ClassifyRequest", value: classifyRequest),
    ]
}
