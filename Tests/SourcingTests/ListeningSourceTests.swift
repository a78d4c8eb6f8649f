import Catalog
import FakeServices
import Foundation
import Postgres
import Providers
import Sampling
import Sourcing
import Storage
import TestSupport
import Testing

@Suite("What a listener heard, as sources") struct ListeningSourceTests {
    @Test func playsEnterTheHistoryOnce() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            let first = try await bench.ingest().run(.recentlyPlayed)
            #expect(first.counts.newPlays == 80 && first.counts.newTracks == 80)
            #expect(bench.server.callCount("/v1/me/player/recently-played") == 2)
            bench.fake.play(7)
            let again = try await bench.ingest().run(.recentlyPlayed)
            #expect(again.counts.newPlays == 7 && again.counts.newTracks == 7)
            #expect(try await database.count("plays WHERE source = 'spotify' AND kind = 'played'") == 87)
            #expect(try await bench.ingest().run(.recentlyPlayed).counts.isUnchanged)
            #expect(try await database.count("source_tracks WHERE source = '\(first.key)'") == 87)
        }
    }

    @Test func favouritesEnterTheCatalogWithTheirRanks() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            let report = try await bench.ingest().run(.topTracks)
            #expect(report.counts.newTracks == 140 && report.tracks == 360)
            #expect(bench.server.callCount("/v1/me/top/tracks") == 9)
            let session = try await database.session()
            let ranks = try await session.rows(
                "SELECT span, count(*), min(rank), max(rank) FROM favourites GROUP BY span ORDER BY span"
            ) { "\(try $0[0] as String) \(try $0[1] as Int) \(try $0[2] as Int) \(try $0[3] as Int)" }
            #expect(ranks == ["long_term 120 1 120", "medium_term 120 1 120", "short_term 120 1 120"])
            let third = try await session.first(
                "SELECT value FROM favourites WHERE span = 'medium_term' AND rank = 3"
            ) { try $0[0] as String }
            #expect(third == bench.fake.world.tracks[12].spotify)
            #expect(try await bench.ingest().run(.topTracks).counts.isUnchanged)
            #expect(try await database.count("favourites") == 360)
        }
    }

    @Test func theSeedProfileReadsBoth() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            _ = try await bench.ingest().run(.recentlyPlayed)
            _ = try await bench.ingest().run(.topTracks)
            let heard = try await database.store.listening(
                of: Listener.standard, context: nil, at: bench.clock.now)
            let best = try #require(heard.max { $0.affinity < $1.affinity })
            let first = try #require(
                try await database.store.trackID(for: .spotify(bench.fake.world.tracks[0].spotify)))
            #expect(best.track == first && heard.allSatisfy { $0.affinity > 0 && $0.history.isKnown })
            #expect(heard.contains { $0.plays == 1 } && heard.contains { $0.plays == 0 })
        }
    }

    @Test func aKilledRankingGoesOnWithTheNextSpan() async throws {
        struct Killed: Error {}
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            var report: SourceReport?
            await #expect(throws: Killed.self) {
                _ = try await bench.ingest().run(
                    .topTracks,
                    .init(checkpoint: { report in
                        // The first one is the import's, before the ranks are kept.
                        guard !report.done.isEmpty else { return }
                        #expect(report.done == ["short_term"])
                        throw Killed()
                    }))
            }
            report = SourceReport(source: .topTracks, account: FakeSpotify.accountID)
            report?.done = ["short_term"]
            bench.server.resetCounts()
            _ = try await bench.ingest().run(.topTracks, resuming: report)
            #expect(bench.server.callCount("/v1/me/top/tracks") == 6)
            #expect(try await database.count("favourites") == 360)
        }
    }

    @Test func theyHaveNamesAndAnOwner() throws {
        for source in [Source.recentlyPlayed, .topTracks] {
            #expect(try Source(named: source.description) == source && source.isListeners && source.isRemote)
            #expect(source.key(account: "a") == "\(source.description):a")
        }
        let error = #expect(throws: ReferenceError.self) { try Source(named: "top") }
        #expect(error?.description.contains("recently-played, top-tracks") == true)
    }

    @Test func wordsOfFilesCountInTheAggregate() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            let liked = try await bench.ingest().run(.likedTracks)
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("words-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            // The first ten liked tracks in words alone, and one that nobody has.
            let known = (0..<10).map { bench.fake.world.tracks[($0 * 13 + 5) % 2_000] }
            let lines = known.map {
                "#EXTINF:\($0.duration / 1_000),\($0.artistName) - \($0.name)\n/music/\($0.number).mp3"
            }
            let list = (["#EXTM3U"] + lines + ["#EXTINF:200,Nobody - Nothing", "/music/x.mp3"]).joined(separator: "\n")
            try Data(list.utf8).write(to: folder.appendingPathComponent("list.m3u8"))
            let files = try await bench.ingest().run(.files(folder.path))
            let overlap = try await database.store.overlap(of: [files.key, liked.key])
            let tally = try #require(overlap.tallies.first { $0.source == files.key })
            #expect(tally.tracks == 10 && tally.onlyHere == 0 && overlap.tracks == 320)
        }
    }
}
