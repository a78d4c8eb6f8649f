import FakeServices
import Foundation
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import segue

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty

/// Two that want one playlist at the same time, each by another way: its pages are asked for once.
@Suite(
    "Collections that several read", .serialized,
    .enabled(if: hasDatabase && BuiltBinary.path != nil, "no database, or not built"))
struct SharedReadingTests {
    /// The longest playlist; its pages from the fourth on are answered when the faults are taken back.
    private func slowPlaylist(_ surroundings: OutsideSurroundings) throws -> (id: String, path: String, pages: Int) {
        let playlist = try #require(
            surroundings.spotify.playlists.filter(\.isOwn).max { $0.entries.count < $1.entries.count })
        let path = "/v1/playlists/\(playlist.id)/items"
        surroundings.server.setFaults([FaultRule(.late(milliseconds: 600_000), on: path, .calls(3..<1_000))])
        return (playlist.id, path, (playlist.entries.count + 49) / 50)
    }

    /// A service with a job under way that reads the playlist: by its link, or among all of the listener's.
    private func reading(
        _ surroundings: OutsideSurroundings, among source: String? = nil,
        _ meanwhile: @escaping @Sendable (RunningService, (id: String, path: String, pages: Int)) async throws -> Void
    ) async throws {
        try await surroundings.connect()
        var environment = surroundings.environment
        environment["SEGUE_WORKERS"] = "2"
        environment["SEGUE_REQUEST_TIMEOUT"] = "600"
        let service = try await RunningService(environment)
        let playlist = try slowPlaylist(surroundings)
        #expect(playlist.pages > 10)
        let asked = source ?? "spotify:playlist:\(playlist.id)"
        let job = try await service.call("POST", "/api/v1/sources/fetch", #"{"sources": ["\#(asked)"]}"#)
        try await eventually { surroundings.server.callCount(playlist.path) > 3 }
        async let second: Void = meanwhile(service, playlist)
        try await eventually {
            try await surroundings.database.store.jobs(JobFilter(status: .running))
                .contains { $0.message?.contains("waiting for job") == true }
        }
        let before = surroundings.server.callCount(playlist.path)
        surroundings.server.setFaults([])
        try await second
        let ended = try await service.ended(
            job.value("jobs", "0", "job", "id") ?? 0, in: surroundings.database.store)
        #expect(ended.status == .done, "\(ended)")
        // On a machine that is slow the fourth may have been asked for again meanwhile.
        #expect(surroundings.server.callCount(playlist.path) - before <= playlist.pages - 3)
    }

    @Test func theNightWaitsForAJobThatReadsTheSame() async throws {
        try await OutsideSurroundings.with { surroundings in
            try await reading(surroundings) { service, playlist in
                let begun = try await service.call(
                    "POST", "/internal/jobs/nightly", headers: ["Authorization": "Bearer night"])
                let night = try await service.ended(
                    begun.value("job", "id") ?? 0, in: surroundings.database.store)
                #expect(night.status == .done, "\(night)")
                struct Report: Decodable { var steps: [NightlyPart] }
                let sources = try night.metadata.decoded(as: Report.self).steps.first
                #expect(sources?.outcome == .done, "\(String(describing: sources))")
            }
        }
    }

    @Test func aSeedWaitsForAJobThatReadsTheSame() async throws {
        try await OutsideSurroundings.with { surroundings in
            let token = surroundings.spotify.connect().access
            try await reading(surroundings, among: "playlists") { service, playlist in
                let answer = try await service.call(
                    "POST", "/api/v1/recommend", #"{"url": "spotify:playlist:\#(playlist.id)", "k": 5}"#,
                    headers: ["X-Spotify-Token": token])
                #expect(answer.status == 200, "\(answer.text)")
                #expect(answer.value("catalog", "fetched", "0", "unchanged") == 1, "\(answer.text)")
            }
        }
    }
}
