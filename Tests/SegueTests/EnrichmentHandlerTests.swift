import Catalog
import Configuration
import FakeServices
import Foundation
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import segue

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty

/// A queue with a worker for jobs of enrichment, over a catalog of three tracks and fakes of who is asked about them.
private struct Office: Sendable {
    private static let world = FakeWorld(tracks: 3)

    let database: TestDatabase
    let reccoBeats: FakeServer
    let musicBrainz: FakeServer
    private let worker: Worker

    static func with(_ body: @Sendable (Office) async throws -> Void) async throws {
        try await withMigratedDatabase { database in
            let servers = [
                try FakeService.reccoBeats.server(world), try FakeService.musicBrainz.server(world),
                try FakeService.acousticBrainz.server(world), try FakeService.listenBrainzLabs.server(world),
            ]
            defer { for server in servers { server.stop() } }
            let settings = try Settings(environment: [
                "SEGUE_RECCOBEATS_URL": servers[0].url + "/v1", "SEGUE_MUSICBRAINZ_URL": servers[1].url + "/ws/2",
                "SEGUE_ACOUSTICBRAINZ_URL": servers[2].url + "/api/v1", "SEGUE_LISTENBRAINZ_URL": servers[3].url,
                "SEGUE_LISTENBRAINZ_LABS_URL": servers[3].url,
            ])
            let office = try await Office(database, reccoBeats: servers[0], musicBrainz: servers[1], settings)
            let working = Task { await office.worker.run() }
            let result: Result<Void, any Error>
            do { result = .success(try await body(office)) } catch { result = .failure(error) }
            working.cancel()
            await working.value
            try result.get()
        }
    }

    private init(
        _ database: TestDatabase, reccoBeats: FakeServer, musicBrainz: FakeServer, _ settings: Settings
    ) async throws {
        (self.database, self.reccoBeats, self.musicBrainz) = (database, reccoBeats, musicBrainz)
        let session = try await database.store.beginImport(of: ImportSource(name: "world", authority: .table))
        try await session.append(
            Self.world.tracks.map { track in
                .track(TrackRecord(ids: [.spotify(track.spotify), .isrc(track.isrc)], name: track.name))
            })
        _ = try await session.commit()
        var configuration = WorkerConfiguration(name: "w")
        configuration.pollInterval = .milliseconds(50)
        configuration.retry = RetryBackOff(first: .milliseconds(20), longest: .milliseconds(50))
        let outside = OutsideWorld(settings, store: database.store, redis: nil)
        worker = Worker(
            store: database.store, handlers: [EnrichmentHandler(store: database.store, outside: outside)],
            feed: JobFeed(store: database.store), configuration: configuration, describe: JobErrorText.line)
    }

    func enqueue(_ payload: String = "{}") async throws -> JobID {
        try await database.store.enqueue(
            JobRequest(kind: EnrichmentHandler.kind, payload: JobDocument(text: payload))
        ).job.id
    }

    /// The job once it has ended, or waits for its moment.
    func ended(_ id: JobID) async throws -> Job {
        try await wait(for: id, in: database.store) { job in
            job.status.isFinal || job.status == .pending && job.dueAt > Date(timeIntervalSinceNow: 5)
        }
    }

    /// Makes a waiting job due, and the tracks that it waits for.
    func wake(_ id: JobID) async throws {
        let session = try await database.session()
        _ = try await session.execute("UPDATE enrichments SET retry_at = now() WHERE categories ? 'postponed'")
        _ = try await session.execute("UPDATE jobs SET due_at = now() WHERE id = \(id.rawValue)")
    }
}

@Suite("Enrichment as a job", .enabled(if: hasDatabase, "DATABASE_URL is not set")) struct EnrichmentHandlerTests {
    @Test func eachProviderIsAskedAboutEachTrack() async throws {
        try await Office.with { office in
            let job = try await office.ended(try await office.enqueue())
            #expect(job.status == .done && job.message?.contains("questions") == true, "\(job)")
            struct Pass: Decodable { var asked: Int }
            let passes = try job.metadata.decoded(as: [String: Pass].self)
            #expect(passes.keys.sorted() == ["acousticbrainz", "listenbrainz", "musicbrainz", "reccobeats"])
            #expect(passes["reccobeats"]?.asked == 3 && passes["musicbrainz"]?.asked == 3)
        }
    }

    /// Neither the quota of one nor the refusal of another keeps the others from being asked.
    @Test func aRefusalIsToldOfWhileAnotherProviderIsWaitedFor() async throws {
        try await Office.with { office in
            office.reccoBeats.setFaults([FaultRule(.status(401), .every(1))])
            office.musicBrainz.setFaults([FaultRule(.tooManyRequests(retryAfter: 3_600))])
            let id = try await office.enqueue()
            let waiting = try await office.ended(id)
            #expect(waiting.status == .pending && waiting.failures == 0, "\(waiting)")
            #expect(waiting.dueAt > Date(timeIntervalSinceNow: 3_000))
            #expect(waiting.message?.contains("reccobeats") == true && waiting.message?.contains("musicbrainz") == true)
            #expect(office.reccoBeats.callCount() == 1 && office.musicBrainz.callCount() == 1)
        }
    }

    @Test(arguments: [401, 403, 405]) func aRefusalIsToldWithItsMend(_ status: Int) async throws {
        try await Office.with { office in
            office.reccoBeats.setFaults([FaultRule(.status(status), .every(1))])
            let job = try await office.ended(try await office.enqueue(#"{"provider": "reccobeats"}"#))
            #expect(office.reccoBeats.callCount() == 1)
            // What the application may not is no fault of the job.
            #expect(job.status == (status == 403 ? .done : .failed), "\(job)")
            #expect(status == 403 || job.error?.contains("then retry the job") == true, "\(job)")
        }
    }

    @Test func aJobComesBackToWhatWasPutOffAndAsksNobodyElseAgain() async throws {
        try await Office.with { office in
            office.reccoBeats.setFaults([FaultRule(.brokenJSON, .calls(0..<2))])
            let id = try await office.enqueue()
            let waiting = try await office.ended(id)
            #expect(waiting.status == .pending && waiting.message?.contains("put off") == true, "\(waiting)")
            let asked = office.musicBrainz.callCount()
            #expect(asked == 3 && office.reccoBeats.callCount() == 2)
            try await office.wake(id)
            let done = try await office.ended(id)
            #expect(done.status == .done && done.attempts == 2, "\(done)")
            #expect(office.musicBrainz.callCount() == asked && office.reccoBeats.callCount() > 2)
        }
    }
}
