import Catalog
import FakeServices
import Foundation
import Postgres
import Providers
import Sourcing
import Storage
import Synchronization
import TestSupport
import Testing

/// Well-formed pages that do not say how their list is.
@Suite struct ListLieTests {
    /// Told again what it lacks, a list would cost all that it had in the catalog.
    @Test func pagesThatDoNotSayOfWhichPlaylistTheyAreLoseNoEntry() async throws {
        try await withMigratedDatabase { database in
            let isMute = Switch()
            let bench = try SpotifyBench(
                database.store,
                rewriting: { request, page in if isMute.isOn, request.isOfItems { page["href"] = nil } })
            try await bench.connect()
            let playlist = bench.fake.playlists[3]
            _ = try await bench.ingest().run(.playlist(playlist.id))
            let before = try await database.count("playlist_entries")
            isMute.turn(on: true)
            bench.fake.changePlaylist(3) { $0.removeLast(3) }
            let report = try await bench.ingest().run(.playlist(playlist.id))
            let tracks = bench.fake.playlists[3].trackCount
            #expect(before > 600 && tracks < before && report.entries == tracks)
            #expect(try await database.count("playlist_entries") == tracks)
        }
    }

    /// Of a list that was longer before, at its first page, and where its second import begins.
    @Test(arguments: [0, 50, 100, 150]) func aListThatIsSuddenlyEmptyIsNotBelieved(_ place: Int) async throws {
        try await withMigratedDatabase { database in
            let isLying = Switch()
            let bench = try SpotifyBench(
                database.store,
                rewriting: { request, page in
                    guard isLying.isOn, request.isOfItems, request.number("offset") ?? 0 >= place else { return }
                    (page["items"], page["total"], page["next"]) = ([], 0, NSNull())
                })
            try await bench.connect()
            let source = Source.playlist(bench.fake.playlists[3].id)
            _ = try await bench.ingest().run(source)
            bench.fake.changePlaylist(3) { $0[5] = .track(9) }
            let before = try await database.count("playlist_entries")
            isLying.turn(on: true)
            for attempt in 0..<3 {
                do {
                    let report = try await bench.ingest().run(source)
                    #expect(attempt > 0, "the first time it is put off")
                    #expect(report.problems == ["Playlist 3: Spotify lists \(place) and says that there are 733"])
                } catch SourceError.postponed(let until, let reason) {
                    #expect(attempt == 0 && reason.contains("ends after \(place) elements and says that there are 733"))
                    bench.clock.advance(to: until)
                }
                #expect(try await database.count("playlist_entries") == before)
                #expect(try await database.count("collection_syncs WHERE version IS NOT NULL") == 0)
            }
            isLying.turn(on: false)
            let report = try await bench.ingest().run(source)
            #expect(report.problems.isEmpty)
            #expect(try await database.count("playlist_entries") == bench.fake.playlists[3].trackCount)
            #expect(try await database.count("collection_syncs WHERE version = 'snapshot-3-1'") == 1)
        }
    }

    /// Once its pages have ended there twice, and not because one of them failed.
    @Test(arguments: [false, true])
    func whatAPlaylistCountsAndDoesNotListIsTakenFromTheCatalog(_ pagesCountIt: Bool) async throws {
        try await withMigratedDatabase { database in
            let isLying = Switch()
            let bench = try SpotifyBench(
                database.store,
                rewriting: { request, answer in
                    guard isLying.isOn, request.path.contains("/playlists/"), !request.isOfItems || pagesCountIt else {
                        return
                    }
                    answer.countMore(5)
                })
            try await bench.connect()
            let source = Source.playlist(bench.fake.playlists[3].id)
            _ = try await bench.ingest().run(source)
            let before = try await database.count("playlist_entries")
            bench.fake.changePlaylist(3) { $0.removeLast(5) }
            let tracks = bench.fake.playlists[3].trackCount
            isLying.turn(on: true)
            let pages = "/v1/playlists/\(bench.fake.playlists[3].id)/items"
            for faults in [[], [FaultRule(.status(500), on: pages, .every(1))]] {
                bench.server.setFaults(faults)
                let error = await #expect(throws: SourceError.self) { try await bench.ingest().run(source) }
                guard case .postponed(let until, _)? = error else { return }
                #expect(try await database.count("playlist_entries") == before && tracks < before)
                bench.clock.advance(to: until)
            }
            bench.server.setFaults([])
            for _ in 0..<2 {
                let report = try await bench.ingest().run(source)
                #expect(report.problems == ["Playlist 3: Spotify lists 728 and says that there are 733"])
                #expect(try await database.count("playlist_entries") == tracks)
            }
            isLying.turn(on: false)
            #expect(try await bench.ingest().run(source).problems.isEmpty)
            #expect(try await database.count("playlist_entries") == tracks)
        }
    }

