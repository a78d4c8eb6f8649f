import Catalog
import FakeServices
import Foundation
import Postgres
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Providers

private let world = wideWorld

/// What a fake does not take, and how it says so.
private final class Dislikes: Sendable {
    private let state: Mutex<(status: Int, ids: Set<String>)>

    init(_ status: Int, _ ids: [String]) { state = Mutex((status, Set(ids))) }

    func forget() { state.withLock { $0.ids = [] } }

    /// A ReccoBeats that answers so each call that names one of the ids.
    func reccoBeats() throws -> FakeServer {
        let fake = FakeReccoBeats(world: world)
        return try FakeServer { request in
            let asked = (request.value("ids") ?? "").split(separator: ",").map(String.init)
            let status = self.state.withLock { $0.ids.isDisjoint(with: asked) ? nil : $0.status }
            return status.map { .json(["error": "picky"], status: $0) } ?? fake.audioFeatures(request)
        }
    }
}

/// Refuses each track but the third that it is asked about, and fails for each seventh.
private final class Grudge: FeatureProvider {
    let (name, version, batchSize, namespaces) = ("grudge", "1", 1, ["spotify"])
    private let calls = Mutex(0)

    func findings(on subjects: [EnrichmentSubject]) async throws(ServiceError) -> ProviderFindings {
        let call = calls.withLock { calls in
            calls += 1
            return calls
        }
        guard call != 3 else {
            var findings = ProviderFindings()
            for subject in subjects { findings.remarks[subject.id] = .init() }
            return findings
        }
        throw ServiceError(call % 7 == 0 ? .unavailable : .missing, service: name, endpoint: "/", reason: "")
    }
}

/// Passes, each from where the one before it stopped.
private final class Passes: Sendable {
    let enricher: Enricher
    private let saved = Mutex(Enricher.Progress())
    var progress: Enricher.Progress { saved.withLock { $0 } }

    init(_ workshop: Workshop, _ server: FakeServer, limit: Int? = nil) {
        let client = workshop.bench.client(.reccoBeats(baseURL: server.url + "/v1"))
        enricher = workshop.enricher(ReccoBeats(client)) { $0.limit = limit }
    }

    /// Runs once; the error that ended it.
    func run() async -> ServiceError? {
        await serviceError {
            try await enricher.run(from: progress) { progress in self.saved.withLock { $0 = progress } }
        }
    }
}

@Suite("Tracks that a provider fails for") struct InquiryTests {
    /// A track in the middle of the second batch that the service knows.
    private let odd = world.tracks[50..<80].first(where: FakeReccoBeats.knows)
    private let known = world.tracks.count(where: FakeReccoBeats.knows)

    private func wait(until moment: Date?, _ workshop: Workshop) throws {
        let wait = try #require(moment).timeIntervalSince(workshop.bench.support.clock.now())
        #expect(wait >= 15)
        workshop.bench.clock.advance(by: .seconds(wait + 0.1))
    }

    @Test(arguments: [400, 404, 422]) func oneThatIsRefusedIsAMissAndAllOthersAreAsked(_ status: Int) async throws {
        let odd = try #require(odd)
        try await withMigratedDatabase { database in
            let workshop = try await Workshop(database)
            let server = try Dislikes(status, [odd.spotify, odd.isrc]).reccoBeats()
            defer { server.stop() }
            let passes = Passes(workshop, server)
            #expect(await passes.run() == nil)
            #expect(passes.progress.asked == 300 && passes.progress.found == known - 1)
            let id = try #require(try await workshop.store.trackID(for: .spotify(odd.spotify)))
            let misses = try await workshop.database.session().rows(
                "SELECT track_id FROM enrichments WHERE retry_at IS NOT NULL AND categories = '{}'"
            ) { TrackID(rawValue: try $0[0]) }
            #expect(misses.contains(id) && misses.count == 300 - known + 1)
            #expect(server.callCount() <= 16 + 4 * 7)
            let calls = server.callCount()
            #expect(await passes.run() == nil)
            #expect(server.callCount() == calls, "a miss is not asked about again")
        }
    }

