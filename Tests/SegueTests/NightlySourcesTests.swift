import Catalog
import FakeServices
import Foundation
import Jobs
import Postgres
import Sourcing
import Storage
import Terminal
import TestSupport
import Testing

@testable import segue

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty

@Suite(
    "What a night refreshes", .serialized,
    .enabled(if: hasDatabase && BuiltBinary.path != nil, "no database, or not built"))
struct NightlySourcesTests {
    private struct Report: Decodable { var steps: [NightlyPart] }

    /// Runs the nightly chain with a worker of this program; gives its first part.
    private func night(_ surroundings: OutsideSurroundings) async throws -> NightlyPart {
        let store = surroundings.database.store
        let id = try await store.enqueue(JobRequest(kind: NightlyHandler.kind)).job.id
        let worker = try BuiltBinary.Running(["work"], environment: surroundings.environment)
        let job = try await wait(for: id, in: store)
        kill(worker.identifier, SIGTERM)
        _ = await worker.end()
        try #require(job.status == .done, "\(job) \(worker.errors)")
        return try #require(try job.metadata.decoded(as: Report.self).steps.first)
    }

    private func write(_ numbers: ClosedRange<Int>, to file: String) throws {
        let rows = numbers.map { "\(FakeWorld.spotifyID(9, $0)),New \($0),Somebody\n" }
        try Data(("track_id,track_name,artist_name\n" + rows.joined()).utf8).write(to: URL(filePath: file))
    }

