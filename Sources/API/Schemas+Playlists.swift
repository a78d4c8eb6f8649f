internal import Playlists
internal import Sampling

extension Schemas {
    private static let positive: JSON = ["type": "integer", "minimum": 1]
    private static let flag: JSON = ["type": "boolean"]
    private static let share: JSON = ["type": "number", "minimum": 0, "maximum": 1]
    private static let known: JSON = ["oneOf": [.reference("Track"), ["type": "null"]]]
    private static let seed: JSON = [
        "type": "integer", "minimum": 0, "maximum": .integer(PlaylistMaker.Options.greatestSeed),
    ]
    private static let listenerName: JSON = ["type": "string", "pattern": "^[a-z0-9][a-z0-9._-]{0,63}$"]

    /// All shapes of playlists, listeners and feedback, by name.
    static var playlistShapes: [JSON.Member] {
        [
            ("Playlist", playlist), ("PlaylistList", playlistList), ("PlaylistRequest", playlistRequest),
            ("PlaylistRun", run), ("PlaylistRunPage", runPage), ("PlaylistHistory", playlistHistory),
            ("ReshuffleRequest", reshuffleRequest), ("ReshufflesRequest", reshufflesRequest),
            ("Reshuffles", reshuffles), ("Recipe", recipe), ("Listener", listener), ("ListenerList", listenerList),
            ("FeedbackRequest", feedbackRequest), ("FeedbackAnswer", feedbackAnswer),
        ].map { .init(name: $0, value: $1) }
    }

    // MARK: Requests

    private static let days: JSON = ["type": "number", "minimum": 0, "maximum": .number(Cooldown.longest)]

    private static let recipe: JSON = object(
        [
            "pool": list(
                of: object(
                    [
                        "from": choice(["library", "tracks", "recommendations", "rules", "profile"]), "share": share,
                        "weight": number, "of": text, "seeds": list(of: text), "discovery": share,
                        "rules": ["type": "object"],
                        "rule_set": ["type": "string", "description": "A stored rule set, by id or name."],
                    ], optional: ["share", "weight", "of", "seeds", "discovery", "rules", "rule_set"])),
            "count": positive,
            "cooldown": [
                "type": "object", "additionalProperties": false,
                "properties": .object(Cooldowns.fields.map { .init(name: $0, value: days) }),
            ],
            "per_artist": positive, "per_album": positive, "min_new_ratio": share, "max_kept_ratio": share,
            "popularity": list(of: object(["min": whole, "max": whole, "share": share], optional: ["min", "max"])),
            "temperature": ["type": "number", "minimum": 0], "artist_spacing": whole,
            "order": choice(SampleOrder.allCases.map(\.rawValue)),
            "relax": list(
                of: object(["wish": choice(Wish.allCases.map(\.rawValue)), "to": number], optional: ["to"])),
            "exclude": list(of: text), "exclude_contexts": list(of: text),
        ], optional: Recipe.fields)

    private static let playlistRequest = object(
        [
            "name": text, "listener": listenerName, "kind": choice(MadePlaylist.Kind.allCases.map(\.rawValue)),
            "recipe": .reference("Recipe"), "cron": text, "time_zone": text, "random_seed": seed, "dry_run": flag,
        ], optional: PlaylistBody.fields)

    private static let reshuffleRequest = object(
        ["random_seed": seed, "dry_run": flag], optional: ["random_seed", "dry_run"])

    private static let reshufflesRequest = object(
        [
            "playlists": list(of: positive), "listener": listenerName, "all": ["const": true], "random_seed": seed,
            "dry_run": flag,
        ], optional: ["playlists", "listener", "all", "random_seed", "dry_run"])

    private static let feedbackRequest = object(
        [
            "listener": listenerName,
            "events": list(
                of: object(
                    [
                        "track": text, "kind": choice(Feedback.Kind.allCases.map(\.rawValue)),
                        "at": ["type": "string", "description": "ISO 8601; now where it is left out."],
                        "recommendation_id": text, "run": positive, "context": text,
                    ], optional: ["at", "recommendation_id", "run", "context"])),
        ], optional: ["listener"])