    @Test func oneThatIsRefusedByOneIdIsFoundByTheOther() async throws {
        let odd = try #require(odd)
        try await withMigratedDatabase { database in
            let workshop = try await Workshop(database)
            let server = try Dislikes(400, [odd.spotify]).reccoBeats()
            defer { server.stop() }
            let passes = Passes(workshop, server)
            #expect(await passes.run() == nil)
            #expect(passes.progress.asked == 300 && passes.progress.found == known)
        }
    }

    @Test func aServiceThatRefusesEverythingMakesNoMisses() async throws {
        try await withMigratedDatabase { database in
            let workshop = try await Workshop(database)
            let server = try FakeService.reccoBeats.server(world)
            defer { server.stop() }
            server.setFaults([FaultRule(.status(404), .every(1))])
            let passes = Passes(workshop, server)
            let error = await passes.run()
            #expect(error?.kind == .missing && error?.resumeAt == nil)
            #expect(passes.progress.asked == 0 && server.callCount() < 120)
            let counts = try await workshop.store.enrichmentCounts()
            #expect(counts.allSatisfy { $0.missed == 0 && $0.found == 0 })
            // The next one begins behind those, and comes back to them.
            server.setFaults([])
            try wait(until: await passes.run()?.resumeAt, workshop)
            #expect(passes.progress.asked == 300 - Inquiry.refusalsAtMost)
            #expect(await passes.run() == nil)
            #expect(passes.progress.asked == 300 && passes.progress.found == known)
        }
    }

    /// Of whichever page they were, and whatever failed among them.
    @Test func refusalsInARowAreNoMissesWhereverTheyWere() async throws {
        try await withMigratedDatabase { database in
            let workshop = try await Workshop(database)
            let enricher = workshop.enricher(Grudge()) { $0.tracksPerCommit = 10 }
            let saved = Mutex(Enricher.Progress())
            let error = await serviceError {
                try await enricher.run { progress in saved.withLock { $0 = progress } }
            }
            #expect(error?.kind == .missing)
            #expect(saved.withLock { $0.asked } == 3, "those before the first answer, and that one")
            let counts = try await workshop.store.enrichmentCounts()
            #expect(counts.map(\.missed) == [2] && counts.map(\.found) == [1])
        }
    }

    @Test func aBatchThatFailsIsPutOffAndAllOthersAreAsked() async throws {
        let odd = try #require(odd)
        let expected = try await withMigratedDatabase { database in
            let workshop = try await Workshop(database)
            let server = try FakeService.reccoBeats.server(world)
            defer { server.stop() }
            #expect(await Passes(workshop, server).run() == nil)
            return try await workshop.contents()
        }
        try await withMigratedDatabase { database in
            let workshop = try await Workshop(database)
            let dislikes = Dislikes(500, [odd.spotify])
            let server = try dislikes.reccoBeats()
            defer { server.stop() }
            let passes = Passes(workshop, server)
            // The batch of 40, once more, in tens, in pairs.
            for asked in [260, 260, 290, 298] {
                let error = await passes.run()
                #expect(error?.kind == .unavailable && error?.reason.contains("500") == true)
                #expect(error?.reason.contains("put off") == true)
                #expect(passes.progress.asked == asked)
                let early = server.callCount()
                #expect(await passes.run()?.resumeAt != nil)
                #expect(server.callCount() == early, "not before they are due")
                try wait(until: error?.resumeAt, workshop)
            }
            // Nobody waits for one that fails by itself; the next pass asks again.
            let last = await passes.run()
            #expect(last == nil && passes.progress.asked == 299)
            dislikes.forget()
            workshop.bench.clock.advance(by: .seconds(86_400))
            let next = Passes(workshop, server)
            #expect(await next.run() == nil)
            #expect(next.progress.asked == 1 && next.progress.debt == nil)
            #expect(try await workshop.contents() == expected)
        }
    }

    @Test func aLimitThatIsReachedEndsAPassThatHasPutTracksOff() async throws {
        let odd = try #require(odd)
        try await withMigratedDatabase { database in
            let workshop = try await Workshop(database)
            let server = try Dislikes(500, [odd.spotify]).reccoBeats()
            defer { server.stop() }
            let passes = Passes(workshop, server, limit: 100)
            #expect(await passes.run() == nil)
            #expect(passes.progress.asked == 100)
            let calls = server.callCount()
            #expect(await passes.run() == nil && server.callCount() == calls)
        }
    }

