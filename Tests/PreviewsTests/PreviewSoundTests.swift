import Catalog
import FakeServices
import Foundation
import MusicFolder
import Providers
import Storage
import TestSupport
import Testing

@testable import Previews

@Suite(.enabled(if: builtAnalyzer != nil, "segue-analyze was not built"))
struct PreviewSoundTests {
    @Test func previewsAreDescribedWithWhoseTheyAre() async throws {
        try await withMigratedDatabase { database in
            let bench = try await PreviewBench(database)
            let provider = bench.provider()
            let progress = try await bench.run(provider)
            let audible = PreviewBench.audible
            #expect(audible.count > 3 && audible.count < 10)
            #expect(progress.asked == 10 && progress.found == audible.count)
            #expect(provider.reasons == ["no_preview": 10 - audible.count])
            let sounds = try await bench.sounds()
            #expect(sounds == audible.map { "\($0.name) preview deezer: preview 92 0" })

            let track = try #require(audible.first)
            let id = try #require(try await bench.store.trackID(for: .spotify(track.spotify)))
            let features = try #require(try await bench.store.features(of: id))
            #expect(features.contains { $0.feature == .loudness && $0.provenance.provider == "preview" && $0.isUsed })
            #expect(!features.contains { $0.feature == .duration }, "the length of a part is not the track's")
            let said = try await bench.store.enrichments(EnrichmentFilter(track: id), after: nil, limit: 9)
            #expect(said.map(\.source) == ["preview"])
            #expect(said[0].categories["preview_of"] == .text("deezer"))
            #expect(said[0].categories["preview_seconds"] == .number(4))
            let share = 4_000 / Double(track.duration)
            #expect(abs((said[0].confidence ?? 0) - share) < 1e-4)
        }
    }

    @Test func aSecondRunAsksNobodyAndAMissIsDueAgainAfterAMonth() async throws {
        try await withMigratedDatabase { database in
            let bench = try await PreviewBench(database)
            try await bench.run(bench.provider())
            bench.server.resetCounts()
            let second = try await bench.run(bench.provider())
            #expect(second.asked == 0 && bench.server.callCount() == 0)
            bench.wait(.seconds(32 * 86_400))
            let third = try await bench.run(bench.provider())
            let misses = 10 - PreviewBench.audible.count
            #expect(third.asked == misses && bench.server.callCount("/track") == misses)
        }
    }

    @Test func aTrackWithAFileOfItsOwnIsLeftAlone() async throws {
        try await withMigratedDatabase { database in
            let bench = try await PreviewBench(database)
            let track = PreviewBench.audible[0]
            let id = try #require(try await bench.store.trackID(for: .spotify(track.spotify)))
            let sound = SoundRecord(version: 1, descriptors: "{}", sound: [1], form: [2])
            try await bench.store.keep([id: sound], by: MusicFile.provider)
            let provider = bench.provider()
            try await bench.run(provider)
            #expect(provider.reasons["has_file"] == 1)
            #expect(bench.server.callCount("/preview/\(track.number).wav") == 0)
        }
    }

    @Test func aRunThatWasStoppedGoesOnBehindWhatIsStored() async throws {
        try await withMigratedDatabase { database in
            let bench = try await PreviewBench(database)
            try await bench.run(bench.provider(), limit: 4)
            let before = try await bench.sounds()
            bench.server.resetCounts()
            let rest = try await bench.run(bench.provider())
            #expect(rest.asked == 6)
            let all = try await bench.sounds()
            #expect(all.count == PreviewBench.audible.count && all.starts(with: before))
            #expect(bench.server.callCount("/preview") == all.count - before.count)
        }
    }

    @Test func nothingIsLeftOnDisk() async throws {
        try await withMigratedDatabase { database in
            let bench = try await PreviewBench(database)
            let place = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
            let pattern = #/^segue-[A-Za-z0-9]{6}$/#
            try await bench.run(bench.provider())
            let left = try FileManager.default.contentsOfDirectory(atPath: place).filter {
                $0.wholeMatch(of: pattern) != nil
            }
            #expect(left.isEmpty)
        }
    }

    @Test func aMissingAnalyzerEndsThePassWithTheMend() async throws {
        try await withMigratedDatabase { database in
            let bench = try await PreviewBench(database)
            let error = await #expect(throws: ServiceError.self) {
                try await bench.run(bench.provider(analyzer: "/nonexistent/segue-analyze"))
            }
            #expect(error?.description.contains("SEGUE_ANALYZER") == true && error?.isPassing == false)
            let known = try await bench.store.enrichmentCounts()
            #expect(known.allSatisfy { $0.found == 0 })
        }
    }

    @Test func theServicesAreAskedInOrder() async throws {
        try await withMigratedDatabase { database in
            let bench = try await PreviewBench(database)
            let deezer = Deezer(ServiceClient(.deezer(baseURL: bench.server.url), bench.support))
            let inaudible = PreviewBench.world.tracks.filter { !FakeDeezer.knows($0) }
            let other = OtherSource { id in
                inaudible.first { $0.spotify == id }.map { "\(bench.server.url)/preview/\($0.number).wav" }
            }
            try await bench.run(bench.provider(sources: [other, deezer]))
            let sounds = try await bench.sounds()
            #expect(sounds.count == 10)
            #expect(sounds.count { $0.contains("other: preview") } == inaudible.count)
        }
    }
}

/// A source that is asked by Spotify's ids.
private struct OtherSource: PreviewSource {
    let name = "other"
    let namespace = "spotify"
    let address: @Sendable (String) -> String?

    func preview(of id: String) async throws(ServiceError) -> String? { address(id) }
}
