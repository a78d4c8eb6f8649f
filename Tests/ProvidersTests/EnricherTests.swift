import Cache
import Catalog
import FakeServices
import Foundation
import HTTPClient
import Postgres
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Providers

private let world = wideWorld

@Suite struct EnricherTests {
    private func reccoBeats(_ workshop: Workshop, _ server: FakeServer) -> ReccoBeats {
        var configuration = ServiceConfiguration.reccoBeats(baseURL: server.url + "/v1")
        configuration.maximumBodyBytes = 100_000
        configuration.timeouts.total = .seconds(120)
        return ReccoBeats(workshop.bench.client(configuration))
    }

    @Test func everyTrackGetsFeaturesOrAMiss() async throws {
        try await withMigratedDatabase { database in
            let workshop = try await Workshop(database)
            let server = try FakeService.reccoBeats.server(world)
            defer { server.stop() }
            let progress = try await workshop.enricher(reccoBeats(workshop, server)).run()
            let known = world.tracks.count(where: FakeReccoBeats.knows)
            #expect(progress.asked == 300 && progress.found == known && progress.features == known)
            #expect(
                try await workshop.store.enrichmentCounts()
                    == [EnrichmentCount(source: "reccobeats", version: "1", found: known, missed: 300 - known)])
            // Eight calls by Spotify id and as many for the rest by ISRC: about 53 calls for 1,000 tracks.
            #expect(server.callCount() <= 16)
        }
    }

    @Test func aSecondPassAsksNothing() async throws {
        try await withMigratedDatabase { database in
            let workshop = try await Workshop(database)
            let server = try FakeService.reccoBeats.server(world)
            defer { server.stop() }
            let enricher = workshop.enricher(reccoBeats(workshop, server))
            try await enricher.run()
            let (calls, contents) = (server.callCount(), try await workshop.contents())
            #expect(try await enricher.run().asked == 0)
            #expect(server.callCount() == calls)
            #expect(try await workshop.contents() == contents)
            workshop.bench.clock.advance(by: .seconds(31 * 86_400))
            let misses = world.tracks.count { !FakeReccoBeats.knows($0) }
            #expect(try await enricher.run().asked == misses)
        }
    }

    @Test(arguments: [
        Fault.status(500), .status(503), .cut, .cutInHead, .truncated, .brokenJSON, .wrongContentType,
        .oversized(bytes: 200_000), .tooManyRequests(retryAfter: 2), .slow(pieces: 3, millisecondsBetween: 5),
        .tooManyRequests(retryAfter: 86_207), .quotaExceeded(retryAfter: nil), .late(milliseconds: 20),
    ])
    func aPassUnderAnyFaultEndsWithTheSameCatalog(_ fault: Fault) async throws {
        let expected = try await Self.undisturbed.value
        try await withMigratedDatabase { database in
            let workshop = try await Workshop(database)
            let server = try FakeService.reccoBeats.server(world, seed: 7)
            defer { server.stop() }
            server.setFaults([FaultRule(fault, .chance(0.3))])
            let enricher = workshop.enricher(reccoBeats(workshop, server))
            let saved = Mutex(Enricher.Progress())
            for _ in 0..<100 {
                do {
                    try await enricher.run(from: saved.withLock { $0 }) { progress in saved.withLock { $0 = progress } }
                    break
                } catch let error as ServiceError {
                    // Not done, and then it says when to go on.
                    let moment = try #require(error.resumeAt, "\(error)")
                    let wait = moment.timeIntervalSince(workshop.bench.support.clock.now())
                    workshop.bench.clock.advance(by: .seconds(max(wait, 0)))
                }
            }
            #expect(server.faultCount > 0)
            #expect(saved.withLock { $0.asked } == 300)
            #expect(try await workshop.contents() == expected)
        }
    }

    /// What a pass without a fault leaves.
    private static let undisturbed = Task {
        try await withMigratedDatabase { database in
            let workshop = try await Workshop(database)
            let server = try FakeService.reccoBeats.server(world)
            defer { server.stop() }
            try await workshop.enricher(EnricherTests().reccoBeats(workshop, server)).run()
            return try await workshop.contents()
        }
    }

    @Test func aPassThatDiesBetweenFactsAndRemarksIsRepeatedWithoutHarm() async throws {
        let expected = try await Self.undisturbed.value
        try await withMigratedDatabase { database in
            let workshop = try await Workshop(database)
            let server = try FakeService.reccoBeats.server(world)
            defer { server.stop() }
            let provider = reccoBeats(workshop, server)
            let fragile = FragileStore(store: workshop.store, failures: Countdown(3))
            for _ in 0..<10 {
                let enricher = Enricher(
                    provider, over: fragile, into: workshop.store, clock: workshop.bench.support.clock)
                if (try? await enricher.run()) != nil { break }
            }
            #expect(try await workshop.contents() == expected)
        }
    }

    @Test func whatWasFoundBeforeTroubleIsStored() async throws {
        try await withMigratedDatabase { database in
            let workshop = try await Workshop(database)
            let server = try FakeService.reccoBeats.server(world)
            defer { server.stop() }
            server.setFaults([FaultRule(.quotaExceeded(retryAfter: 3_600), .calls(2..<3))])
            let saved = Mutex(Enricher.Progress())
            let error = await serviceError {
                try await workshop.enricher(reccoBeats(workshop, server)).run { progress in
                    saved.withLock { $0 = progress }
                }
            }
            #expect(error?.kind == .quotaExceeded)
            #expect(error?.resumeAt == HandClock.start.addingTimeInterval(3_600))
            #expect(saved.withLock { $0.asked } == 40)
            let counts = try await workshop.store.enrichmentCounts()
            #expect(counts.map { $0.found + $0.missed } == [40])
        }
    }

    @Test func aChainLeadsFromISRCToAcousticBrainz() async throws {
        try await withMigratedDatabase { database in
            let workshop = try await Workshop(database)
            let musicBrainz = try FakeService.musicBrainz.server(world)
            let acousticBrainz = try FakeService.acousticBrainz.server(world)
            let first = MusicBrainz(workshop.bench.client(.musicBrainz(baseURL: musicBrainz.url + "/ws/2")))
            let second = AcousticBrainz(workshop.bench.client(.acousticBrainz(baseURL: acousticBrainz.url + "/api/v1")))
            #expect(try await workshop.enricher(second).run().asked == 0)
            let named = try await workshop.enricher(first).run()
            #expect(named.found == world.tracks.count(where: FakeMusicBrainz.knows))
            let progress = try await workshop.enricher(second).run()
            #expect(progress.asked == named.found)
            let known = world.tracks.count { FakeMusicBrainz.knows($0) && FakeAcousticBrainz.knows($0) }
            #expect(progress.found == known)
            #expect(acousticBrainz.callCount() == 2 * ((named.found + 24) / 25))
            let track = try #require(world.tracks.first { FakeMusicBrainz.knows($0) && FakeAcousticBrainz.knows($0) })
            let id = try #require(
                try await workshop.store.trackID(for: ExternalID(namespace: "mbid", value: track.mbid)))
            let remarks = try await workshop.store.enrichments(EnrichmentFilter(track: id), after: nil, limit: 10)
            #expect(remarks.map(\.source) == ["acousticbrainz", "musicbrainz"])
            #expect(remarks[1].categories["tags"] == .texts(["pop"]))
        }
    }

    @Test func aLimitEndsAPassAndTheNextGoesOn() async throws {
        try await withMigratedDatabase { database in
            let workshop = try await Workshop(database)
            let server = try FakeService.reccoBeats.server(world)
            defer { server.stop() }
            let enricher = workshop.enricher(reccoBeats(workshop, server)) { $0.limit = 100 }
            #expect(try await enricher.run().asked == 100)
            #expect(try await enricher.run().asked == 100)
        }
    }

    @Test func aPassCanBeCancelled() async throws {
        try await withMigratedDatabase { database in
            let workshop = try await Workshop(database)
            let server = try FakeService.reccoBeats.server(world)
            defer { server.stop() }
            let enricher = workshop.enricher(reccoBeats(workshop, server))
            let hasCommitted = Mutex(false)
            let task = Task {
                try await enricher.run { _ in
                    hasCommitted.withLock { $0 = true }
                    while !Task.isCancelled { await Task.yield() }
                }
            }
            while !hasCommitted.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(5)) }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            let counts = try await workshop.store.enrichmentCounts()
            #expect(counts.map { $0.found + $0.missed } == [80])
        }
    }
}
