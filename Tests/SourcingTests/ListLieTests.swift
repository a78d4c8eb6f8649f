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

/// Well-formed pages that do not say how their list is.
@Suite struct ListLieTests {
    /// Told again what it lacks, a list would cost all that it had in the catalog.
    @Test func pagesThatDoNotSayOfWhichPlaylistTheyAreLoseNoEntry() async throws {
        try await withMigratedDatabase { database in
            let isMute = Switch()
            let bench = try SpotifyBench(
                database.store,
                rewriting: { request, page in if isMute.isOn, request.isOfItems { page["href"] = nil } })
            try await bench.connect()
            let playlist = bench.fake.playlists[3]
            _ = try await bench.ingest().run(.playlist(playlist.id))
            let before = try await database.count("playlist_entries")
            isMute.turn(on: true)
            bench.fake.changePlaylist(3) { $0.removeLast(3) }
            let report = try await bench.ingest().run(.playlist(playlist.id))
            let tracks = bench.fake.playlists[3].trackCount
            #expect(before > 600 && tracks < before && report.entries == tracks)
            #expect(try await database.count("playlist_entries") == tracks)
        }
    }

    @Test func aListWithoutAnEndIsGivenUpAtItsTotal() async throws {
        try await withMigratedDatabase { database in
            let isEndless = Switch()
            isEndless.turn(on: true)
            let bench = try SpotifyBench(
                database.store,
                rewriting: { request, page in
                    guard isEndless.isOn, request.isOfItems else { return }
                    page["next"] = "https://api.spotify.com/v1/more"
                    if (page["items"] as? [Any])?.isEmpty == true { page["items"] = [NSNull()] }
                })
            try await bench.connect()
            let playlist = bench.fake.playlists[0]
            let source = Source.playlist(playlist.id)
            let error = await #expect(throws: SourceError.self) { try await bench.ingest().run(source) }
            guard case .postponed(let until, let reason)? = error else {
                Issue.record("not postponed: \(String(describing: error))")
                return
            }
            #expect(reason.contains("behind the last one of 120"))
            let calls = bench.server.callCount("/v1/playlists/\(playlist.id)/items")
            #expect(calls < 10, "three pages, and what lies behind them some times over")
            #expect(try await database.count("collection_syncs WHERE version IS NOT NULL") == 0)
            isEndless.turn(on: false)
            bench.clock.advance(to: until)
            let report = try await bench.ingest().run(source)
            #expect(report.playlists == 1)
            #expect(try await database.count("playlist_entries") == playlist.trackCount)
            #expect(try await database.count("collection_syncs WHERE version = 'snapshot-0-0'") == 1)
        }
    }
}

/// What a test changes while a server answers.
private final class Switch: Sendable {
    private let state = Mutex(false)

    var isOn: Bool { state.withLock { $0 } }
    func turn(on: Bool) { state.withLock { $0 = on } }
}

extension FakeRequest {
    fileprivate var isOfItems: Bool { method == "GET" && path.hasSuffix("/items") }
}

extension FakePlaylist {
    fileprivate var trackCount: Int { entries.count { if case .track = $0 { true } else { false } } }
}