    // MARK: Answers

    private static let playlistMembers: [JSON.Member] = [
        ("id", positive), ("reference", text), ("name", text), ("listener", orNull("string")),
        ("kind", choice(MadePlaylist.Kind.allCases.map(\.rawValue) + ["rules"])), ("track_count", whole),
        ("snapshot", orNull("string")), ("last_run", orNull("integer")), ("created_at", orNull("string")),
        ("updated_at", orNull("string")), ("recipe", ["oneOf": [.reference("Recipe"), ["type": "null"]]]),
        ("rule_set", orNull("string")),
    ].map { .init(name: $0, value: $1) }

    private static let playlist = closed(
        playlistMembers + [.init(name: "tracks", value: list(of: object(["track_id": text, "track": known])))])

    private static let playlistList = object(["playlists": list(of: closed(playlistMembers))])

    private static let runMembers: [JSON.Member] = [
        ("id", orNull("integer")), ("playlist", orNull("integer")), ("listener", text),
        ("cause", choice(PlaylistRun.Cause.allCases.map(\.rawValue))), ("batch", text),
        ("status", choice(PlaylistRun.Status.allCases.map(\.rawValue))), ("seed", seed), ("snapshot", text),
        ("started_at", text), ("finished_at", text),
        ("statistics", object(["total": whole, "new": whole, "reused": whole, "kept": whole, "missing": whole])),
        (
            "relaxed",
            list(
                of: object([
                    "wish": choice(Wish.allCases.map(\.rawValue)), "from": orNull("number"), "to": orNull("number"),
                ]))
        ),
        ("pool", object(["candidates": whole, "after_duplicates": whole, "after_cooldown": whole, "new": whole])),
        (
            "sources",
            list(of: object(["name": text, "candidates": whole, "taken": whole, "problem": orNull("string")]))
        ),
        (
            "contexts",
            list(of: object(["name": text, "tracks": whole, "share": share, "excluded": flag, "taken": whole]))
        ),
        ("problem", orNull("string")),
    ].map { .init(name: $0, value: $1) }

    private static let run = closed(
        runMembers + [
            .init(name: "recipe", value: .reference("Recipe")), .init(name: "tracks", value: list(of: runTrack)),
        ])

    private static let runTrack = object([
        "position": positive, "track_id": text, "track": known, "score": number,
        "terms": [
            "type": "array", "items": object(["name": text, "value": number]), "description": "They sum to the score.",
        ],
        "origins": list(of: text), "new": flag, "kept": flag, "recovery": share,
        "relaxed": list(of: choice(Wish.allCases.map(\.rawValue))),
    ])

    private static let runPage = object(["runs": list(of: closed(runMembers)), "next": orNull("integer")])

    private static let playlistHistory = object([
        "changes": list(
            of: object([
                "change": choice(["added", "removed"]), "position": whole, "batch": text, "at": text,
                "track_id": text, "track": known,
            ])), "next": orNull("integer"),
    ])

    private static let reshuffles = object([
        "outcomes": list(
            of: object([
                "playlist": ["type": "integer"], "run": ["oneOf": [.reference("PlaylistRun"), ["type": "null"]]],
                "problem": ["oneOf": [object(["code": text, "detail": text]), ["type": "null"]]],
            ]))
    ])

    private static let listener = object(["name": text, "created_at": text])
    private static let listenerList = object(["listeners": list(of: .reference("Listener"))])
    private static let feedbackAnswer = object([
        "recorded": ["type": "integer", "minimum": 0, "description": "Events that are new."],
        "known": ["type": "integer", "minimum": 0, "description": "Events that were known already, or came twice."],
    ])

    /// An object with all of these members and no others.
    private static func closed(_ members: [JSON.Member]) -> JSON {
        [
            "type": "object", "additionalProperties": false, "required": .texts(members.map(\.name)),
            "properties": .object(members),
        ]
    }
}
