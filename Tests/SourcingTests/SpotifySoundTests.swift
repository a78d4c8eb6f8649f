import Catalog
import FakeServices
import Foundation
import Providers
import Sourcing
import Storage
import TestSupport
import Testing

@Suite struct SpotifySoundTests {
    private func enrich(_ bench: SpotifyBench, _ kind: SpotifySound.Kind, limit: Int? = nil) async throws
        -> Enricher.Progress
    {
        var options = Enricher.Options()
        options.limit = limit
        return try await Enricher(
            SpotifySound(bench.spotify(), kind), over: bench.store, into: bench.store, options: options,
            clock: bench.clock.service
        ).run()
    }

    @Test func anApplicationOfOldIsGivenFeaturesAHundredAtATime() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store) { $0.isRestricted = false }
            try await bench.connect()
            _ = try await bench.ingest().run(.likedTracks)
            let progress = try await enrich(bench, .features)
            #expect(progress.asked == 320 && progress.found > 300)
            #expect(bench.server.callCount("/v1/audio-features") == 4)
            #expect(try await database.count("audio_features WHERE provider = 'spotify'") == progress.found)
            let again = try await enrich(bench, .features)
            #expect(again.asked == 0)
        }
    }

    @Test func analysesComeTrackByTrack() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store) { $0.isRestricted = false }
            try await bench.connect()
            _ = try await bench.ingest().run(.album(FakeWorld.spotifyID(2, 40)))
            let progress = try await enrich(bench, .analyses, limit: 3)
            #expect(progress.asked == 3)
            #expect(try await database.count("audio_analyses") == progress.found)
        }
    }

    /// 403 of a restricted application: the catalog stays as it is, and nobody asks again for a month.
    @Test(arguments: SpotifySound.Kind.allCases)
    func aRestrictedApplicationIsRefusedOnceAndRemembered(_ kind: SpotifySound.Kind) async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            _ = try await bench.ingest().run(.likedTracks)
            let before = try await database.contents()
            for turn in 0..<3 {
                let error = await #expect(throws: ServiceError.self) { try await enrich(bench, kind) }
                #expect(error?.kind == .forbidden && error?.resumeAt == nil)
                let path = kind == .features ? "/v1/audio-features" : "/v1/audio-analysis"
                let calls = bench.server.calls.filter { $0.key.contains(path) }.values.reduce(0, +)
                #expect(calls == 1, "turn \(turn)")
            }
            #expect(try await database.contents() == before)
            #expect(try await database.count("enrichments") == 0)
        }
    }
}