    @Test func linksAndFoldersThatWereTakenBeforeAreTakenAgain() async throws {
        try await OutsideSurroundings.with { surroundings in
            try await surroundings.connect()
            let (music, spotify) = ("\(surroundings.folder)/music", surroundings.spotify)
            try FileManager.default.createDirectory(atPath: music, withIntermediateDirectories: true)
            try write(1...2, to: "\(music)/a.csv")
            let playlist = "spotify:playlist:\(spotify.playlists[1].id)"
            let (album, track) = (
                "spotify:album:\(FakeWorld.spotifyID(2, 40))", "spotify:track:\(world.tracks[555].spotify)"
            )
            let taken = await segue(
                ["ingest", playlist, album, track, "files:\(music)"], environment: surroundings.environment)
            try #require(taken.status == .success, "\(taken.errors) \(taken.output)")
            try write(1...7, to: "\(music)/b.csv")

            let part = try await night(surroundings)
            #expect(part.outcome == .done, "\(part)")
            let reports = try #require(part.result).decoded(as: [SourceReport].self)
            let sources = reports.map(\.source.description)
            #expect(
                sources.suffix(3) == [playlist, album, "files:\(music)"], "each once, single tracks not: \(sources)")
            #expect(sources.count == Source.listeners.count + 3)
            #expect(reports.last?.counts.newTracks == 5 && reports.last?.tracks == 9)
            #expect(part.note?.hasSuffix("of 8 sources") == true, "\(part)")
        }
    }

    @Test func whatWasForgottenOrNeverAskedForIsListedOnceANightHasBroughtIt() async throws {
        try await OutsideSurroundings.with { surroundings in
            try await surroundings.connect()
            let environment = surroundings.environment
            let taken = await segue(["ingest", "top-tracks"], environment: environment)
            try #require(taken.status == .success, "\(taken.errors) \(taken.output)")
            let key = "top-tracks:\(FakeSpotify.accountID)"
            let forgotten = await segue(["sources", "forget", key], environment: environment)
            try #require(forgotten.status == .success, "\(forgotten.errors)")
            let empty = await segue(["sources", "list"], environment: environment)
            #expect(!empty.output.contains(key), "\(empty.output)")
            for _ in 0..<2 {
                let part = try await night(surroundings)
                #expect(part.outcome == .done, "\(part)")
                let list = await segue(["sources", "list"], environment: environment, width: 200)
                for source in Source.listeners {
                    let key = source.key(account: FakeSpotify.accountID)
                    let lines = list.output.split(separator: "\n").filter { $0.contains(key) }
                    #expect(lines.count == 1 && !(lines.first ?? "").contains(" 0 "), "\(key): \(list.output)")
                }
            }
            let jobs = try await surroundings.database.store.jobs(JobFilter(kind: SourceJob.bySource))
            #expect(jobs.count == Source.listeners.count && jobs.allSatisfy { $0.status == .done })
        }
    }

    @Test func whatIsGoneKeepsNothingElseFromBeingRefreshed() async throws {
        try await OutsideSurroundings.with { surroundings in
            let music = "\(surroundings.folder)/music"
            for folder in ["gone", "here"] {
                try FileManager.default.createDirectory(atPath: "\(music)/\(folder)", withIntermediateDirectories: true)
                try write(1...2, to: "\(music)/\(folder)/a.csv")
                let taken = await segue(["ingest", "files:\(music)/\(folder)"], environment: surroundings.environment)
                try #require(taken.status == .success, "\(taken.errors) \(taken.output)")
            }
            try FileManager.default.removeItem(atPath: "\(music)/gone")
            try write(1...3, to: "\(music)/here/b.csv")
            let part = try await night(surroundings)
            #expect(part.outcome == .done, "\(part)")
            let note = try #require(part.note)
            #expect(note.hasPrefix("1 new track of 1 source; files:"), "\(note)")
            #expect(note.contains("/gone: there is no such file or folder"), "\(note)")
            let forgotten = await segue(
                ["sources", "forget", "files:\(music)/gone"], environment: surroundings.environment)
            #expect(forgotten.status == .success, "\(forgotten.errors)")
            let next = try await night(surroundings)
            #expect(next.note == "0 new tracks of 1 source", "\(next)")
        }
    }

    /// Nobody watches a night: an account that is silently left out is one that is never connected again.
    @Test func anAccountWhosePermissionHasEndedIsNamedEveryNight() async throws {
        try await OutsideSurroundings.with { surroundings in
            try await surroundings.connect()
            _ = try await surroundings.database.session().execute("UPDATE accounts SET state = 'needs_reconnect'")
            let part = try await night(surroundings)
            #expect(part.outcome == .failed, "\(part)")
            #expect(part.note?.contains("has ended; connect it again by `segue accounts connect`") == true, "\(part)")
        }
    }

    @Test func aPlaylistThatFailsIsNamedAndTheRestIsDone() async throws {
        try await OutsideSurroundings.with { surroundings in
            try await surroundings.connect()
            let playlist = surroundings.spotify.playlists[1]
            surroundings.server.setFaults([
                FaultRule(.wrongContentType, on: "/v1/playlists/\(playlist.id)/items", .every(1))
            ])
            let part = try await night(surroundings)
            #expect(part.outcome == .done, "\(part)")
            #expect(part.note?.contains("the playlist Playlist 1 (\(playlist.id)): ") == true, "\(part)")
            let reports = try #require(part.result).decoded(as: [SourceReport].self)
            #expect(reports.map(\.source) == Source.listeners)
            #expect(reports.map(\.problems.count).reduce(0, +) == 1, "\(reports)")
        }
    }

    @Test func aQuotaOfOneSourceLeavesTheOthers() async throws {
        try await OutsideSurroundings.with { surroundings in
            try await surroundings.connect()
            surroundings.server.setFaults([FaultRule(.quotaExceeded(retryAfter: 3_600), on: "/v1/me/tracks", .every(1))]
            )
            let part = try await night(surroundings)
            #expect(part.outcome == .postponed, "\(part)")
            let reports = try #require(part.result).decoded(as: [SourceReport].self)
            #expect(reports.map(\.source) == Source.listeners.filter { $0 != .likedTracks })
            #expect(part.note?.contains("liked-tracks: ") == true && part.note?.contains("quota") == true, "\(part)")
        }
    }
}

private let world = OutsideSurroundings.world
