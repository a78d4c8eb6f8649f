internal import Catalog

// What is known of one track.

extension Schemas {
    /// The shapes by name.
    static let trackShapes: [JSON.Member] = [
        .init(name: "KnownTrack", value: knownTrack), .init(name: "TrackFeatures", value: trackFeatures),
        .init(name: "TrackAnalyses", value: trackAnalyses),
    ]

    private static let provider: JSON = [
        "type": "string", "description": "Whose value it is; `analyze` is what was measured here.",
    ]
    private static let source: JSON = [
        "type": "string", "description": "What brought it: an import, a version, or the file that was analysed.",
    ]
    private static let internalID: JSON = ["type": "string", "description": "May be given back as a seed."]

    private static let knownTrack = object([
        "track": .reference("Track"),
        "ids": list(
            of: object([
                "namespace": text, "value": text,
                "source": [
                    "type": ["string", "null"],
                    "description":
                        "The import that brought the id, `analyze` where a file or its tags did; null where it was not noted.",
                ], "updated_at": orNull("string"),
            ])),
        "explicit": orNull("boolean"), "genres": list(of: text), "playlists": whole,
        "origins": list(
            of: object([
                "field": choice(ValueOrigin.Field.allCases.map(\.rawValue)),
                "source": [
                    "type": ["string", "null"],
                    "description": "The import that brought the value; null for what is older than this note.",
                ],
                "authority": [
                    "type": ["string", "null"],
                    "description": "`service`: its own answer, which replaces what was there; `table`: fills gaps.",
                ], "updated_at": orNull("string"),
            ])),
        "statements": list(
            of: object([
                "kind": choice(TrackStatement.Kind.allCases.map(\.rawValue)), "provider": provider, "source": source,
                "updated_at": text,
            ])),
    ])

    private static let trackFeatures = object([
        "track": internalID,
        "features": list(
            of: object([
                "feature": choice(AudioFeature.allCases.map(\.name)), "value": number,
                "calibrated": [
                    "type": ["number", "null"],
                    "description":
                        "As Spotify would give it; null where the provider means something else by the name.",
                ], "used": ["type": "boolean", "description": "Whether recommendations use it."],
                "estimate": [
                    "type": ["object", "null"],
                    "description":
                        "Of a value that is estimated from sound: its mean absolute error, and on how many tracks that was measured.",
                    "properties": ["error": number, "tracks": whole], "required": .texts(["error", "tracks"]),
                ],
                "provider": provider, "source": source, "updated_at": text,
            ])),
    ])

    private static let trackAnalyses = object([
        "track": internalID,
        "analyses": list(
            of: object([
                "kind": choice([TrackStatement.Kind.structure, .sound].map(\.rawValue)), "version": orNull("integer"),
                "values": ["type": "object", "description": "See docs/audio.md."], "provider": provider,
                "source": source, "updated_at": text,
            ])),
    ])
}
