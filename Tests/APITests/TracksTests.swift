import API
import Catalog
import Foundation
import HTTPServer
import Testing

@Suite struct TracksTests {
    @Test(arguments: Transport.allCases)
    func theCatalogIsListedPageByPage(_ transport: Transport) async throws {
        try await Service.with(transport) { service in
            var (ids, target): ([String], String?) = ([], "/api/v1/tracks?limit=25")
            var pages = 0
            while let next = target {
                let answer = try await service.send("GET", next)
                #expect(answer.status == 200)
                ids += answer.json["tracks"].list.compactMap { $0["id"].text }
                target = answer.json["next"].text.map { "/api/v1/tracks?limit=25&cursor=\($0)" }
                pages += 1
            }
            #expect(pages == 3)
            #expect(ids.count == SmallCatalog.tracks.count)
            #expect(Set(ids).count == ids.count)
        }
    }

    @Test(arguments: Transport.allCases)
    func aTextIsSearchedFor(_ transport: Transport) async throws {
        try await Service.with(transport) { service in
            let answer = try await service.send("GET", "/api/v1/tracks?q=Song%20%2259%22")
            #expect(answer.json["tracks"].list.count == 1)
            #expect(answer.json["tracks"][0]["name"].text == "Song \"59\"")
            #expect(answer.json["next"] == .null)
        }
    }

    @Test(arguments: [
        ("limit=0", "limit", "out_of_range"), ("limit=101", "limit", "out_of_range"),
        ("limit=many", "limit", "out_of_range"), ("cursor=nonsense", "cursor", "bad_cursor"),
        ("limit=1&limit=2", "limit", "contradiction"), ("page=2", "page", "unknown_field"),
        ("q=\(String(repeating: "x", count: 600))", "q", "out_of_range"),
    ])
    func badParametersAreNamed(_ query: String, _ name: String, _ code: String) async throws {
        try await Service.with { service in
            let answer = try await service.send("GET", "/api/v1/tracks?\(query)")
            #expect(answer.status == 400)
            #expect(answer.code == "invalid_request")
            #expect(answer.places == [name])
            #expect(answer.faultCodes == [code])
        }
    }

    @Test(arguments: Transport.allCases)
    func aRemovedTrackIsGone(_ transport: Transport) async throws {
        try await Service.with(transport) { service in
            let target = "/api/v1/tracks/spotify%3Atrack%3A\(SmallCatalog.spotifyID(9))"
            let answer = try await service.send("DELETE", target)
            #expect(answer.status == 204)
            #expect(answer.body.isEmpty)
            let again = try await service.send("DELETE", target)
            #expect(again.status == 404)
            #expect(again.code == "unknown_track")
        }
    }

    @Test func tracksAreRemovedByAnyOfTheirNames() async throws {
        try await Service.with { service in
            for name in ["segue:7", "isrc:QZTST2500062", SmallCatalog.spotifyID(12)] {
                let status1 = try await service.send("DELETE", "/api/v1/tracks/\(name)").status
                #expect(status1 == 204)
            }
            let status2 = try await service.send("DELETE", "/api/v1/tracks/segue:999").status
            #expect(status2 == 404)
            let status3 = try await service.send("DELETE", "/api/v1/tracks/segue:x").status
            #expect(status3 == 404)
        }
    }

    @Test(arguments: ["nonsense", "spotify:playlist:\(SmallCatalog.spotifyID(1))", "..%2F..%2Fetc%2Fpasswd"])
    func onlyTracksCanBeRemoved(_ id: String) async throws {
        try await Service.with { service in
            let answer = try await service.send("DELETE", "/api/v1/tracks/\(id)")
            #expect(answer.status == 400)
            #expect(answer.places == ["id"])
            #expect(service.store.calls == 0)
        }
    }

    @Test(arguments: [("GET", "/api/v1/tracks"), ("DELETE", "/api/v1/tracks/7T00000000000000000001")])
    func withoutDatabaseTheCallIsWorthAnotherTry(_ method: String, _ target: String) async throws {
        try await Service.with { service in
            service.store.fail(with: .unavailable("connection refused"))
            let answer = try await service.send(method, target)
            #expect(answer.status == 503)
            #expect(answer.code == "database_unavailable")
            #expect(answer.headers["Retry-After"] == "5")
            #expect(!answer.text.contains("connection refused"))
            #expect(service.log.text.contains("connection refused"))
        }
    }

    @Test func aCatalogUnderImportIsBusy() async throws {
        try await Service.with { service in
            service.store.fail(with: .busy("import of a file"))
            let answer = try await service.send("DELETE", "/api/v1/tracks/segue:1")
            #expect(answer.status == 409)
            #expect(answer.code == "catalog_busy")
        }
    }
}
