internal import Features
internal import Recommendation
internal import Rules
internal import Sampling

/// The shapes of requests and answers, in JSON Schema.
struct Schemas {
    let configuration: APIConfiguration

    /// All shapes by name.
    var json: JSON {
        guard case .object(let members) = own else { return own }
        return .object(members + Self.trackShapes + Self.playlistShapes + Self.rules)
    }

    private var own: JSON {
        [
            "RecommendRequest": request, "RuleGroup": Self.ruleGroup, "RuleCondition": Self.ruleCondition,
            "RecommendAnswer": Self.answer, "Item": Self.item, "Explanation": Self.explanation, "Track": Self.track,
            "PathAnswer": Self.path, "ArtistsAnswer": Self.artists, "Artist": Self.artist, "Index": Self.index,
            "Pool": Self.pool, "TrackPage": Self.page, "EnrichmentPage": Self.enrichments, "Liveness": Self.liveness,
            "Readiness": Self.readiness, "Problem": Self.problem, "Job": Self.job, "JobPage": Self.jobPage,
            "EnqueuedJob": Self.enqueuedJob, "Schedule": Self.schedule, "ScheduleList": Self.scheduleList,
            "ScheduleRequest": Self.scheduleRequest, "IngestRequest": Self.ingestRequest,
            "SourcesRequest": Self.sourcesRequest, "SourceJobs": Self.sourceJobs,
            "SourceAggregate": Self.sourceAggregate, "CatalogSummary": Self.catalogSummary,
            "Setting": Self.setting, "SettingList": Self.settingList, "SettingsRequest": Self.settingsRequest,
            "SettingChange": Self.settingChange, "SettingChangePage": Self.settingChangePage,
        ]
    }

    // MARK: Building blocks

    static let text: JSON = ["type": "string"]
    static let whole: JSON = ["type": "integer", "minimum": 0]
    static let number: JSON = ["type": "number"]

    static func orNull(_ type: String) -> JSON { ["type": .array([.text(type), "null"])] }

    static func list(of element: JSON) -> JSON { ["type": "array", "items": element] }

    static func choice(_ words: some Sequence<String>) -> JSON { ["type": "string", "enum": .texts(words)] }

    /// An object with all of these members and no others, but for the optional ones.
    static func object(_ members: KeyValuePairs<String, JSON>, optional: [String] = []) -> JSON {
        [
            "type": "object", "additionalProperties": false,
            "required": .texts(members.map(\.key).filter { !optional.contains($0) }),
            "properties": .object(members.map { .init(name: $0, value: $1) }),
        ]
    }

    /// An object of numbers whose names are known.
    static func numbers(_ names: [String], _ value: JSON, _ description: String) -> JSON {
        [
            "type": "object", "description": .text(description), "additionalProperties": false,
            "properties": .object(names.map { .init(name: $0, value: value) }),
        ]
    }

    // MARK: Requests

    private var request: JSON {
        let limits = configuration.limits
        let names = NumberField.allNames
        let weight: JSON = ["type": "number", "minimum": 0, "maximum": .number(Double(configuration.maximumWeight))]
        let properties: KeyValuePairs<String, JSON> = [
            "seeds": [
                "type": "array", "items": Self.text, "minItems": 1, "maxItems": .integer(limits.maximumSeeds),
                "description":
                    "Tracks, playlists, albums, artists and tags: Spotify links, URIs or ids, namespace:value, tag:NAME.",
            ],
            "url": ["type": "string", "description": "A single seed, instead of seeds."],
            "k": ["type": "integer", "minimum": 1, "maximum": .integer(limits.maximumK)],
            "exclude": ["type": "array", "items": Self.text, "maxItems": .integer(limits.maximumExcluded)],
            "min": Self.numbers(names, Self.number, "Values to stay at or above."),
            "max": Self.numbers(names, Self.number, "Values to stay at or below."),
            "target": Self.numbers(names, Self.number, "Values to come close to."),
            "filter": .reference("RuleGroup"),
            "per_artist": ["type": "integer", "minimum": 1],
            "explain": Self.choice(RecommendationRequest.Explain.allCases.map(\.rawValue)),
            "weights": Self.numbers(Block.allCases.map(\.rawValue), weight, "Factors on the blocks of the vector."),
            "random_seed": ["type": "integer"],
            "negative": [
                "type": "array", "items": Self.text, "maxItems": .integer(limits.maximumNegative),
                "description": "What to keep away from; of the same kinds as seeds.",
            ],
            "strategy": Self.choice(RecommendationRequest.Strategy.allCases.map(\.rawValue)),
            "diversity": ["type": "number", "minimum": 0, "maximum": 1, "default": 0],
            "discovery": ["type": "number", "minimum": 0, "maximum": 1, "default": .number(0.5)],
            "temperature": [
                "type": "number", "minimum": 0, "maximum": .number(Double(RecommendBody.maximumTemperature)),
            ],
            "cooldown": Self.cooldown,
            "order": Self.choice(RecommendationRequest.Order.allCases.map(\.rawValue)),
        ]
        return [
            "type": "object", "additionalProperties": false,
            "oneOf": [["required": ["seeds"]], ["required": ["url"]]],
            "properties": .object(properties.map { .init(name: $0, value: $1) }),
        ]
    }

    private static let cooldown: JSON = [
        "type": "object", "additionalProperties": false,
        "description": "Holds back what the listener was given, heard or skipped not long ago; days.",
        "properties": .object(
            Cooldowns.fields.map { .init(name: $0, value: ["type": "number", "minimum": 0]) } + [
                .init(name: "listener", value: text), .init(name: "context", value: text),
                .init(name: "relax", value: ["type": "boolean"]),
            ]),
    ]
}
