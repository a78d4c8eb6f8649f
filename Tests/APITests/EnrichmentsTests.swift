import API
import Catalog
import Foundation
import Testing

/// Three enrichments in memory; the database's listing is tested with Storage.
private struct FewEnrichments: EnrichmentStore {
    let all: [Enrichment]

    init() {
        let moment = Date(timeIntervalSince1970: 1_700_000_000)
        let first = SmallCatalog.tracks[0].id
        let second = SmallCatalog.tracks[1].id
        all = [
            Enrichment(
                track: first, source: "acousticbrainz", version: "1",
                categories: ["mood": .text("happy"), "danceable": .flag(true)], confidence: 0.75, updatedAt: moment),
            Enrichment(
                track: first, source: "reccobeats", version: "2", categories: ["energy": .number(0.5)],
                updatedAt: moment),
            Enrichment(
                track: second, source: "reccobeats", version: "2", categories: ["tags": .texts(["a", "b"])],
                updatedAt: moment),
        ]
    }

    func enrichments(
        _ filter: EnrichmentFilter, after place: EnrichmentPlace?, limit: Int
    ) async throws -> [Enrichment] {
        let wanted = all.filter { enrichment in
            (filter.track ?? enrichment.track) == enrichment.track
                && (filter.source ?? enrichment.source) == enrichment.source
        }
        guard let place else { return Array(wanted.prefix(limit)) }
        let rest = wanted.drop { ($0.track.rawValue, $0.source) <= (place.track.rawValue, place.source) }
        return Array(rest.prefix(limit))
    }

    func subjects(
        lacking source: String, version: String, namespaces: [String], after id: TrackID, limit: Int, at moment: Date
    ) async throws -> [EnrichmentSubject] { [] }
    func postponed(
        by source: String, version: String, namespaces: [String], since begun: Date, limit: Int, at moment: Date
    ) async throws -> [EnrichmentSubject] { [] }
    func due(by source: String, version: String, namespaces: [String], isGivenUpToo: Bool) async throws -> Date? { nil }
    func postpone(_ tracks: [TrackID], of source: String, version: String, at moment: Date) async throws {}
    func keep(_ enrichments: [Enrichment]) async throws {}
    func rememberMisses(
        _ tracks: [TrackID], of source: String, version: String, until end: Date, at moment: Date
    ) async throws {}
    func enrichmentCounts() async throws -> [EnrichmentCount] { [] }
}

@Suite struct EnrichmentsTests {
    private func options() -> Service.Options {
        var options = Service.Options()
        options.enrichments = FewEnrichments()
        return options
    }

    @Test(arguments: Transport.allCases)
    func enrichmentsAreListedPageByPage(_ transport: Transport) async throws {
        try await Service.with(transport, options()) { service in
            var (seen, target): ([String], String?) = ([], "/api/v1/enrichments?limit=1")
            while let next = target {
                let answer = try await service.send("GET", next)
                #expect(answer.status == 200)
                seen += answer.json["enrichments"].list.compactMap { entry in
                    "\(entry["track"].text ?? "?") \(entry["source"].text ?? "?")"
                }
                target = answer.json["next"].text.map { "/api/v1/enrichments?limit=1&cursor=\($0)" }
            }
            #expect(seen == FewEnrichments().all.map { "segue:\($0.track.rawValue) \($0.source)" })
        }
    }

    @Test func aTrackAndASourceNarrowTheListing() async throws {
        try await Service.with(.handler, options()) { service in
            let track = "segue:\(SmallCatalog.tracks[0].id.rawValue)"
            let answer = try await service.send("GET", "/api/v1/enrichments?track=\(track)&source=acousticbrainz")
            #expect(answer.json["enrichments"].list.count == 1)
            let entry = answer.json["enrichments"][0]
            #expect(entry["categories"]["mood"].text == "happy" && entry["version"].text == "1")
            #expect(entry["updated_at"].text == "2023-11-14T22:13:20Z")
            #expect(answer.json["next"] == .null)
        }
    }

    @Test(arguments: [
        ("cursor=nonsense", 400), ("track=https://example.org/x", 400), ("limit=0", 400), ("page=2", 400),
        ("track=isrc:USUM71703861", 404),
    ])
    func badQueriesAreRefused(_ query: String, _ status: Int) async throws {
        try await Service.with(.handler, options()) { service in
            let answer = try await service.send("GET", "/api/v1/enrichments?\(query)")
            #expect(answer.status == status)
        }
    }

    @Test func withoutAStoreThereIsNoSuchPath() async throws {
        try await Service.with(.handler) { service in
            let answer = try await service.send("GET", "/api/v1/enrichments")
            #expect(answer.status == 404)
        }
    }
}
