import Catalog
import FakeServices
import Foundation
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import segue

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty

/// A playlist that takes longer than a request may: whoever asks for it is answered by all of it, or told to wait.
@Suite(
    "Playlists as seeds that take their time", .serialized,
    .enabled(if: hasDatabase && BuiltBinary.path != nil, "no database, or not built"))
struct PlaylistSeedTests {
    private struct Seed: Sendable {
        var surroundings: OutsideSurroundings
        var service: RunningService
        var id: String
        var pages: Int
        /// Entries that are tracks.
        var tracks: Int

        var path: String { "/v1/playlists/\(id)/items" }
        var calls: Int { surroundings.server.callCount(path) }

        func ask(_ token: String? = nil) async throws -> RunningService.Reply {
            try await service.call(
                "POST", "/api/v1/recommend", #"{"url": "spotify:playlist:\#(id)", "k": 5}"#,
                headers: token.map { ["X-Spotify-Token": $0] } ?? [:])
        }

        func entries() async throws -> Int {
            try await surroundings.database.session().first("SELECT count(*) FROM playlist_entries") {
                try $0[0] as Int
            } ?? 0
        }
    }

    /// A service that has time for some six of the playlist's pages in one request.
    private func withSlowPlaylist(
        connected: Bool, _ body: @escaping @Sendable (Seed) async throws -> Void
    ) async throws {
        try await OutsideSurroundings.with { surroundings in
            if connected { try await surroundings.connect() }
            var environment = surroundings.environment
            environment["SEGUE_REQUEST_TIMEOUT"] = "8"
            let playlist = try #require(
                surroundings.spotify.playlists.filter(\.isOwn).max { $0.entries.count < $1.entries.count })
            let seed = Seed(
                surroundings: surroundings, service: try await RunningService(environment), id: playlist.id,
                pages: (playlist.entries.count + 49) / 50,
                tracks: playlist.entries.count { if case .track = $0 { true } else { false } })
            surroundings.server.setFaults([FaultRule(.late(milliseconds: 900), on: seed.path, .every(1))])
            try await body(seed)
        }
    }

    @Test func eachRequestGoesOnUntilTheWholeIsThereAndNoneIsAnsweredByAPart() async throws {
        try await withSlowPlaylist(connected: false) { seed in
            let token = seed.surroundings.spotify.connect().access
            let first = try await seed.ask(token)
            #expect(first.status == 503 && first.value("code") == "seed_under_way", "\(first.text)")
            let (read, kept) = (seed.calls, try await seed.entries())
            #expect(read < 10 && kept > 0 && kept < seed.tracks, "\(read) pages, \(kept) entries")

            let nobody = try await seed.ask()
            #expect(nobody.status == 404 && nobody.value("code") == "unknown_seed", "\(nobody.text)")
            #expect(nobody.text.contains("has only a part of the playlist"), "\(nobody.text)")
            #expect(nobody.text.contains("X-Spotify-Token"), "\(nobody.text)")
            var environment = seed.surroundings.environment
            environment["SEGUE_WORKERS"] = "0"
            let command = await segue(["recommend", "spotify:playlist:\(seed.id)"], environment: environment)
            #expect(command.errors.contains("has only a part of"), "\(command.errors) \(command.output)")

            var answer = first
            for _ in 0..<6 where answer.status == 503 { answer = try await seed.ask(token) }
            #expect(answer.status == 200, "\(answer.text) \(seed.service.process.errors)")
            #expect(try await seed.entries() == seed.tracks)
            #expect(seed.calls <= seed.pages + 6, "\(seed.calls) calls for \(seed.pages) pages")
            let again = try await seed.ask()
            #expect(again.status == 200 && !again.text.contains(#""catalog":"#), "\(again.text)")
        }
    }

    @Test func aWorkerFinishesWhatARequestHadNoTimeFor() async throws {
        try await withSlowPlaylist(connected: true) { seed in
            let first = try await seed.ask()
            #expect(first.status == 503 && first.value("code") == "seed_under_way", "\(first.text)")
            let store = seed.surroundings.database.store
            let job = try #require(try await store.jobs(JobFilter(kind: "ingest.seed")).first)
            #expect(!job.status.isFinal, "\(job)")
            let ended = try await seed.service.ended(Int(job.id.rawValue), in: store)
            #expect(ended.status == .done && ended.attempts == 2, "\(ended)")
            #expect(try await seed.entries() == seed.tracks)
            #expect(seed.calls <= seed.pages + 2, "\(seed.calls) calls for \(seed.pages) pages")
            let answer = try await seed.ask()
            #expect(answer.status == 200, "\(answer.text)")
        }
    }

    @Test func aWorkerFinishesWhatAServerThatWasKilledHadBegun() async throws {
        try await withSlowPlaylist(connected: true) { seed in
            let store = seed.surroundings.database.store
            let asking = Task { try? await seed.ask() }
            for _ in 0..<400 where seed.calls < 3 { try await Task.sleep(for: .milliseconds(25)) }
            let begun = try #require(try await store.jobs(JobFilter(kind: "ingest.seed")).first)
            #expect(begun.status == .running, "\(begun)")
            kill(seed.service.process.identifier, SIGKILL)
            _ = await seed.service.process.end()
            let unanswered = await asking.value == nil
            #expect(unanswered)

            let next = try await RunningService(seed.surroundings.environment)
            let ended = try await next.ended(Int(begun.id.rawValue), in: store)
            #expect(ended.status == .done && ended.attempts == 2, "\(ended) \(next.process.errors)")
            #expect(try await seed.entries() == seed.tracks)
            #expect(seed.calls <= seed.pages + 5, "\(seed.calls) calls for \(seed.pages) pages")
        }
    }

    @Test func whatAJobIsStillReadingIsNotTakenForTheWhole() async throws {
        try await withSlowPlaylist(connected: true) { seed in
            let begun = try await seed.service.call(
                "POST", "/api/v1/ingest", #"{"url": "spotify:playlist:\#(seed.id)"}"#)
            #expect(begun.status == 202, "\(begun.text)")
            for _ in 0..<400 where try await seed.entries() == 0 { try await Task.sleep(for: .milliseconds(25)) }
            seed.surroundings.server.setFaults([FaultRule(.late(milliseconds: 3_000), on: seed.path, .every(1))])
            let meanwhile = try await seed.ask()
            #expect(meanwhile.status == 503 && meanwhile.value("code") == "seed_under_way", "\(meanwhile.text)")
            var answer = meanwhile
            for _ in 0..<6 where answer.status == 503 { answer = try await seed.ask() }
            #expect(answer.status == 200, "\(answer.text)")
            #expect(try await seed.entries() == seed.tracks)
        }
    }
}
