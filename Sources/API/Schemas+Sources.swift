extension Schemas {
    static let ingestRequest = object(
        [
            "url": ["type": "string", "description": "A link or URI of a track, an album or a playlist at Spotify."],
            "account": ["type": "string", "description": "Whose token; the only account's where it is left out."],
        ], optional: ["account"])

    static let sourcesRequest = object(
        [
            "sources": [
                "type": "array", "items": text, "minItems": 1,
                "description":
                    "liked-tracks, playlists, saved-albums, recently-played, top-tracks, a link, or files:PATH.",
            ],
            "account": ["type": "string", "description": "Whose library; the only account's where it is left out."],
        ], optional: ["account"])

    static let sourceJobs = object([
        "jobs": list(of: object(["source": text, "job": .reference("Job"), "is_new": ["type": "boolean"]]))
    ])

    static let sourceAggregate = object([
        "sources": list(
            of: object([
                "source": text, "job": whole, "finished_at": orNull("string"),
                "mentions": ["type": "integer", "minimum": 0, "description": "Tracks that the last run read."],
                "tracks": [
                    "type": "integer", "minimum": 0, "description": "Tracks of the catalog that it ever brought.",
                ],
                "only_here": ["type": "integer", "minimum": 0, "description": "Those that no other source brought."],
                "new_tracks": ofLastRun("Tracks that the catalog did not have before."),
                "entries": ofLastRun("Entries of playlists that it read."),
                "playlists": ofLastRun("Playlists that it read, those that files held included."),
                "new_playlists": ofLastRun("Playlists that the catalog did not have before."),
                "changed_playlists": ofLastRun("Other playlists whose description or version changed."),
                "unchanged": ofLastRun("Playlists and libraries that were as they had been, and were not read."),
                "withheld": ofLastRun("Playlists that the service keeps to their owners."),
                "refused": ofLastRun("Elements of lists that were wrong and left out."),
                "files": ofLastRun("Files that it took over."),
                "problems": ofLastRun("Things that it did not take over, at most a hundred."),
            ])),
        "total": object(["brought": whole, "tracks": whole, "recordings": whole, "duplicates": whole]),
        "unfinished_jobs": whole,
        "failed_jobs": [
            "type": "array", "items": whole,
            "description":
                "Jobs that failed or were called off: of those asked for, or the last ones of their sources.",
        ],
        "tracks": list(of: object(["track": .reference("Track"), "sources": list(of: text)])),
        "next": orNull("string"),
    ])

    private static func ofLastRun(_ words: String) -> JSON {
        ["type": "integer", "minimum": 0, "description": .text("Of the last run. \(words)")]
    }

    static let catalogSummary = object([
        "tracks": ["type": "integer", "minimum": 0, "description": "Tracks that serve, the new ones included."],
        "fetched": list(
            of: object([
                "source": text, "tracks": whole, "entries": whole, "new_tracks": whole, "new_artists": whole,
                "new_albums": whole, "unchanged": whole, "local_files": whole, "episodes": whole, "empty": whole,
            ])),
    ])
}