    @Test func batchesThatFailOneAfterTheOtherKeepNoOthers() async throws {
        try await withMigratedDatabase { database in
            let workshop = try await Workshop(database)
            let server = try Dislikes(500, [world.tracks[10].spotify, world.tracks[50].spotify]).reccoBeats()
            defer { server.stop() }
            let passes = Passes(workshop, server)
            #expect(await passes.run()?.kind == .unavailable)
            #expect(passes.progress.asked == 220)
        }
    }

    @Test func aServiceThatIsAwayIsNotAskedAboutBatchAfterBatch() async throws {
        try await withMigratedDatabase { database in
            let workshop = try await Workshop(database)
            let server = try FakeService.reccoBeats.server(world)
            defer { server.stop() }
            server.setFaults([FaultRule(.status(503), .every(1))])
            #expect(await Passes(workshop, server).run()?.resumeAt != nil)
            #expect(server.callCount() == 6)
        }
    }

    /// Fewer tracks than a batch, so that each failure might be theirs.
    @Test func anOutageOfHoursGivesNobodyUp() async throws {
        try await withMigratedDatabase { database in
            let workshop = try await Workshop(database, world: FakeWorld(tracks: 6))
            let server = try FakeService.reccoBeats.server(world)
            defer { server.stop() }
            server.setFaults([FaultRule(.status(500), .every(1))])
            let passes = Passes(workshop, server)
            for _ in 0..<8 { try wait(until: await passes.run()?.resumeAt, workshop) }
            server.setFaults([])
            for _ in 0..<9 {
                guard let error = await passes.run() else { break }
                try wait(until: error.resumeAt, workshop)
            }
            #expect(passes.progress.asked == 6, "\(passes.progress)")
        }
    }

    /// With one track a question, and the one that fails behind all others.
    @Test func aPassEndsWithoutATrackThatFailsWhileOthersAreAnswered() async throws {
        try await withMigratedDatabase { database in
            let workshop = try await Workshop(database, world: FakeWorld(tracks: 6))
            let server = try FakeService.musicBrainz.server(world)
            defer { server.stop() }
            server.setFaults([FaultRule(.status(500), on: "/ws/2/isrc/\(world.tracks[2].isrc)", .every(1))])
            let provider = MusicBrainz(workshop.bench.client(.musicBrainz(baseURL: server.url + "/ws/2")))
            let enricher = workshop.enricher(provider)
            let saved = Mutex(Enricher.Progress())
            for stops in 0..<9 {
                let error = await serviceError {
                    try await enricher.run(from: saved.withLock { $0 }) { progress in saved.withLock { $0 = progress } }
                }
                guard let error else {
                    #expect(stops == 4 && saved.withLock { $0.asked } == 5)
                    return
                }
                try wait(until: error.resumeAt, workshop)
            }
            Issue.record("the pass never ended")
        }
    }

    @Test func whatIsWantedAtOnceIsNotPutOff() async throws {
        try await withMigratedDatabase { database in
            let workshop = try await Workshop(database)
            let server = try FakeService.reccoBeats.server(world)
            defer { server.stop() }
            server.setFaults([FaultRule(.status(500), .calls(0..<4))])
            let id = try #require(try await workshop.store.trackID(for: .spotify(world.tracks[3].spotify)))
            let passes = Passes(workshop, server)
            #expect(await serviceError { _ = try await passes.enricher.run(on: [id]) }?.kind == .unavailable)
            #expect(try await passes.enricher.run(on: [id]).asked == 1)
        }
    }

    @Test func aRefusalOfSeveralRecordingsIsNotOneOfEach() async throws {
        try await withMigratedDatabase { database in
            let workshop = try await Workshop(database, named: true)
            let server = try FakeService.acousticBrainz.server(world)
            defer { server.stop() }
            // The first batch of 25 is refused as a whole, and no part of it.
            server.setFaults([FaultRule(.status(404), on: "/api/v1/low-level", .calls(0..<1))])
            let provider = AcousticBrainz(workshop.bench.client(.acousticBrainz(baseURL: server.url + "/api/v1")))
            let progress = try await workshop.enricher(provider).run()
            #expect(progress.asked == 300)
            #expect(progress.found == world.tracks.count(where: FakeAcousticBrainz.knows))
        }
    }
}
