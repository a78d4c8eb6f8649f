internal import Catalog
internal import Foundation
internal import HTTPServer
internal import JSONText
internal import Recommendation

/// `GET /api/v1/tracks` and `DELETE /api/v1/tracks/{id}`.
struct TracksRoutes: Sendable {
    let store: any CatalogReading
    let configuration: APIConfiguration

    var list: Route {
        Route(
            "GET", "/api/v1/tracks", access: .token,
            Operation(
                id: "listTracks", summary: "List and search the catalog",
                description: "Lists tracks, or finds those whose title or artist resembles a text, best first.",
                parameters: [
                    .init("q", in: .query, ["type": "string"], "What to look for; all tracks without it."),
                    .init(
                        "limit", in: .query,
                        [
                            "type": "integer", "minimum": 1, "maximum": .integer(configuration.maximumPageSize),
                            "default": .integer(configuration.pageSize),
                        ], "How many tracks to a page."),
                    .init("cursor", in: .query, ["type": "string"], "The next of the page before."),
                ],
                answers: [.init(200, "A page of tracks.", .json(.reference("TrackPage")))],
                problems: [503: "The database cannot be reached."]),
            answer: answerList)
    }

    var remove: Route {
        Route(
            "DELETE", "/api/v1/tracks/{id}", access: .change,
            Operation(
                id: "removeTrack", summary: "Remove a track for good",
                description:
                    "Removes a track from the catalog; running servers stop returning it. Needs a fresh token.",
                parameters: [
                    .init(
                        "id", in: .path, ["type": "string"], "A Spotify link, URI or id, or namespace:value, encoded.")
                ],
                answers: [.init(204, "The track is gone.", nil)],
                problems: [
                    404: "The catalog does not have the track.", 409: "An import holds the catalog.",
                    503: "The database cannot be reached.",
                ]),
            answer: answerRemove)
    }

    @Sendable private func answerList(_ call: Call) throws -> Reply {
        let page = try PageRequest(call.request, configuration)
        return .later {
            let found = try await store.search(page.text, limit: page.limit, cursor: page.cursor)
            return .json(Self.json(found))
        }
    }

    private static func json(_ page: TrackPage) -> [UInt8] {
        var bytes: [UInt8] = []
        JSONBytes.append(raw: #"{"tracks":"#, to: &bytes)
        JSONBytes.appendArray(page.tracks, to: &bytes) { TrackJSON.append($0, to: &$1) }
        JSONBytes.append(raw: #","next":"#, to: &bytes)
        JSONBytes.append(page.next, to: &bytes)
        JSONBytes.append(raw: "}", to: &bytes)
        return bytes
    }

    @Sendable private func answerRemove(_ call: Call) throws -> Reply {
        let id = try TrackReference.parse(call.parameters["id"] ?? "", parameter: "id")
        return .later {
            guard let track = try await TrackReference.internalID(of: id, in: store),
                try await store.removeTrack(track)
            else { throw Problem.unknownTrack }
            return HTTPResponse(status: 204)
        }
    }
}
