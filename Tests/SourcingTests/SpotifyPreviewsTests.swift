import FakeServices
import Providers
import TestSupport
import Testing

@Suite struct SpotifyPreviewsTests {
    @Test func aTrackSaysWhereItsPreviewIsOrThatThereIsNone() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store) { options in
                options.preview = { $0.number % 2 == 0 ? "https://p.scdn.co/mp3-preview/\($0.number)" : nil }
            }
            try await bench.connect()
            let previews = SpotifyPreviews(bench.spotify())
            let tracks = bench.fake.world.tracks
            let found = try await previews.preview(of: tracks[4].spotify)
            let none = try await previews.preview(of: tracks[5].spotify)
            let unknown = try await previews.preview(of: FakeWorld.spotifyID(9, 9))
            #expect(found == "https://p.scdn.co/mp3-preview/4" && none == nil && unknown == nil)
            #expect(bench.server.callCount("/v1/tracks") == 3)
        }
    }

    @Test func withoutATokenItSaysWhatToDo() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            let error = await #expect(throws: ServiceError.self) {
                try await SpotifyPreviews(bench.spotify()).preview(of: bench.fake.world.tracks[0].spotify)
            }
            #expect(error?.kind == .forbidden && error?.reason.contains("segue accounts connect") == true)
        }
    }
}
