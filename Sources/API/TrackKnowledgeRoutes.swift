internal import Catalog
internal import Foundation
internal import HTTPServer
internal import Recommendation

/// `GET /api/v1/tracks/{id}`, `…/features` and `…/analysis`: what is known of one track, and from where.
struct TrackKnowledgeRoutes: Sendable {
    let store: any CatalogReading
    let knowledge: any TrackKnowledge

    var all: [Route] {
        [
            route(
                "", id: "getTrack", "What the catalog knows of a track",
                "The track with all of its ids and genres, where each of its values comes from, and who says what of it.",
                shape: "KnownTrack"
            ) { try await knowledge.facts(of: $0).map(Self.json) },
            route(
                "/features", id: "getTrackFeatures", "A track's audio features",
                "Every value of every audio feature with the provider, the source and the time that it comes from.",
                shape: "TrackFeatures"
            ) { id in try await knowledge.features(of: id).map { Self.json(id, $0) } },
            route(
                "/analysis", id: "getTrackAnalysis", "A track's analyses",
                "Structure metrics, and the descriptors of recordings that were analysed here, each with its origin.",
                shape: "TrackAnalyses"
            ) { id in try await knowledge.analyses(of: id).map { Self.json(id, $0) } },
        ]
    }

    private func route(
        _ suffix: String, id: String, _ summary: String, _ description: String, shape: String,
        answer: @escaping @Sendable (TrackID) async throws -> JSON?
    ) -> Route {
        Route(
            "GET", "/api/v1/tracks/{id}\(suffix)", access: .token,
            Operation(
                id: id, summary: summary, description: description,
                parameters: [
                    .init(
                        "id", in: .path, ["type": "string"], "A Spotify link, URI or id, or namespace:value, encoded.")
                ],
                answers: [.init(200, summary + ".", .json(.reference(shape)))],
                problems: [404: "The catalog does not have the track.", 503: "The database cannot be reached."]),
            answer: { call in
                let id = try TrackReference.parse(call.parameters["id"] ?? "", parameter: "id")
                return .later {
                    guard let track = try await TrackReference.internalID(of: id, in: store),
                        let json = try await answer(track)
                    else { throw Problem.unknownTrack }
                    return .json(json.bytes)
                }
            })
    }

    private static func json(_ facts: KnownTrack) -> JSON {
        var track: [UInt8] = []
        TrackJSON.append(facts.track, to: &track)
        return [
            "track": .raw(track),
            "ids": .array(facts.track.externalIDs.map { json($0, facts.idOrigins) }),
            "explicit": facts.track.explicit.map { .bool($0) } ?? .null, "genres": .texts(facts.track.genres),
            "playlists": .integer(facts.track.playlistCount),
            "origins": .array(facts.origins.map(json)),
            "statements": .array(
                facts.statements.map { statement in
                    JSON.object(of: ["kind": .text(statement.kind.rawValue)]).adding(statement.provenance)
                }),
        ]
    }

    private static func json(_ id: ExternalID, _ origins: [IDOrigin]) -> JSON {
        let origin = origins.first { $0.id == id }
        return [
            "namespace": .text(id.namespace), "value": .text(id.value),
            "source": origin.map { .text($0.source.name) } ?? .null,
            "updated_at": origin.map { .text($0.updatedAt.ISO8601Format()) } ?? .null,
        ]
    }

    private static func json(_ origin: ValueOrigin) -> JSON {
        [
            "field": .text(origin.field.rawValue), "source": origin.source.map { .text($0.name) } ?? .null,
            "authority": origin.source.map { .text($0.authority.rawValue) } ?? .null,
            "updated_at": origin.updatedAt.map { .text($0.ISO8601Format()) } ?? .null,
        ]
    }

    private static func json(_ id: TrackID, _ statements: [FeatureStatement]) -> JSON {
        [
            "track": .text("segue:\(id.rawValue)"),
            "features": .array(
                statements.map { statement in
                    JSON.object(of: [
                        "feature": .text(statement.feature.name), "value": .number(Double(statement.value)),
                        "calibrated": statement.calibrated.map { .number(Double($0)) } ?? .null,
                        "used": .bool(statement.isUsed),
                        "estimate": statement.estimate.map {
                            ["error": .number($0.error), "tracks": .integer($0.tracks)]
                        } ?? .null,
                    ]).adding(statement.provenance)
                }),
        ]
    }

    private static func json(_ id: TrackID, _ statements: [AnalysisStatement]) -> JSON {
        [
            "track": .text("segue:\(id.rawValue)"),
            "analyses": .array(
                statements.map { statement in
                    JSON.object(of: [
                        "kind": .text(statement.kind.rawValue),
                        "version": statement.version.map { .integer($0) } ?? .null,
                        "values": .raw(Array(statement.values.utf8)),
                    ]).adding(statement.provenance)
                }),
        ]
    }
}

extension JSON {
    /// The object with where it comes from.
    fileprivate func adding(_ provenance: Provenance) -> JSON {
        guard case .object(let members) = self else { return self }
        return .object(
            members + [
                .init(name: "provider", value: .text(provenance.provider)),
                .init(name: "source", value: .text(provenance.source)),
                .init(name: "updated_at", value: .text(provenance.updatedAt.ISO8601Format())),
            ])
    }
}
