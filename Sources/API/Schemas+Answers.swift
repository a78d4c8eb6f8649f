internal import Features
internal import Recommendation

extension Schemas {
    static let track = object([
        "id": ["type": "string", "description": "May be given back as a seed."], "url": orNull("string"),
        "name": orNull("string"), "artists": list(of: text),
        "artist_ids": ["type": "array", "items": text, "description": "In the order of the names."],
        "album": orNull("string"), "year": orNull("integer"), "duration_ms": orNull("integer"),
        "popularity": orNull("integer"),
    ])

    static let artist = object([
        "id": ["type": "string", "description": "May be given back as a seed."], "url": orNull("string"), "name": text,
    ])

    static let index = object(["generation": text, "built_at": text, "tracks": whole])

    static let pool = object([
        "searched": whole, "candidates": whole, "after_rules": whole, "after_cooldown": whole,
        "after_duplicates": whole, "after_artist_cap": whole, "returned": whole, "relaxed": list(of: text),
    ])

    static let answer = object(
        [
            "recommendation_id": text, "index": .reference("Index"),
            "seeds": list(of: object(["track": .reference("Track"), "coverage": list(of: choice(blockNames))])),
            "pool": .reference("Pool"), "items": list(of: .reference("Item")), "catalog": .reference("CatalogSummary"),
        ], optional: ["catalog"])

    static let item = object(
        [
            "rank": ["type": "integer", "minimum": 1], "score": number, "track": .reference("Track"),
            "explanation": .reference("Explanation"),
        ], optional: ["explanation"])

    static let explanation = object([
        "text": text,
        "blocks": list(of: part),
        "features": list(
            of: object(["feature": text, "seed": number, "track": number, "contribution": number])),
        "seeds": list(of: object(["seed": text, "share": number])),
    ])

    /// A block of the vector, or a term of the re-rank.
    private static let part = object([
        "block": choice(blockNames + ScoreTerm.allCases.map(\.rawValue)), "contribution": number,
    ])

    static let path = object([
        "index": .reference("Index"), "from": .reference("Track"), "to": .reference("Track"),
        "items": list(
            of: object([
                "step": ["type": "integer", "minimum": 1], "track": .reference("Track"), "similarity": number,
                "explanation": .reference("Explanation"),
            ])),
        "reason": orNull("string"),
    ])

    static let artists = object([
        "index": .reference("Index"), "artist": ["oneOf": [.reference("Artist"), ["type": "null"]]],
        "items": list(
            of: object([
                "rank": ["type": "integer", "minimum": 1], "score": number, "artist": .reference("Artist"),
                "explanation": object(["text": text, "blocks": list(of: part)]),
            ])),
    ])

    static let page = object(["tracks": list(of: .reference("Track")), "next": orNull("string")])

    static let enrichments = object([
        "enrichments": list(
            of: object([
                "track": ["type": "string", "description": "May be given back as a seed."], "source": text,
                "version": text, "categories": ["type": "object", "description": "Texts, numbers, flags or lists."],
                "confidence": orNull("number"), "updated_at": text,
            ])), "next": orNull("string"),
    ])

    static let liveness = object(["status": choice(["alive"])])

    static let readiness = object([
        "status": choice(["ready", "degraded"]), "index": .reference("Index"), "postgres": choice(["up", "down"]),
        "redis": choice(["up", "down", "off"]),
    ])

    static let problem = object(
        [
            "type": text, "title": text, "status": ["type": "integer", "minimum": 400, "maximum": 599],
            "detail": text, "code": choice(Problem.codes.map(\.code)),
            "errors": list(
                of: object(
                    [
                        "pointer": ["type": "string", "description": "RFC 6901, into the body."],
                        "parameter": ["type": "string", "description": "Of the query or the path."],
                        "code": choice(Fault.Code.allCases.map(\.rawValue)), "message": text,
                    ], optional: ["pointer", "parameter"])),
            "request_id": text,
            "index": ["type": "null", "description": "Of readiness."],
            "postgres": choice(["up", "down"]), "redis": choice(["up", "down", "off"]),
        ], optional: ["errors", "request_id", "index", "postgres", "redis"])

    private static let blockNames = Block.allCases.map(\.rawValue)
}
