import Catalog
import Foundation
import Testing

@Suite struct PathRouteTests {
    let from = SmallCatalog.spotifyID(3)
    let to = SmallCatalog.spotifyID(40)

    @Test(arguments: Transport.allCases)
    func aPathIsAnswered(_ transport: Transport) async throws {
        try await Service.with(transport) { service in
            let answer = try await service.send("GET", "/api/v1/path?from=\(from)&to=\(to)&steps=5")
            #expect(answer.status == 200)
            let items = answer.json["items"].list
            #expect(items.count == 6)
            #expect(items.last?["track"]["id"].text == to)
            for item in items {
                let sum = item["explanation"]["blocks"].list.compactMap { $0["contribution"].number }.reduce(0, +)
                #expect(abs(sum - (item["similarity"].number ?? 9)) < 1e-3)
            }
        }
    }

    @Test(arguments: [
        ("to=x", ["from", "to"]), ("from=FROM&to=TO&steps=0", ["steps"]), ("from=FROM&to=TO&steps=51", ["steps"]),
        ("from=FROM&to=spotify:album:4aawyAB9vmqN3uQ7FjRGTy", ["to"]), ("from=FROM&to=TO&speed=1", ["speed"]),
    ])
    func everyParameterAtFaultIsNamed(_ query: String, _ names: [String]) async throws {
        try await Service.with { service in
            let filled = query.replacing("FROM", with: from).replacing("TO", with: to)
            let answer = try await service.send("GET", "/api/v1/path?\(filled)")
            #expect(answer.status == 400)
            #expect(answer.json["errors"].list.compactMap { $0["parameter"].text } == names, "\(answer.text)")
        }
    }

    @Test func anUnknownEndIsNamed() async throws {
        try await Service.with { service in
            let answer = try await service.send("GET", "/api/v1/path?from=\(from)&to=4aawyAB9vmqN3uQ7FjRGTy")
            #expect(answer.status == 404)
            #expect(answer.code == "unknown_seed")
            #expect(answer.json["errors"].list.compactMap { $0["parameter"].text } == ["to"])
        }
    }

    @Test func withoutATokenNothingIsAnswered() async throws {
        try await Service.with { service in
            for target in ["/api/v1/path?from=\(from)&to=\(to)", "/api/v1/artists/x/similar"] {
                let answer = try await service.send("GET", target, .none)
                #expect(answer.status == 401)
            }
        }
    }
}

@Suite struct SimilarArtistsRouteTests {
    @Test(arguments: Transport.allCases)
    func similarArtistsAreAnswered(_ transport: Transport) async throws {
        try await Service.with(transport) { service in
            let answer = try await service.send("GET", "/api/v1/artists/\(MemoryStore.artist)/similar?k=3")
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.json["items"].list.count == 3)
            let names = answer.json["items"].list.compactMap { $0["artist"]["name"].text }
            #expect(!names.contains("Artist 4"))
            #expect(answer.json["artist"]["name"].text == "Artist 4")
        }
    }

    @Test func anArtistIsASeedToo() async throws {
        try await Service.with { service in
            let answer = try await service.recommend(
                #"{"seeds": ["spotify:artist:\#(MemoryStore.artist)"], "negative": ["tag:jazz"], "k": 5}"#)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.json["items"].list.count == 5)
            let artists = answer.json["items"].list.compactMap { $0["track"]["artists"][0].text }
            #expect(!artists.contains("Artist 4"))
        }
    }

    @Test(arguments: [("4aawyAB9vmqN3uQ7FjRGTy", 404), ("spotify:track:4aawyAB9vmqN3uQ7FjRGTy", 400), ("%20", 400)])
    func whatIsNoArtistIsRefused(_ id: String, _ status: Int) async throws {
        try await Service.with { service in
            let answer = try await service.send("GET", "/api/v1/artists/\(id)/similar")
            #expect(answer.status == status)
        }
    }

    @Test func theNumberOfArtistsHasBounds() async throws {
        try await Service.with { service in
            let answer = try await service.send("GET", "/api/v1/artists/\(MemoryStore.artist)/similar?k=0")
            #expect(answer.status == 400)
            #expect(answer.json["errors"].list.compactMap { $0["parameter"].text } == ["k"])
        }
    }

    @Test func withoutTheDatabaseTheAnswerSaysSo() async throws {
        let options = Service.Options()
        options.store.fail(with: .unavailable("gone"))
        try await Service.with(.handler, options) { service in
            let answer = try await service.send("GET", "/api/v1/artists/\(MemoryStore.artist)/similar")
            #expect(answer.status == 503)
            #expect(answer.code == "database_unavailable")
        }
    }
}
