import Catalog
import FakeServices
import Features
import Foundation
import Jobs
import Postgres
import Storage
import Terminal
import TestSupport
import Testing

@testable import segue

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty
private let world = FakeWorld(tracks: 200)

/// A migrated catalog of the fakes' world, with ReccoBeats, MusicBrainz and AcousticBrainz at hand.
private struct Surroundings: Sendable {
    let database: TestDatabase
    let reccoBeats: FakeServer
    let environment: [String: String]

    static func with(_ body: @Sendable (Surroundings) async throws -> Void) async throws {
        try await withMigratedDatabase { database in
            try await withTemporaryDirectory { folder in
                let servers = [
                    try FakeService.reccoBeats.server(world), try FakeService.musicBrainz.server(world),
                    try FakeService.acousticBrainz.server(world), try FakeService.listenBrainzLabs.server(world),
                ]
                defer { for server in servers { server.stop() } }
                let environment = [
                    "DATABASE_URL": database.conninfo, "SEGUE_DATABASE_CONNECTIONS": "2",
                    "SEGUE_RECCOBEATS_URL": servers[0].url + "/v1", "SEGUE_MUSICBRAINZ_URL": servers[1].url + "/ws/2",
                    "SEGUE_ACOUSTICBRAINZ_URL": servers[2].url + "/api/v1", "SEGUE_CONTACT": "tests@example.org",
                    "SEGUE_LISTENBRAINZ_URL": servers[3].url, "SEGUE_LISTENBRAINZ_LABS_URL": servers[3].url,
                ]
                let table = "\(folder)/world.csv"
                try Data(Self.table.utf8).write(to: URL(fileURLWithPath: table))
                let imported = await segue(["import", table], environment: environment)
                try #require(imported.status == .success, "\(imported.errors)")
                try await body(
                    Surroundings(database: database, reccoBeats: servers[0], environment: environment))
            }
        }
    }

    /// Spotify's energy is that of ReccoBeats; its valence has another scale.
    private static var table: String {
        let lines = world.table.split(separator: "\n").enumerated().map { place, line in
            guard place > 0 else { return "\(line),energy,valence" }
            let features = FakeReccoBeats.features(world.tracks[place - 1])
            let valence = (features["valence"] ?? 0) * 0.5 + 0.5
            return "\(line),\(features["energy"] ?? 0),\(valence)"
        }
        return lines.joined(separator: "\n") + "\n"
    }

    func rows() async throws -> [String] {
        let session = try await database.session()
        return try await session.rows(
            """
            SELECT track_id || provider || (to_jsonb(f) - 'updated_at')::text AS line FROM audio_features f
            UNION ALL SELECT track_id || source || categories::text || (retry_at IS NULL) FROM enrichments
            ORDER BY line
            """
        ) { try $0[0] as String }
    }
}

private struct Fetched: Decodable {
    struct Pass: Decodable {
        var provider: String
        var asked: Int
        var found: Int
        var problem: String?
    }
    var providers: [Pass]
}

private struct Report: Decodable {
    struct Fit: Decodable {
        var feature: String
        var verdict: String
        var tracks: Int
    }
    var provider: String
    var reference: String
    var fits: [Fit]
}