    /// A run that was only interrupted there was told nothing: by a page that failed, or by a kill after a checkpoint.
    @Test(arguments: [false, true]) func aListIsToEndTwiceBeforeItIsBelieved(_ isKilled: Bool) async throws {
        try await withMigratedDatabase { database in
            let (isBroken, isLying) = (Switch(), Switch())
            let bench = try SpotifyBench(
                database.store,
                rewriting: { request, page in
                    guard request.isOfItems, request.number("offset") ?? 0 >= 500 else { return }
                    if isBroken.isOn { page["items"] = nil }
                    if isLying.isOn { (page["items"], page["next"]) = ([], NSNull()) }
                })
            try await bench.connect()
            let id = bench.fake.playlists[3].id
            _ = try await bench.ingest().run(.playlist(id))
            bench.fake.changePlaylist(3) { $0[5] = .track(9) }
            let before = try await database.count("playlist_entries")
            if isKilled {
                try await bench.store.save(
                    CollectionSync(checkpoint: .init(version: "snapshot-3-1", offset: 500)), of: "playlist:\(id)",
                    at: SpotifyAccounts.service)
            } else {
                isBroken.turn(on: true)
                _ = try await bench.reasonToWait(for: .playlist(id))
                isBroken.turn(on: false)
            }
            isLying.turn(on: true)
            let reason = try await bench.reasonToWait(for: .playlist(id))
            #expect(reason.contains("ends after 500 elements and says that there are 733"))
            #expect(try await database.count("playlist_entries") == before && before > 600)
            let report = try await bench.ingest().run(.playlist(id))
            #expect(report.problems == ["Playlist 3: Spotify lists 500 and says that there are 733"])
            #expect(try await database.count("playlist_entries WHERE position >= 500") == 0)
        }
    }

    /// By its first page and its description, or by everything that is said of it.
    @Test(arguments: [(10, true), (110, false)])
    func aTotalBelowWhatIsListedCostsNoEntry(_ total: Int, _ isFirstPageAlone: Bool) async throws {
        try await withMigratedDatabase { database in
            let isLying = Switch()
            isLying.turn(on: true)
            let bench = try SpotifyBench(
                database.store,
                rewriting: { request, answer in
                    guard isLying.isOn, request.path.contains("/playlists/") else { return }
                    guard !request.isOfItems || !isFirstPageAlone || request.number("offset") == 0 else { return }
                    answer.count(total)
                })
            try await bench.connect()
            let playlist = bench.fake.playlists[0]
            let report = try await bench.ingest().run(.playlist(playlist.id))
            let told = isFirstPageAlone ? [] : ["Playlist 0: Spotify lists 120 and says that there are 110"]
            #expect(report.entries == playlist.trackCount && report.problems == told)
            #expect(try await database.count("playlist_entries") == playlist.trackCount)
            let versions = "collection_syncs WHERE version = 'snapshot-0-0'"
            #expect(try await database.count(versions) == (isFirstPageAlone ? 1 : 0))
            isLying.turn(on: false)
            let again = try await bench.ingest().run(.playlist(playlist.id))
            #expect(again.problems.isEmpty)
            #expect(try await database.count("playlist_entries") == playlist.trackCount)
            #expect(try await database.count(versions) == 1)
        }
    }

    @Test func aListThatEndsAndSaysNothingOfItsLengthLosesNothing() async throws {
        try await withMigratedDatabase { database in
            let isLying = Switch()
            let bench = try SpotifyBench(
                database.store,
                rewriting: { request, page in
                    guard isLying.isOn, request.isOfItems, request.number("offset") ?? 0 >= 100 else { return }
                    (page["items"], page["next"], page["total"]) = ([], NSNull(), nil)
                })
            try await bench.connect()
            let source = Source.playlist(bench.fake.playlists[3].id)
            _ = try await bench.ingest().run(source)
            bench.fake.changePlaylist(3) { $0[5] = .track(9) }
            let before = try await database.count("playlist_entries")
            isLying.turn(on: true)
            let reason = try await bench.reasonToWait(for: source)
            #expect(reason.contains("ends after 100 elements and says that there are 733"))
            let report = try await bench.ingest().run(source)
            #expect(report.problems == ["Playlist 3: Spotify lists 100 and says that there are 733"])
            #expect(try await database.count("playlist_entries") == before)
        }
    }

