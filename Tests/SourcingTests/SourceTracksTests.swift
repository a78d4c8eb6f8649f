import Catalog
import FakeServices
import Foundation
import Jobs
import Sourcing
import Storage
import TestSupport
import Testing

@Suite struct SourceTracksTests {
    private func settle(_ report: SourceReport, in store: PostgresStore) async throws -> Job {
        let request = try SourceJob(source: report.source, account: report.account).request()
        let job = try await store.enqueue(request).job
        let claim = try #require(try await store.claim(kinds: [request.kind], worker: "w")).claim
        _ = try await store.settle(claim, .done, JobReport(metadata: try JobDocument(report)))
        return try #require(try await store.job(job.id))
    }

    @Test func whatSourcesBroughtIsMergedAndCounted() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            let sources: [Source] = [.likedTracks, .playlists, .playlist(bench.fake.playlists[0].id)]
            for source in sources { _ = try await settle(try await bench.ingest().run(source), in: database.store) }
            let merged = try await SourceAggregate(queue: database.store, tracks: database.store)
            #expect(merged.parts.count == 3 && merged.unfinished == 0)
            #expect(merged.overlap.tracks == (try await database.count("tracks")))
            #expect(merged.overlap.recordings == merged.overlap.tracks)
            // The playlist alone was unchanged when it was fetched, and counts all the same.
            let single = try #require(merged.parts.first { $0.report.source == sources[2] })
            #expect(single.report.unchanged == 1 && single.tally?.onlyHere == 0)
            let expected = Set(
                bench.fake.playlists[0].entries.compactMap { if case .track(let number) = $0 { number } else { nil } })
            #expect(single.tally?.tracks == expected.count)
            let list = try await database.store.merged(merged.keys, after: TrackID(rawValue: 0), limit: 100_000)
            #expect(list.count == merged.overlap.recordings)
            #expect(list.count { $0.sources.count > 1 } >= expected.count)
        }
    }

    @Test func whatIsForgottenCountsNoMoreAndComesAgainAsNew() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            let store = database.store
            for source in [Source.likedTracks, .savedAlbums] {
                _ = try await settle(try await bench.ingest().run(source), in: store)
            }
            let before = try await SourceAggregate(queue: store, tracks: store)
            let tracks = try await database.count("tracks")
            let key = Source.likedTracks.key(account: FakeSpotify.accountID)
            let forgotten = try await SourceJob.forget(key, queue: store, store: store)
            #expect(forgotten == .forgotten(jobs: 1, tracks: 320))
            #expect(try await SourceJob.forget(key, queue: store, store: store) == .unknown)
            let after = try await SourceAggregate(queue: store, tracks: store)
            #expect(before.keys.count == 2 && after.keys == before.keys.filter { $0 != key })
            #expect(try await database.count("tracks") == tracks, "what it brought stays")
            #expect(try await SourceJob.finished(in: store).count == 1, "no night takes it over again")
            let again = try await bench.ingest().run(.likedTracks)
            #expect(again.unchanged == 0 && again.tracks == 320 && again.counts.newTracks == 0)
            #expect(try await store.overlap(of: [key]).tracks == 320)
        }
    }

    @Test func aSourceThatAJobIsAtIsNotForgotten() async throws {
        try await withMigratedDatabase { database in
            let store = database.store
            let report = SourceReport(source: .files("/music"))
            let done = try await settle(report, in: store)
            let waiting = try await store.enqueue(try SourceJob(source: report.source).request()).job
            #expect(try await SourceJob.forget(report.key, queue: store, store: store) == .busy(waiting.id))
            _ = try await store.cancel(waiting.id)
            let forgotten = try await SourceJob.forget(report.key, queue: store, store: store)
            #expect(forgotten == .forgotten(jobs: 2, tracks: 0), "with the one that was called off")
            for id in [done.id, waiting.id] { #expect(try await store.job(id) == nil) }
        }
    }

    /// A night has the source's lock, and no job of its own for it.
    @Test func aSourceThatSomebodyReadsIsNotForgotten() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            let store = database.store
            _ = try await settle(try await bench.ingest().run(.likedTracks), in: store)
            let key = Source.likedTracks.key(account: FakeSpotify.accountID)
            let night = try await store.begin(JobRequest(kind: "nightly"), worker: "w")
            let claim = try #require(night.claim)
            #expect(try await store.lock("source:\(key)", for: claim) == .taken)
            #expect(try await SourceJob.forget(key, queue: store, store: store) == .busy(night.job.id))
            #expect(try await store.overlap(of: [key]).tracks == 320)
            try await store.unlock("source:\(key)", for: claim)
            #expect(try await SourceJob.forget(key, queue: store, store: store) == .forgotten(jobs: 1, tracks: 320))
            #expect(try await store.jobs(JobFilter()).map(\.id) == [night.job.id], "what held the lock is gone")
        }
    }

    @Test func aJobThatNamesNoAccountOrAnAccountsNameIsAtItsLibrary() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            let account = try await bench.connect()
            let store = database.store
            _ = try await settle(try await bench.ingest().run(.likedTracks), in: store)
            let key = Source.likedTracks.key(account: account.id)
            for name in [nil, account.name] {
                let waiting = try await store.enqueue(try SourceJob(source: .likedTracks, account: name).request()).job
                #expect(try await SourceJob.forget(key, queue: store, store: store) == .busy(waiting.id))
                let other = try await SourceJob.forget("liked-tracks:other", queue: store, store: store)
                #expect(other == .unknown, "the only account is meant")
                _ = try await store.cancel(waiting.id)
            }
            let forgotten = try await SourceJob.forget(key, queue: store, store: store)
            #expect(forgotten == .forgotten(jobs: 3, tracks: 320))
        }
    }

    @Test func whatCannotBeCountedIsNamed() async throws {
        try await withMigratedDatabase { database in
            let store = database.store
            let done = try await settle(SourceReport(source: .files("/a")), in: store)
            let other = try await store.enqueue(JobRequest(kind: "index.build")).job.id
            let called = try await store.enqueue(try SourceJob(source: .files("/b")).request()).job.id
            _ = try await store.cancel(called)
            let album = "spotify:album:\(FakeWorld.spotifyID(2, 1))"
            let waiting = try await store.enqueue(try SourceJob(url: album).request()).job.id
            let stranger = JobID(rawValue: 9_999)
            let asked = try await SourceAggregate(
                [done.id, other, called, waiting, stranger], queue: store, tracks: store)
            #expect(asked.unknown == [stranger] && asked.foreign == [other] && asked.failed == [called])
            #expect(asked.unfinished == 1 && asked.keys == ["files:/a"])
            let all = try await SourceAggregate(queue: store, tracks: store)
            #expect(all.unknown.isEmpty && all.foreign.isEmpty && all.failed == [called])
            _ = try await settle(SourceReport(source: .files("/b")), in: store)
            #expect(try await SourceAggregate(queue: store, tracks: store).failed.isEmpty, "it was done since")
        }
    }

    /// Jobs of schedules have no key.
    @Test func eachScheduledSourceThatFailedIsNamed() async throws {
        try await withMigratedDatabase { database in
            let store = database.store
            func fail(_ source: Source) async throws -> JobID {
                let request = JobRequest(
                    kind: SourceJob.bySource, payload: try JobDocument(SourceJob(source: source)))
                let id = try await store.enqueue(request).job.id
                let claim = try #require(try await store.claim(kinds: [request.kind], worker: "w")).claim
                _ = try await store.settle(claim, .failed(reason: "gone"), JobReport())
                return id
            }
            let failed = [try await fail(.files("/a")), try await fail(.files("/b")), try await fail(.likedTracks)]
            let all = try await SourceAggregate(queue: store, tracks: store)
            #expect(Set(all.failed) == Set(failed))
            _ = try await settle(SourceReport(source: .likedTracks, account: "me"), in: store)
            let again = try await fail(.files("/a"))
            let later = try await SourceAggregate(queue: store, tracks: store)
            #expect(Set(later.failed) == [again, failed[1]], "the last of each, unless it was done since")
        }
    }

    @Test func tracksOfOneRecordingAreOneEntry() async throws {
        try await withMigratedDatabase { database in
            let store = database.store
            let pending = try await store.beginImport(of: ImportSource(name: "test", authority: .service))
            let (one, two) = (FakeWorld.spotifyID(8, 1), FakeWorld.spotifyID(8, 2))
            try await pending.append([
                .track(TrackRecord(ids: [.spotify(one), .isrc("QZFAK0000001")], name: "A")),
                .track(TrackRecord(ids: [.spotify(two)], name: "B")),
            ])
            _ = try await pending.commit()
            try await store.note([.spotify(one), .spotify(two), .spotify("gone")], from: "a")
            try await store.note([.isrc("QZFAK0000001")], from: "b")
            try await store.note([.isrc("QZFAK0000001")], from: "b")
            let overlap = try await store.overlap(of: ["a", "b", "c"])
            #expect(overlap.tallies.map(\.source) == ["a", "b"])
            #expect(overlap.tallies.map(\.tracks) == [2, 1] && overlap.tallies.map(\.onlyHere) == [1, 0])
            #expect(overlap.tracks == 2 && overlap.recordings == 2)
            let first = try await store.merged(["a", "b"], after: TrackID(rawValue: 0), limit: 1)
            #expect(first.first?.sources == ["a", "b"])
            let rest = try await store.merged(["a", "b"], after: first[0].track, limit: 5)
            #expect(rest.map(\.sources) == [["a"]])
        }
    }

    @Test func aJobNamesOneSourceAndHasAKeyOfItsOwn() throws {
        let id = FakeWorld.spotifyID(3, 0)
        let byURL = try SourceJob(url: "https://open.spotify.com/playlist/\(id)?si=1").request()
        #expect(byURL.kind == "ingest.url" && byURL.key?.text == "spotify:playlist:\(id)")
        let mine = try SourceJob(source: .likedTracks, account: "me").request()
        let yours = try SourceJob(source: .likedTracks, account: "you").request()
        #expect(mine.kind == "sources.fetch" && mine.key != yours.key)
        #expect(try mine.payload.decoded(as: SourceJob.self) == SourceJob(source: .likedTracks, account: "me"))
        #expect(throws: ReferenceError.self) { try SourceJob(url: "https://example.org").request() }
        #expect(throws: ReferenceError.self) { try JobDocument(text: "{}").decoded(as: SourceJob.self).asked() }
    }

    @Test(arguments: [
        ("/f/music", "/f/music"), ("/f/music/", "/f/music"), ("/f/music/sub/../sub", "/f/music/sub"),
        ("//f/./music//", "/f/music"), ("/../f", "/f"), ("/", "/"), ("music/", "music"), ("./music/..", "."),
        ("../music/../../x/", "../../x"),
    ])
    func aPathHasOneKeyHoweverItIsWritten(_ text: String, _ path: String) throws {
        let source = try Source(named: "files:\(text)")
        #expect(source == .files(path) && source.key(account: nil) == "files:\(path)")
        #expect(try SourceJob(source: source).request().key?.text == "files:\(path)")
    }

    @Test func aFolderIsForgottenHoweverItsPathIsWritten() async throws {
        try await withMigratedDatabase { database in
            let store = database.store
            _ = try await settle(SourceReport(source: try Source(named: "files:/music/")), in: store)
            let forgotten = try await SourceJob.forget("files:/x/../music", queue: store, store: store)
            #expect(forgotten == .forgotten(jobs: 1, tracks: 0))
        }
    }

    @Test func rootsAdmitWhatLiesWithinAndNoLinkOutOfThem() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("roots-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: "\(folder)/in/deep", withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: "\(folder)/inside-not", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder)/in/link", withDestinationPath: "\(folder)/inside-not")
        let roots = SourceRoots(["\(folder)/in"])
        #expect(roots.admit("\(folder)/in") && roots.admit("\(folder)/in/deep"))
        for path in ["inside-not", "in/link", "in/../inside-not", "in/deep/../../inside-not"] {
            #expect(!roots.admit("\(folder)/\(path)"), "\(path)")
        }
        #expect(!SourceRoots([]).admit("/") && SourceRoots(["/"]).admit(folder))
    }

    @Test func filesOutsideTheRootsAreRefusedAndLinksWithinLeftOut() async throws {
        try await withMigratedDatabase { database in
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("fs-\(UUID().uuidString)").path
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try FileManager.default.createDirectory(atPath: "\(folder)/in", withIntermediateDirectories: true)
            for (name, tracks) in [("in/a.csv", 5), ("out.csv", 9)] {
                let table = FakeWorld(tracks: tracks).table
                try Data(table.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
            }
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/in/b.csv", withDestinationPath: "\(folder)/out.csv")
            var options = SourceIngest.Options()
            options.roots = SourceRoots(["\(folder)/in"])
            let ingest = SourceIngest(spotify: nil, store: database.store, options: options)
            let report = try await ingest.run(.files("\(folder)/in"))
            #expect(report.files == 1 && report.problems.count == 1 && report.counts.newTracks == 5)
            await #expect(throws: SourceError.self) { try await ingest.run(.files("\(folder)/out.csv")) }
            #expect(try await database.store.overlap(of: [report.key]).tracks == 5)
        }
    }
}
