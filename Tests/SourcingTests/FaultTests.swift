import Catalog
import FakeServices
import Foundation
import Postgres
import Providers
import Sourcing
import Storage
import Synchronization
import TestSupport
import Testing

/// A way for the service to let its clients down.
struct Trouble: Sendable, CustomTestStringConvertible {
    var name: String
    var rules: [FaultRule]
    var callsPerToken: Int?
    /// Whether a run must stop and say when to go on.
    var postpones = false

    var testDescription: String { name }

    static let all: [Trouble] = [
        Trouble(name: "short Retry-After", rules: [FaultRule(.tooManyRequests(retryAfter: 2), .every(3))]),
        Trouble(
            name: "day-long Retry-After",
            rules: [FaultRule(.tooManyRequests(retryAfter: 86_207), on: "/v1/playlists", .calls(2..<3))],
            postpones: true),
        Trouble(
            name: "quota of playlists",
            rules: [FaultRule(.quotaExceeded(retryAfter: nil), on: "/v1/playlists", .calls(4..<6))], postpones: true),
        Trouble(
            name: "quota of the library",
            rules: [FaultRule(.quotaExceeded(retryAfter: 40_000), on: "/v1/me/tracks", .calls(3..<4))], postpones: true),
        Trouble(name: "5xx by chance", rules: [FaultRule(.status(503), .chance(0.3))]),
        Trouble(
            name: "5xx burst", rules: [FaultRule(.status(500), on: "/v1/me", .calls(0..<9))], postpones: true),
        Trouble(name: "slow bodies", rules: [FaultRule(.slow(pieces: 3, millisecondsBetween: 3), .every(5))]),
        Trouble(name: "truncated bodies", rules: [FaultRule(.truncated, .every(4))]),
        Trouble(name: "oversized bodies", rules: [FaultRule(.oversized(bytes: 9 << 20), .calls(1..<2))]),
        Trouble(name: "wrong content type", rules: [FaultRule(.wrongContentType, .chance(0.2))]),
        Trouble(name: "cut connections", rules: [FaultRule(.cut, .chance(0.2))]),
        Trouble(name: "cut in the head", rules: [FaultRule(.cutInHead, .every(5))]),
        Trouble(name: "broken JSON", rules: [FaultRule(.brokenJSON, .every(4))]),
        Trouble(name: "an empty object", rules: [FaultRule(.otherJSON("{}"), on: "/v1", .every(4))]),
        Trouble(name: "null", rules: [FaultRule(.otherJSON("null"), on: "/v1", .every(5))]),
        Trouble(
            name: "a page of nothing in the middle",
            rules: [
                FaultRule(.otherJSON(#"{"items":[],"total":9000,"next":"https://a.example/"}"#), on: "/v1", .every(4))
            ]),
        Trouble(
            name: "an end before the end",
            rules: [FaultRule(.otherJSON(#"{"items":[],"total":9000,"next":null}"#), on: "/v1", .every(4))]),
        Trouble(name: "pages that say they are the last", rules: [FaultRule(.shortPage, on: "/v1", .every(3))]),
        Trouble(
            name: "a library that ends early for a while",
            rules: [FaultRule(.shortPage, on: "/v1/me/tracks", .calls(2..<5))], postpones: true),
        Trouble(
            name: "a list of playlists that ends early for a while",
            rules: [FaultRule(.shortPage, on: "/v1/me/playlists", .calls(0..<3))], postpones: true),
        Trouble(name: "expiring tokens", rules: [], callsPerToken: 5),
        Trouble(
            name: "expiring tokens and a shaky accounts service",
            rules: [FaultRule(.truncated, on: "/api/token", .every(2)), FaultRule(.status(502), .chance(0.1))],
            callsPerToken: 4),
    ]
}

@Suite struct FaultTests {
    @Test(arguments: Trouble.all) func theCatalogIsThatOfARunWithoutFaults(_ trouble: Trouble) async throws {
        let expected = try await Undisturbed.run.value.contents
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store) { $0.callsPerToken = trouble.callsPerToken }
            try await bench.connect()
            bench.server.setFaults(trouble.rules)
            var postponements = 0
            for source in remoteSources { postponements += try await bench.finish(source).postponements }
            let found = try await database.contents()
            #expect(Set(found).subtracting(expected).sorted() == [], "too much")
            #expect(Set(expected).subtracting(found).sorted() == [], "too little")
            #expect(found.count == expected.count)
            #expect(trouble.rules.isEmpty || bench.server.faultCount > 0)
            #expect(!trouble.postpones || postponements > 0)
            for secret in ["access-", "refresh-", "code-", "Bearer"] {
                #expect(!bench.records.text.contains(secret))
            }
        }
    }

    /// As a kill does: nothing after a checkpoint counts, and the report of the dead run is gone as well.
    @Test(arguments: [1, 2, 3, 5, 8, 11], [true, false])
    func aRunThatDiesIsFinishedByTheNext(_ death: Int, _ hasReport: Bool) async throws {
        struct Killed: Error {}
        let expected = try await Undisturbed.run.value.contents
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            for source in remoteSources {
                let lives = Countdown(death)
                let latest = Mutex<SourceReport?>(nil)
                do {
                    _ = try await bench.ingest().run(
                        source,
                        .init(checkpoint: { report in
                            latest.withLock { $0 = report }
                            if lives.countDown() == 0 { throw Killed() }
                        }))
                } catch is Killed {
                    _ = try await bench.ingest().run(source, resuming: hasReport ? latest.withLock { $0 } : nil)
                }
            }
            #expect(try await database.contents() == expected)
        }
    }

    @Test func anExhaustedQuotaIsRememberedAndReadingGoesOnWhereItWas() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            let playlist = bench.fake.playlists[3]
            let path = "/v1/playlists/\(playlist.id)/items"
            bench.server.setFaults([FaultRule(.quotaExceeded(retryAfter: 3_600), on: path, .calls(7..<8))])
            let end = bench.clock.now.addingTimeInterval(3_600)
            let error = await #expect(throws: SourceError.self) {
                try await bench.ingest().run(.playlist(playlist.id))
            }
            guard case .postponed(let until, let reason)? = error else {
                Issue.record("not postponed: \(String(describing: error))")
                return
            }
            #expect(abs(until.timeIntervalSince(end)) < 2)
            #expect(reason.contains("quota"))
            #expect(try await database.count("collection_syncs WHERE checkpoint_offset = 350 AND version IS NULL") == 1)
            #expect(try await database.count("playlist_entries WHERE position < 350") > 300)
            #expect(try await database.count("playlists WHERE name = 'Playlist 3' AND snapshot IS NULL") == 1)
            let calls = bench.server.callCount(path)
            await #expect(throws: SourceError.self) { try await bench.ingest().run(.playlist(playlist.id)) }
            #expect(bench.server.callCount(path) == calls)
            bench.clock.advance(by: .seconds(3_700))
            _ = try await bench.ingest().run(.playlist(playlist.id))
            #expect(bench.server.callCount(path) - calls == 15 - 7)
            #expect(bench.server.log.last { $0.contains("offset=") }?.contains("offset=700") == true)
        }
    }
}
