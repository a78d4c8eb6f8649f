import Catalog
import FakeServices
import Foundation
import Jobs
import Postgres
import Storage
import Synchronization
import TestSupport
import Testing

@testable import segue

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty

/// A playlist that takes longer than a request may: whoever asks for it is answered by all of it, or told to wait.
@Suite(
    "Playlists as seeds that take their time", .serialized,
    .enabled(if: hasDatabase && BuiltBinary.path != nil, "no database, or not built"))
struct PlaylistSeedTests {
    private final class Seed: Sendable {
        let surroundings: OutsideSurroundings
        let service: RunningService
        let id: String
        let pages: Int
        /// Entries that are tracks.
        let tracks: Int
        /// How often it was asked for.
        let asked = Mutex(0)

        init(_ surroundings: OutsideSurroundings, _ service: RunningService, _ playlist: FakePlaylist) {
            (self.surroundings, self.service, id) = (surroundings, service, playlist.id)
            pages = (playlist.entries.count + 49) / 50
            tracks = playlist.entries.count { if case .track = $0 { true } else { false } }
        }

        var path: String { "/v1/playlists/\(id)/items" }
        var calls: Int { surroundings.server.callCount(path) }

        func ask(_ token: String? = nil) async throws -> RunningService.Reply {
            while true {
                asked.withLock { $0 += 1 }
                let reply = try await service.call(
                    "POST", "/api/v1/recommend", #"{"url": "spotify:playlist:\#(id)", "k": 5}"#,
                    headers: token.map { ["X-Spotify-Token": $0] } ?? [:])
                // On a machine that is slow the time may be over before the answer is there.
                guard reply.status == 408 || reply.value("code") == "answer_timeout" else { return reply }
            }
        }

        func entries() async throws -> Int {
            try await surroundings.database.session().first("SELECT count(*) FROM playlist_entries") {
                try $0[0] as Int
            } ?? 0
        }
    }

    /// A service that has time for some six of the playlist's pages in one request, or for all of them.
    private func withSlowPlaylist(
        connected: Bool, requestSeconds: Int = 8, _ body: @escaping @Sendable (Seed) async throws -> Void
    ) async throws {
        try await OutsideSurroundings.with { surroundings in
            if connected { try await surroundings.connect() }
            var environment = surroundings.environment
            environment["SEGUE_REQUEST_TIMEOUT"] = "\(requestSeconds)"
            let playlist = try #require(
                surroundings.spotify.playlists.filter(\.isOwn).max { $0.entries.count < $1.entries.count })
            let seed = Seed(surroundings, try await RunningService(environment), playlist)
            surroundings.server.setFaults([FaultRule(.late(milliseconds: 900), on: seed.path, .every(1))])
            try await body(seed)
        }
    }

    @Test func eachRequestGoesOnUntilTheWholeIsThereAndNoneIsAnsweredByAPart() async throws {
        try await withSlowPlaylist(connected: false) { seed in
            let token = seed.surroundings.spotify.connect().access
            var (first, kept) = (try await seed.ask(token), try await seed.entries())
            // On a machine that is slow there may not have been time for any.
            while first.status == 503, kept == 0 {
                (first, kept) = (try await seed.ask(token), try await seed.entries())
            }
            #expect(first.status == 503 && first.value("code") == "seed_under_way", "\(first.text)")
            let read = seed.calls
            #expect(read < seed.pages && kept > 0 && kept < seed.tracks, "\(read) pages, \(kept) entries")

            let nobody = try await seed.ask()
            #expect(nobody.status == 404 && nobody.value("code") == "unknown_seed", "\(nobody.text)")
            #expect(nobody.text.contains("has only a part of the playlist"), "\(nobody.text)")
            #expect(nobody.text.contains("X-Spotify-Token"), "\(nobody.text)")
            var environment = seed.surroundings.environment
            environment["SEGUE_WORKERS"] = "0"
            let command = await segue(["recommend", "spotify:playlist:\(seed.id)"], environment: environment)
            #expect(command.errors.contains("has only a part of"), "\(command.errors) \(command.output)")

            var answer = first
            for _ in 0..<100 where answer.status == 503 { answer = try await seed.ask(token) }
            #expect(answer.status == 200, "\(answer.text) \(seed.service.process.errors)")
            #expect(try await seed.entries() == seed.tracks)
            #expect(
                seed.calls <= seed.pages + seed.asked.withLock { $0 }, "\(seed.calls) calls for \(seed.pages) pages")
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
            #expect(ended.status == .done && ended.attempts > 1, "\(ended)")
            #expect(try await seed.entries() == seed.tracks)
            #expect(
                seed.calls <= seed.pages + 1 + seed.asked.withLock { $0 }, "\(seed.calls) calls for \(seed.pages) pages"
            )
            let answer = try await seed.ask()
            #expect(answer.status == 200, "\(answer.text)")
        }
    }

    @Test func aWorkerFinishesWhatAServerThatWasKilledHadBegun() async throws {
        try await withSlowPlaylist(connected: true, requestSeconds: 600) { seed in
            let store = seed.surroundings.database.store
            seed.surroundings.server.setFaults([
                FaultRule(.late(milliseconds: 600_000), on: seed.path, .calls(3..<1_000))
            ])
            let asking = Task { try? await seed.ask() }
            try await eventually { seed.calls > 3 }
            let begun = try #require(try await store.jobs(JobFilter(kind: "ingest.seed")).first)
            #expect(begun.status == .running, "\(begun)")
            kill(seed.service.process.identifier, SIGKILL)
            _ = await seed.service.process.end()
            let unanswered = await asking.value == nil
            #expect(unanswered)
            try await silence(begun.id, at: seed.surroundings.database.conninfo)
            seed.surroundings.server.setFaults([])

            let next = try await RunningService(seed.surroundings.environment)
            let ended = try await next.ended(Int(begun.id.rawValue), in: store)
            #expect(ended.status == .done && ended.attempts == 2, "\(ended) \(next.process.errors)")
            #expect(try await seed.entries() == seed.tracks)
            #expect(seed.calls <= seed.pages + 5, "\(seed.calls) calls for \(seed.pages) pages")
        }
    }

    @Test func whatAJobIsStillReadingIsNotTakenForTheWhole() async throws {
        try await withSlowPlaylist(connected: true) { seed in
            // What ten pages held is stored; then nothing more comes for a while.
            #expect(seed.pages > 10)
            seed.surroundings.server.setFaults([
                FaultRule(.late(milliseconds: 600_000), on: seed.path, .calls(10..<1_000))
            ])
            let begun = try await seed.service.call(
                "POST", "/api/v1/ingest", #"{"url": "spotify:playlist:\#(seed.id)"}"#)
            #expect(begun.status == 202, "\(begun.text)")
            try await eventually { try await seed.entries() > 0 }
            let meanwhile = try await seed.ask()
            #expect(meanwhile.status == 503 && meanwhile.value("code") == "seed_under_way", "\(meanwhile.text)")
            seed.surroundings.server.setFaults([])
            var answer = meanwhile
            for _ in 0..<100 where answer.status == 503 { answer = try await seed.ask() }
            #expect(answer.status == 200, "\(answer.text)")
            #expect(try await seed.entries() == seed.tracks)
        }
    }
}