    @Test func aPlaylistThatIsEmptiedWhileItIsReadIsEmpty() async throws {
        try await withMigratedDatabase { database in
            let calls = Countdown(4)
            let bench = try SpotifyBench(
                database.store,
                before: { request, fake in
                    guard request.isOfItems, calls.countDown() == 0 else { return }
                    fake.changePlaylist(3) { $0.removeAll() }
                })
            try await bench.connect()
            let (report, postponements) = try await bench.finish(.playlist(bench.fake.playlists[3].id))
            #expect(postponements == 0 && report.playlists == 1 && report.problems.isEmpty)
            #expect(try await database.count("playlist_entries") == 0)
            #expect(try await database.count("collection_syncs WHERE version = 'snapshot-3-1'") == 1)
        }
    }

    @Test func aListOfPlaylistsThatEndsBeforeItsFormerTotalIsReadOn() async throws {
        try await withMigratedDatabase { database in
            let isLying = Switch()
            isLying.turn(on: true)
            let bench = try SpotifyBench(
                database.store,
                rewriting: { request, page in
                    guard request.path == "/v1/me/playlists", let items = page["items"] as? [Any] else { return }
                    guard request.number("offset") == 0 else {
                        if isLying.isOn { (page["items"], page["total"], page["next"]) = ([], 0, NSNull()) }
                        return
                    }
                    (page["items"], page["next"]) = (Array(items.prefix(3)), "https://api.spotify.com/v1/more")
                })
            try await bench.connect()
            let error = await #expect(throws: SourceError.self) { try await bench.ingest().run(.playlists) }
            #expect(error?.description.contains("ends after 3 elements and says that there are 7") == true)
            isLying.turn(on: false)
            bench.clock.advance(by: .seconds(301))
            let report = try await bench.ingest().run(.playlists)
            #expect(report.playlists == bench.fake.playlists.count(where: \.isOwn) && report.problems.isEmpty)
        }
    }

    @Test func aListWithoutAnEndIsGivenUpAtItsTotal() async throws {
        try await withMigratedDatabase { database in
            let isEndless = Switch()
            isEndless.turn(on: true)
            let bench = try SpotifyBench(
                database.store,
                rewriting: { request, page in
                    guard isEndless.isOn, request.isOfItems else { return }
                    page["next"] = "https://api.spotify.com/v1/more"
                    if (page["items"] as? [Any])?.isEmpty == true { page["items"] = [NSNull()] }
                })
            try await bench.connect()
            let playlist = bench.fake.playlists[0]
            let source = Source.playlist(playlist.id)
            let error = await #expect(throws: SourceError.self) { try await bench.ingest().run(source) }
            guard case .postponed(let until, let reason)? = error else {
                Issue.record("not postponed: \(String(describing: error))")
                return
            }
            #expect(reason.contains("behind the last one of 120"))
            let calls = bench.server.callCount("/v1/playlists/\(playlist.id)/items")
            #expect(calls < 10, "three pages, and what lies behind them some times over")
            #expect(try await database.count("collection_syncs WHERE version IS NOT NULL") == 0)
            isEndless.turn(on: false)
            bench.clock.advance(to: until)
            let report = try await bench.ingest().run(source)
            #expect(report.playlists == 1)
            #expect(try await database.count("playlist_entries") == playlist.trackCount)
            #expect(try await database.count("collection_syncs WHERE version = 'snapshot-0-0'") == 1)
        }
    }
}

extension SpotifyBench {
    /// Runs a source that is to be put off, waits for the moment to go on, and says why it was.
    fileprivate func reasonToWait(for source: Source) async throws -> String {
        do {
            _ = try await ingest().run(source)
        } catch SourceError.postponed(let until, let reason) {
            clock.advance(to: until)
            return reason
        }
        throw SourceError.refused("\(source) was not put off")
    }
}

/// What a test changes while a server answers.
final class Switch: Sendable {
    private let state = Mutex(false)

    var isOn: Bool { state.withLock { $0 } }
    func turn(on: Bool) { state.withLock { $0 = on } }
}

extension [String: Any] {
    /// Counts more elements than a list has, in a page of it or in the description of a playlist.
    fileprivate mutating func countMore(_ number: Int) {
        if let total = self["total"] as? Int { self["total"] = total + number }
        for key in ["items", "tracks"] {
            guard var list = self[key] as? [String: Any] else { continue }
            list.countMore(number)
            self[key] = list
        }
    }

    /// Counts so many elements, in a page of a list or in the description of a playlist.
    fileprivate mutating func count(_ number: Int) {
        if self["total"] != nil { self["total"] = number }
        for key in ["items", "tracks"] {
            guard var list = self[key] as? [String: Any] else { continue }
            list.count(number)
            self[key] = list
        }
    }
}

extension FakeRequest {
    var isOfItems: Bool { method == "GET" && path.hasSuffix("/items") }
}

extension FakePlaylist {
    var trackCount: Int { entries.count { if case .track = $0 { true } else { false } } }
}
