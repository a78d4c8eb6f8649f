import Catalog
import FakeServices
import Foundation
import Ingest
import Postgres
import Providers
import Sourcing
import Storage
import Synchronization
import TestSupport
import Testing

/// Runs of a listener's playlists, each from the last checkpoint of the one before it.
private final class Runs: Sendable {
    let bench: SpotifyBench
    private let latest = Mutex<SourceReport?>(nil)
    var report: SourceReport? { latest.withLock { $0 } }

    init(_ bench: SpotifyBench) { self.bench = bench }

    /// Runs once; nil where it came to its end.
    func run() async throws -> SourceError? {
        do {
            let report = try await bench.ingest().run(
                .playlists, resuming: report,
                .init(checkpoint: { report in self.latest.withLock { $0 = report } }))
            latest.withLock { $0 = report }
            return nil
        } catch let error as SourceError {
            return error
        }
    }

    /// Waits for the moment that a run gave.
    func wait(for error: SourceError?) throws {
        guard case .postponed(let moment, _)? = error else {
            throw SourceError.refused("not postponed: \(error.map { "\($0)" } ?? "ended")")
        }
        #expect(moment >= bench.clock.now.addingTimeInterval(15))
        bench.clock.advance(to: moment)
    }

    /// Calls for what playlists hold.
    var pages: Int { bench.server.log.count { $0.contains("/items") } }
}

@Suite("Playlists that fail") struct SetAsideTests {
    private func fault(_ fault: Fault, _ playlist: FakePlaylist) -> FaultRule {
        FaultRule(fault, on: "/v1/playlists/\(playlist.id)", .every(1))
    }

    @Test func oneThatFailsKeepsNoOtherFromBeingRead() async throws {
        try await withMigratedDatabase { database in
            let undisturbed = try SpotifyBench(database.store)
            try await undisturbed.connect()
            let whole = try await undisturbed.ingest().run(.playlists)
            let expected = try await database.contents()
            try await withMigratedDatabase { database in
                let bench = try SpotifyBench(database.store)
                try await bench.connect()
                let runs = Runs(bench)
                bench.server.setFaults([fault(.status(500), bench.fake.playlists[0])])
                let first = try await runs.run()
                #expect(first?.description.contains("1 of 7 playlists could not be read: Playlist 0: ") == true)
                #expect(try await database.count("playlists") == 5)
                #expect(runs.report?.problems.count == 1)
                #expect(runs.report?.problems.first?.contains("Playlist 0 (\(bench.fake.playlists[0].id))") == true)
                var error = first
                for _ in 0..<2 {
                    try runs.wait(for: error)
                    let pages = runs.pages
                    error = try await runs.run()
                    #expect(error != nil)
                    #expect(runs.pages - pages == 4, "the tries of one call, and nothing else")
                    #expect(runs.report?.problems.count == 1)
                }
                bench.server.setFaults([])
                let pages = runs.pages
                let early = try await runs.run()
                #expect(early == error && runs.pages == pages, "not before its time")
                try runs.wait(for: error)
                #expect(try await runs.run() == nil)
                #expect(runs.report?.problems == [])
                let document = String(decoding: try JSONEncoder().encode(runs.report), as: UTF8.self)
                #expect(!document.contains("postponed"), "\(document)")
                #expect(runs.report?.playlists == whole.playlists && runs.report?.entries == whole.entries)
                #expect(try await database.contents() == expected)
            }
        }
    }

