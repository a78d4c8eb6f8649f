internal import Catalog
internal import Foundation
internal import HTTPServer

/// `GET /api/v1/enrichments`.
struct EnrichmentsRoute: Sendable {
    let store: any CatalogReading
    let enrichments: any EnrichmentStore
    let configuration: APIConfiguration

    var route: Route {
        Route(
            "GET", "/api/v1/enrichments", access: .token,
            Operation(
                id: "listEnrichments", summary: "What outside sources say of tracks",
                description: """
                    Lists what sources say of tracks beyond the catalog's own columns, by track and source, each with its \
                    version, confidence and time.
                    """,
                parameters: [
                    .init("track", in: .query, ["type": "string"], "Of this track only; an id as in seeds."),
                    .init("source", in: .query, ["type": "string"], "By this source only, such as reccobeats."),
                    .init(
                        "limit", in: .query,
                        [
                            "type": "integer", "minimum": 1, "maximum": .integer(configuration.maximumPageSize),
                            "default": .integer(configuration.pageSize),
                        ], "How many to a page."),
                    .init("cursor", in: .query, ["type": "string"], "The next of the page before."),
                ],
                answers: [.init(200, "A page of enrichments.", .json(.reference("EnrichmentPage")))],
                problems: [404: "The catalog does not have the track.", 503: "The database cannot be reached."]),
            answer: answer)
    }

    @Sendable private func answer(_ call: Call) throws -> Reply {
        let page = try PageRequest(call.request, configuration)
        let place = try page.cursor.map(Self.place)
        let track = try call.request.query("track").map { try TrackReference.parse($0, parameter: "track") }
        let source = call.request.query("source")
        return .later {
            var filter = EnrichmentFilter(source: source)
            if let track {
                filter.track = try await TrackReference.internalID(of: track, in: store)
                guard filter.track != nil else { throw Problem.unknownTrack }
            }
            let found = try await enrichments.enrichments(filter, after: place, limit: page.limit)
            return .json(Self.json(found, isLast: found.count < page.limit).bytes)
        }
    }

    private static func json(_ enrichments: [Enrichment], isLast: Bool) -> JSON {
        [
            "enrichments": .array(enrichments.map(json)),
            "next": enrichments.last.flatMap { isLast ? nil : .text(cursor(after: $0)) } ?? .null,
        ]
    }

    private static func json(_ enrichment: Enrichment) -> JSON {
        [
            "track": .text("segue:\(enrichment.track.rawValue)"), "source": .text(enrichment.source),
            "version": .text(enrichment.version),
            "categories": .object(
                enrichment.categories.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: json($0.value)) }),
            "confidence": enrichment.confidence.map { .number($0) } ?? .null,
            "updated_at": .text(enrichment.updatedAt.ISO8601Format()),
        ]
    }

    private static func json(_ value: EnrichmentValue) -> JSON {
        switch value {
        case .text(let text): .text(text)
        case .number(let number): .number(number)
        case .flag(let flag): .bool(flag)
        case .texts(let texts): .texts(texts)
        }
    }

    /// Track and source of the last one, which no text of either can make ambiguous: the id ends at the first colon.
    private static func cursor(after last: Enrichment) -> String { "\(last.track.rawValue):\(last.source)" }

    private static func place(_ cursor: String) throws(Problem) -> EnrichmentPlace {
        let parts = cursor.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let track = Int64(parts[0]) else {
            throw Problem(
                faults: [Fault(parameter: "cursor", .badCursor, "not the next of a page; begin without it")], limit: 1)
        }
        return EnrichmentPlace(track: TrackID(rawValue: track), source: String(parts[1]))
    }
}
