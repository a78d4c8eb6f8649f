import Catalog
import FakeServices
import Foundation
import HTTPClient
import Storage
import TestSupport
import Testing

@testable import Providers

private let world = FakeWorld(tracks: 60)

@Suite("Candidates out of what services hold similar") struct SimilarityCandidatesTests {
    private func lastFM(_ workshop: Workshop, _ server: FakeServer) -> LastFM {
        var configuration = ServiceConfiguration.lastFM(baseURL: server.url + "/2.0")
        configuration.timeouts.total = .seconds(600)
        return LastFM(workshop.bench.client(configuration), key: FakeLastFM.key)
    }

    private func withLastFM(
        _ body: @Sendable (Workshop, FakeServer, LastFM, [TrackID]) async throws -> Void
    ) async throws {
        try await withMigratedDatabase { database in
            let workshop = try await Workshop(database, world: world)
            let server = try FakeService.lastFM.server(world)
            defer { server.stop() }
            var seeds: [TrackID] = []
            for track in world.tracks.prefix(3) {
                seeds.append(try #require(try await workshop.store.trackID(for: .spotify(track.spotify))))
            }
            try await body(workshop, server, lastFM(workshop, server), seeds)
        }
    }

    private func candidates(
        _ workshop: Workshop, _ source: any SimilaritySource, patience: Duration = .seconds(600)
    ) -> SimilarityCandidates {
        SimilarityCandidates(
            source, over: workshop.store, into: workshop.store, patience: patience,
            clock: workshop.bench.support.clock)
    }

    @Test func aSeedIsAskedAboutOnceWhoeverAsks() async throws {
        try await withLastFM { workshop, server, source, seeds in
            let found = try await candidates(workshop, source).tracks(similarTo: seeds, limit: 100)
            #expect(found.problem == nil && !found.matches.isEmpty && server.callCount() == 3)
            #expect(found.matches.map(\.similarity) == found.matches.map(\.similarity).sorted(by: >))
            #expect(Set(found.matches.map(\.track)).isDisjoint(with: seeds))
            // The fake holds the next track most similar, and the third's next one is no seed.
            let next = try #require(try await workshop.store.trackID(for: .spotify(world.tracks[3].spotify)))
            #expect(found.matches.first == SimilarityMatch(track: next, similarity: 1))
            let again = try await candidates(workshop, source).tracks(similarTo: seeds, limit: 100)
            #expect(again == found && server.callCount() == 3)
            // Nor by a pass: it asks about the others.
            _ = try await workshop.enricher(SimilarityProvider(source)).run()
            #expect(server.callCount() == world.tracks.count)
        }
    }

    @Test func aCatalogWithoutPatienceLivesFromWhatIsStored() async throws {
        try await withLastFM { workshop, server, source, seeds in
            let none = try await candidates(workshop, source, patience: .zero).tracks(similarTo: seeds, limit: 10)
            #expect(none.matches.isEmpty && none.problem == nil && server.callCount() == 0)
            _ = try await candidates(workshop, source).tracks(similarTo: seeds, limit: 10)
            let calls = server.callCount()
            let stored = try await candidates(workshop, source, patience: .zero).tracks(similarTo: seeds, limit: 10)
            #expect(stored.matches.count == 10 && server.callCount() == calls)
        }
    }

    @Test func aServiceThatFailsIsNamedAndWhatIsStoredCounts() async throws {
        try await withLastFM { workshop, server, source, seeds in
            _ = try await candidates(workshop, source).tracks(similarTo: Array(seeds.prefix(1)), limit: 10)
            server.setFaults([FaultRule(.quotaExceeded(retryAfter: nil), .every(1))])
            let found = try await candidates(workshop, source).tracks(similarTo: seeds, limit: 10)
            #expect(!found.matches.isEmpty)
            #expect(found.problem?.contains("lastfm") == true && found.problem?.contains("quota") == true)
        }
    }

    @Test func aServiceThatDoesNotAnswerIsNotWaitedFor() async throws {
        try await withLastFM { workshop, server, source, seeds in
            server.setFaults([FaultRule(.late(milliseconds: 600_000), .every(1))])
            let begun = ContinuousClock.now
            let found = try await candidates(workshop, source, patience: .milliseconds(200))
                .tracks(similarTo: seeds, limit: 10)
            #expect(found.matches.isEmpty && found.problem == "it did not answer within 1 seconds")
            #expect(ContinuousClock.now - begun < .seconds(300), "of ten minutes that the answer would have taken")
        }
    }

    @Test func tracksThatNobodyKnowsAreLeftForAMonth() async throws {
        try await withMigratedDatabase { database in
            let workshop = try await Workshop(database, world: world)
            let server = try FakeServer { _ in FakeLastFM.problem(6, "Track not found") }
            defer { server.stop() }
            let pass = workshop.enricher(SimilarityProvider(lastFM(workshop, server)))
            let first = try await pass.run()
            #expect(first.asked == 60 && first.found == 0)
            #expect(try await pass.run().asked == 0)
            workshop.bench.clock.advance(by: .seconds(31 * 86_400))
            #expect(try await pass.run().asked == 60)
        }
    }
}
