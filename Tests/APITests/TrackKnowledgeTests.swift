import API
import Catalog
import Foundation
import Testing

/// What is known of two tracks, in memory; the database's answers are tested with Storage.
private struct LittleKnowledge: TrackKnowledge {
    private static let origin = Provenance(
        provider: "analyze", source: "/music/a \"b\".ogg", updatedAt: Date(timeIntervalSince1970: 1_700_000_000))
    var failure: CatalogStoreError?

    private func known(_ id: TrackID) throws -> CatalogTrack? {
        if let failure { throw failure }
        return SmallCatalog.tracks.first { $0.id == id }
    }

    func facts(of id: TrackID) async throws -> KnownTrack? {
        try known(id).map {
            KnownTrack(
                track: $0,
                origins: [
                    ValueOrigin(
                        field: .name, source: ImportSource(name: "a \"b\".csv", authority: .table),
                        updatedAt: Self.origin.updatedAt), ValueOrigin(field: .year, source: nil, updatedAt: nil),
                ],
                idOrigins: $0.externalIDs.prefix(1).map {
                    IDOrigin(
                        id: $0, source: ImportSource(name: "analyze", authority: .service),
                        updatedAt: Self.origin.updatedAt)
                },
                statements: TrackStatement.Kind.allCases.map { TrackStatement(kind: $0, provenance: Self.origin) })
        }
    }

    func features(of id: TrackID) async throws -> [FeatureStatement]? {
        try known(id).map { _ in
            [
                FeatureStatement(
                    feature: .tempo, value: 127.5, calibrated: 126, isUsed: true, provenance: Self.origin),
                FeatureStatement(
                    feature: .energy, value: 0.5, calibrated: nil, isUsed: false,
                    estimate: .init(error: 0.25, tracks: 400), provenance: Self.origin),
            ]
        }
    }

    func analyses(of id: TrackID) async throws -> [AnalysisStatement]? {
        try known(id).map { _ in
            [
                AnalysisStatement(
                    kind: .structure, version: nil, values: #"{"section_count":7}"#, provenance: Self.origin),
                AnalysisStatement(
                    kind: .sound, version: 1, values: #"{"rhythm":{"beats":3}}"#, provenance: Self.origin),
            ]
        }
    }
}

@Suite struct TrackKnowledgeTests {
    private func options(failure: CatalogStoreError? = nil) -> Service.Options {
        var options = Service.Options()
        options.knowledge = LittleKnowledge(failure: failure)
        return options
    }

    @Test(arguments: Transport.allCases)
    func aTrackIsToldWithItsIDsAndWhoSaysWhat(_ transport: Transport) async throws {
        try await Service.with(transport, options()) { service in
            let track = SmallCatalog.tracks[3]
            let answer = try await service.send("GET", "/api/v1/tracks/\(SmallCatalog.spotifyID(4))")
            #expect(answer.status == 200)
            #expect(answer.json["track"]["name"].text == track.name)
            #expect(answer.json["ids"].list.map { $0["value"].text } == track.externalIDs.map(\.value))
            let sources = answer.json["ids"].list.map { $0["source"].text }
            #expect(sources == ["analyze"] + track.externalIDs.dropFirst().map { _ in nil })
            #expect(answer.json["ids"][0]["updated_at"].text == "2023-11-14T22:13:20Z")
            #expect(
                answer.json["statements"].list.map { $0["kind"].text ?? "" } == [
                    "features", "structure", "sound", "enrichment",
                ])
            #expect(answer.json["statements"][0]["source"].text == "/music/a \"b\".ogg")
            let origins = answer.json["origins"].list
            #expect(origins.map { $0["field"].text ?? "" } == ["name", "year"])
            #expect(origins[0]["source"].text == "a \"b\".csv" && origins[0]["authority"].text == "table")
            #expect(origins[0]["updated_at"].text == "2023-11-14T22:13:20Z" && origins[1]["source"] == .null)
            #expect(answer.json["statements"][0]["updated_at"].text == "2023-11-14T22:13:20Z")
        }
    }

    @Test(arguments: Transport.allCases)
    func everyValueHasItsOrigin(_ transport: Transport) async throws {
        try await Service.with(transport, options()) { service in
            let answer = try await service.send("GET", "/api/v1/tracks/segue:4/features")
            #expect(answer.status == 200 && answer.json["track"].text == "segue:4")
            let features = answer.json["features"].list
            #expect(features.map { $0["feature"].text ?? "" } == ["tempo", "energy"])
            #expect(features[0]["value"].number == 127.5 && features[0]["calibrated"].number == 126)
            #expect(features[1]["calibrated"] == .null && features[0]["estimate"] == .null)
            #expect(features[1]["estimate"]["error"].number == 0.25)
            #expect(features[1]["estimate"]["tracks"].number == 400)
            #expect(features.allSatisfy { $0["provider"].text == "analyze" && $0["updated_at"].text != nil })
        }
    }

    @Test func analysesAreGivenWhole() async throws {
        try await Service.with(.handler, options()) { service in
            let answer = try await service.send("GET", "/api/v1/tracks/segue:4/analysis")
            let analyses = answer.json["analyses"].list
            #expect(analyses.map { $0["kind"].text ?? "" } == ["structure", "sound"])
            #expect(analyses[0]["version"] == .null && analyses[1]["version"].number == 1)
            #expect(analyses[1]["values"]["rhythm"]["beats"].number == 3)
        }
    }

    @Test(arguments: ["", "/features", "/analysis"])
    func unknownTracksAndBadReferencesAreToldApart(_ suffix: String) async throws {
        try await Service.with(.handler, options()) { service in
            let unknown = try await service.send("GET", "/api/v1/tracks/segue:999\(suffix)")
            #expect(unknown.status == 404 && unknown.code == "unknown_track")
            let playlist = try await service.send(
                "GET", "/api/v1/tracks/spotify:playlist:\(SmallCatalog.spotifyID(1))\(suffix)")
            #expect(playlist.status == 400 && playlist.places == ["id"])
            let nobody = try await service.send("GET", "/api/v1/tracks/segue:4\(suffix)", .none)
            #expect(nobody.status == 401)
        }
    }

    @Test func withoutDatabaseTheCallIsWorthAnotherTry() async throws {
        try await Service.with(.handler, options(failure: .unavailable("refused"))) { service in
            let answer = try await service.send("GET", "/api/v1/tracks/segue:4/features")
            #expect(answer.status == 503 && answer.code == "database_unavailable")
        }
    }
}
