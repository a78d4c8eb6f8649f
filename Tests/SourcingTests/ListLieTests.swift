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