@Suite("segue features", .enabled(if: hasDatabase, "DATABASE_URL is not set")) struct FeaturesCommandTests {
    @Test func fetchedFeaturesAreComparedAndCalibrated() async throws {
        try await Surroundings.with { surroundings in
            let environment = surroundings.environment
            let fetch = await segue(
                ["features", "fetch", "--provider", "reccobeats", "--json"], environment: environment)
            let pass = try #require(try fetch.json(Fetched.self).providers.first)
            #expect(pass.asked == 200 && pass.found == world.tracks.count(where: FakeReccoBeats.knows))
            let report = await segue(["features", "report", "--save", "--json"], environment: environment)
            let calibrations = try report.json([Report].self)
            #expect(calibrations.map(\.provider) == ["reccobeats"] && calibrations[0].reference == "spotify")
            let verdicts = calibrations[0].fits.map(\.verdict)
            #expect(calibrations[0].fits.map(\.feature) == ["energy", "valence"])
            #expect(verdicts == ["needs none", "calibrate"])
            let kept = try await surroundings.database.store.calibrations()
            #expect(kept.map(\.provider) == ["reccobeats"])
            let text = await segue(["features", "report"], environment: environment)
            #expect(text.output.contains("valence") && text.output.contains("calibrate"))
        }
    }

    @Test func whatOnlySoundCouldTellIsLeftMissingAndSaidToBe() async throws {
        try await Surroundings.with { surroundings in
            let store = surroundings.database.store
            let session = try await store.beginImport(of: ImportSource(name: "analyze", authority: .service))
            var measured = AudioFeatures()
            measured[.loudness] = -9
            try await session.append(
                world.tracks.prefix(40).map {
                    .features(FeaturesRecord(track: .spotify($0.spotify), provider: "analyze", features: measured))
                })
            _ = try await session.commit()
            let sound = SoundRecord(version: 2, descriptors: "{}", sound: [1, 2], form: [])
            for track in world.tracks.prefix(40) {
                let id = try #require(try await store.trackID(for: .spotify(track.spotify)))
                try await store.keep([id: sound], by: "analyze")
            }
            let text = await segue(["features", "report", "--save"], environment: surroundings.environment)
            #expect(text.output.contains("left missing: danceability, energy, speechiness"), "\(text.output)")
            #expect(text.output.contains("300 are needed to measure an error"), "\(text.output)")
            let kept = try #require(try await store.calibrations().first { $0.provider == "analyze" })
            #expect(kept.estimates.count == 7 && kept.estimates.allSatisfy { $0.verdict == .tooFew })
        }
    }

    @Test func allProvidersAreAskedInTurn() async throws {
        try await Surroundings.with { surroundings in
            let fetch = await segue(
                ["features", "fetch", "--limit", "3", "--json"], environment: surroundings.environment)
            let passes = try fetch.json(Fetched.self).providers
            #expect(passes.map(\.provider) == ["reccobeats", "musicbrainz", "acousticbrainz", "listenbrainz"])
            #expect(passes[0].asked == 3 && passes[1].asked == 3)
            #expect(passes.allSatisfy { $0.problem == nil })
        }
    }

    @Test func aPassCanBeLeftToWorkers() async throws {
        try await Surroundings.with { surroundings in
            let left = await segue(
                ["features", "fetch", "--provider", "reccobeats", "--limit", "3", "--detach"],
                environment: surroundings.environment)
            #expect(left.status == .success && left.output.contains("segue jobs watch"), "\(left.errors)")
            let jobs = try await surroundings.database.store.jobs(JobFilter(kind: "enrich"))
            let payload = try #require(jobs.first?.payload.text)
            #expect(jobs.count == 1 && payload.contains("reccobeats") && payload.contains("3"))
        }
    }

    @Test func aFileIsASourceLikeAnyOther() async throws {
        try await Surroundings.with { surroundings in
            let left = await segue(
                ["ingest", "files:/tmp/music", "liked-tracks", "--detach"], environment: surroundings.environment)
            #expect(left.status == .success, "\(left.errors)")
            let jobs = try await surroundings.database.store.jobs(JobFilter(kind: "sources.fetch"))
            let payload = jobs.map(\.payload.text).joined()
            #expect(jobs.count == 2 && payload.contains("files:") && payload.contains("liked-tracks"), "\(payload)")
        }
    }

    @Test func aQuotaIsToldWithTheMomentToGoOn() async throws {
        try await Surroundings.with { surroundings in
            surroundings.reccoBeats.setFaults([FaultRule(.quotaExceeded(retryAfter: 3_600), .every(1))])
            let fetch = await segue(
                ["features", "fetch", "--provider", "reccobeats"], environment: surroundings.environment)
            #expect(fetch.status == .failure)
            #expect(fetch.output.contains("the quota is used up") && fetch.output.contains("try again after"))
        }
    }

    @Test func anUnknownProviderIsAMistakeInUse() async throws {
        let result = await segue(
            ["features", "fetch", "--provider", "spotty"], environment: ["DATABASE_URL": "host=/nonexistent"])
        #expect(result.status == .usage)
        #expect(result.errors.contains("reccobeats, musicbrainz, acousticbrainz"))
    }

    @Test(.enabled(if: BuiltBinary.path != nil, "the program was not built"))
    func killedAtAnyMomentItEndsWithTheSameRows() async throws {
        try await Surroundings.with { surroundings in
            surroundings.reccoBeats.setFaults([FaultRule(.late(milliseconds: 40), .every(1))])
            let arguments = ["features", "fetch", "--provider", "reccobeats"]
            for turn in 1...6 {
                let running = try BuiltBinary.Running(arguments, environment: surroundings.environment)
                try await Task.sleep(for: .milliseconds(60 * turn))
                kill(running.identifier, SIGKILL)
                _ = await running.end()
            }
            let last = try await BuiltBinary.run(arguments, environment: surroundings.environment)
            #expect(last.status == 0, "\(last.errors)")
            let rows = try await surroundings.rows()
            try await Surroundings.with { undisturbed in
                _ = await segue(arguments, environment: undisturbed.environment)
                let expected = try await undisturbed.rows()
                #expect(rows == expected)
            }
        }
    }

    @Test(.enabled(if: BuiltBinary.path != nil, "the program was not built"))
    func aPassAsAJobWaitsForAQuotaAndGoesOn() async throws {
        try await Surroundings.with { surroundings in
            surroundings.reccoBeats.setFaults([FaultRule(.quotaExceeded(retryAfter: 2), .calls(2..<3))])
            let store = surroundings.database.store
            let request = JobRequest(kind: "enrich", payload: JobDocument(text: #"{"provider": "reccobeats"}"#))
            let id = try await store.enqueue(request).job.id
            let worker = try BuiltBinary.Running(["work"], environment: surroundings.environment)
            let job = try await wait(for: id, in: store)
            #expect(job.status == .done, "\(job) \(worker.errors)")
            #expect(job.failures == 0)
            let rows = try await surroundings.rows()
            try await Surroundings.with { undisturbed in
                let arguments = ["features", "fetch", "--provider", "reccobeats"]
                _ = await segue(arguments, environment: undisturbed.environment)
                let expected = try await undisturbed.rows()
                #expect(rows == expected)
            }
        }
    }
}