    /// What was written of it before it failed counts once.
    @Test func oneThatFailsInTheMiddleIsReadOnWhereItFailed() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            let runs = Runs(bench)
            let long = bench.fake.playlists[3]
            bench.server.setFaults([
                FaultRule(.status(500), on: "/v1/playlists/\(long.id)/items", .calls(7..<11))
            ])
            try runs.wait(for: try await runs.run())
            let pages = runs.pages
            #expect(try await runs.run() == nil)
            #expect(runs.pages - pages == 15 - 7)
            #expect(runs.report?.entries == (try await database.count("playlist_entries")))
        }
    }

    /// Others were read meanwhile, and what was read of it is taken off.
    @Test func oneThatChangesWhileItIsSetAsideCountsOnce() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            let runs = Runs(bench)
            let pages = "/v1/playlists/\(bench.fake.playlists[3].id)/items"
            bench.server.setFaults([FaultRule(.status(500), on: pages, .calls(7..<15))])
            for _ in 0..<2 { try runs.wait(for: try await runs.run()) }
            bench.fake.changePlaylist(3) { $0[5] = .track(9) }
            #expect(try await runs.run() == nil)
            let report = try #require(runs.report)
            #expect(report.entries == (try await database.count("playlist_entries")))
            #expect(report.tracks == report.entries)
            let all = bench.fake.playlists.filter(\.isOwn).flatMap(\.entries)
            #expect(report.oddities.localFiles == all.count { $0 == .local })
            #expect(report.oddities.episodes == all.count { $0 == .episode })
        }
    }

    @Test func severalThatFailKeepNoOtherFromBeingRead() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            let runs = Runs(bench)
            bench.server.setFaults(bench.fake.playlists[0...1].map { fault(.status(500), $0) })
            #expect(try await runs.run()?.description.contains("2 of 7 playlists could not be read") == true)
            #expect(try await database.count("playlists") == 4)
        }
    }

    /// At once where it is refused for good; else each time later, some times.
    @Test(arguments: [(400, []), (500, [300.0, 600, 1_200, 2_400])])
    func oneThatAlwaysFailsIsNamedOnceTheOthersAreRead(_ status: Int, _ pauses: [Double]) async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            let runs = Runs(bench)
            bench.server.setFaults([fault(.status(status), bench.fake.playlists[1])])
            for pause in pauses {
                let error = try await runs.run()
                guard case .postponed(let moment, _)? = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(abs(moment.timeIntervalSince(bench.clock.now) - pause) < 1)
                try runs.wait(for: error)
            }
            #expect(try await runs.run() == nil)
            let report = try #require(runs.report)
            #expect(report.problems.count == 1 && report.summary.hasSuffix("1 problem"))
            #expect(report.problems.first?.contains("Playlist 1 (\(bench.fake.playlists[1].id))") == true)
            #expect(report.problems.first?.contains("\(status)") == true)
            let count = try await database.count("playlists")
            #expect(report.playlists == 5 && count == 5)
        }
    }

    /// It stands in the listener's own list.
    @Test func oneThatIsMissingHalfWayIsNamed() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            let runs = Runs(bench)
            let playlist = bench.fake.playlists[3]
            bench.server.setFaults([FaultRule(.status(404), on: "/v1/playlists/\(playlist.id)/items", .calls(7..<8))])
            #expect(try await runs.run() == nil)
            let report = try #require(runs.report)
            #expect(report.withheld == 2 && report.problems.count == 1)
            #expect(report.problems.first?.contains("Playlist 3 (\(playlist.id))") == true)
            #expect(report.problems.first?.contains("no such thing") == true)
        }
    }

    /// However often it has failed before.
    @Test(arguments: [900, 86_400]) func aMomentThatTheServiceNamesIsKept(_ seconds: Int) async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            let runs = Runs(bench)
            bench.server.setFaults([fault(.unavailable(retryAfter: seconds), bench.fake.playlists[1])])
            for _ in 0..<3 {
                let error = try await runs.run()
                guard case .postponed(let moment, _)? = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(abs(moment.timeIntervalSince(bench.clock.now) - Double(seconds)) < 1)
                try runs.wait(for: error)
            }
            bench.server.setFaults([])
            #expect(try await runs.run() == nil)
        }
    }

    /// As where another source's run was told to come back later.
    @Test func oneThatIsNotToBeAskedYetKeepsNoOtherFromBeingRead() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            let first = bench.fake.playlists[0]
            let until = bench.clock.now.addingTimeInterval(900)
            try await bench.store.save(
                CollectionSync(resumeAt: until), of: "playlist:\(first.id)", at: SpotifyAccounts.service)
            let runs = Runs(bench)
            guard case .postponed(let moment, let reason)? = try await runs.run() else {
                Issue.record("not postponed")
                return
            }
            #expect(abs(moment.timeIntervalSince(until)) < 1 && reason.contains("Playlist 0: "))
            #expect(try await database.count("playlists") == 5)
            bench.clock.advance(to: moment)
            #expect(try await runs.run() == nil)
            #expect(try await database.count("playlists") == 6)
        }
    }

    /// A service that is away as a whole is not asked for one playlist after the other.
    @Test(arguments: [
        (Fault.quotaExceeded(retryAfter: 3_600), 1), (.tooManyRequests(retryAfter: 86_400), 1), (.status(503), 6),
    ])
    func aServiceThatIsAwayIsLeftAlone(_ fault: Fault, _ calls: Int) async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            bench.server.setFaults([FaultRule(fault, on: "/v1/playlists", .every(1))])
            let runs = Runs(bench)
            let error = try await runs.run()
            #expect(runs.pages == calls)
            try runs.wait(for: error)
        }
    }

    @Test(arguments: [Fault.quotaExceeded(retryAfter: 0), .tooManyRequests(retryAfter: 0)])
    func aRefusalForNoTimeIsWaitedFor(_ fault: Fault) async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            bench.server.setFaults([FaultRule(fault, on: "/v1/me/tracks", .every(1))])
            let error = await #expect(throws: SourceError.self) { try await bench.ingest().run(.likedTracks) }
            guard case .postponed(let moment, let reason)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(moment >= bench.clock.now.addingTimeInterval(15) && reason.contains("429"))
        }
    }
}
