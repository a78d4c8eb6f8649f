extension Schemas {
    private static func value(_ description: String) -> JSON {
        ["type": .array(["string", "number"]), "description": .text(description)]
    }

    static let setting = object(
        [
            "name": text, "value": value("What counts at this moment, in the type that `type` names."),
            "source": ["type": "string", "description": "database, default, a flag or an environment variable."],
            "otherwise": value("What counts without a value in the database."),
            "default": value("What counts where nothing is set."),
            "type": choice(["text", "choice", "integer", "bytes", "number", "seconds"]),
            "minimum": number, "maximum": number, "choices": list(of: text), "accepted": text, "description": text,
            "changed_by": orNull("string"), "changed_at": orNull("string"),
        ], optional: ["minimum", "maximum", "choices"])

    static let settingList = object(["settings": list(of: .reference("Setting"))])

    static let settingsRequest: JSON = [
        "type": "object", "minProperties": 1,
        "description": "Values by name, each in the type of its setting; null gives a setting back to the environment.",
        "additionalProperties": ["type": .array(["string", "number", "null"])],
    ]

    static let settingChange = object([
        "id": ["type": "integer", "minimum": 1], "name": text, "changed_by": text, "changed_at": text,
        "old_value": ["type": .array(["string", "number", "null"])],
        "new_value": ["type": .array(["string", "number", "null"])],
    ])

    static let settingChangePage = object([
        "changes": list(of: .reference("SettingChange")), "next": orNull("integer"),
    ])
}
