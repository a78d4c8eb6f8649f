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

@Suite struct SourceIngestTests {
    @Test func likedTracksArriveWithWhenTheyWereLiked() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            let report = try await bench.ingest().run(.likedTracks)
            #expect(report.tracks == 320)
            #expect(report.counts.newTracks == 320)
            #expect(report.counts.savedTracks == 320)
            #expect(bench.server.callCount("/v1/me/tracks") == 8)
            #expect(try await database.count("saved_tracks WHERE saved_at IS NOT NULL") == 320)
        }
    }

    @Test func aLibraryThatIsAsItWasCostsOneCall() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            _ = try await bench.ingest().run(.likedTracks)
            bench.server.resetCounts()
            let again = try await bench.ingest().run(.likedTracks)
            #expect(again.unchanged == 1)
            #expect(again.counts.isUnchanged)
            #expect(bench.server.callCount() == 1)
            bench.fake.like(1_999)
            #expect(try await bench.ingest().run(.likedTracks).counts.savedTracks == 1)
        }
    }

    @Test func aPlaylistThatTwoSourcesLeadToIsReadByOneOfThem() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            let playlist = try #require(
                bench.fake.playlists.filter(\.isOwn).max { $0.entries.count < $1.entries.count })
            let turns = Turns()
            let observer = SourceIngest.Observer(holding: { try await turns.hold($0, $1) })
            async let all = bench.ingest().run(.playlists, observer)
            async let one = bench.ingest().run(.playlist(playlist.id), observer)
            let unchanged = try await [all.unchanged, one.unchanged]
            #expect(unchanged.reduce(0, +) == 1)
            let pages = (playlist.entries.count + 49) / 50
            #expect(pages > 1 && bench.server.callCount("/v1/playlists/\(playlist.id)/items") == pages)
        }
    }

    @Test func playlistsArriveWithPlacesAndOdditiesCounted() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            let report = try await bench.ingest().run(.playlists)
            let own = bench.fake.playlists.filter(\.isOwn)
            let entries = own.flatMap(\.entries)
            let count = { (kind: FakePlaylist.Entry) in entries.filter { $0 == kind }.count }
            #expect(report.playlists == own.count)
            #expect(report.withheld == 1)
            #expect(report.oddities.localFiles == count(.local))
            #expect(report.oddities.episodes == count(.episode))
            #expect(report.oddities.empty == count(.empty))
            let tracks = entries.count - count(.local) - count(.episode) - count(.empty)
            #expect(report.entries == tracks)
            #expect(try await database.count("playlist_entries") == tracks)
            #expect(try await database.count("playlist_entries WHERE position IN (7, 11, 13)") == 0)
            #expect(try await database.count("playlists WHERE snapshot IS NOT NULL AND name IS NOT NULL") == own.count)
        }
    }

    @Test func progressGoesOnWithinAPlaylist() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            let steps = Mutex<[(share: Double, words: String)]>([])
            let observer = SourceIngest.Observer(progress: { share, words in
                if let share { steps.withLock { $0.append((share, words)) } }
            })
            _ = try await bench.ingest().run(.playlists, observer)
            let all = steps.withLock { $0 }
            #expect(zip(all, all.dropFirst()).allSatisfy { $0.share <= $1.share } && all.last?.share == 1)
            let longest = all.filter { $0.words == "Playlist 3" }.map(\.share)
            #expect(Set(longest).count == 16, "its beginning and its fifteen pages")
            #expect((longest.last ?? 0) - (longest.first ?? 0) > 0.7, "as much of the whole as it is long")
        }
    }

    @Test func whatFilesHoldIsCounted() async throws {
        try await withMigratedDatabase { database in
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("segue-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let rows = (1...3).map { "\(FakeWorld.spotifyID(1, $0)),Song \($0),Artist\n" }
            try Data(("track_id,track_name,artist_name\n" + rows.joined()).utf8)
                .write(to: folder.appendingPathComponent("a.csv"))
            try Data("#EXTM3U\n#EXTINF:100,Artist - Song 2\nx.mp3\n#EXTINF:1,Nobody - Nothing\ny.mp3\n".utf8)
                .write(to: folder.appendingPathComponent("b.m3u8"))
            let ingest = SourceIngest(spotify: nil, store: database.store)
            let report = try await ingest.run(.files(folder.path))
            #expect(report.tracks == 5, "three in the table, two in the list")
            #expect(try await ingest.run(.files(folder.path)).tracks == 5)
        }
    }

    /// A catalog of three tables: in the folder itself, behind a link to a folder, and outside of the roots.
    @Test func linksAreFollowedAsFarAsTheRoots() async throws {
        try await withMigratedDatabase { database in
            try await withTemporaryDirectory { folder in
                let manager = FileManager.default
                for (number, name) in ["root/real/a.csv", "root/shelf/b.csv", "away/c.csv", "root/real/.git/d.csv"]
                    .enumerated()
                {
                    let file = URL(fileURLWithPath: "\(folder)/\(name)")
                    try manager.createDirectory(
                        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                    let row = "\(FakeWorld.spotifyID(1, number + 1)),Song \(number),Artist\n"
                    try Data(("track_id,track_name,artist_name\n" + row).utf8).write(to: file)
                }
                for (link, target) in [
                    ("root/music", "root/real"), ("root/real/shelf", "root/shelf"), ("root/real/away", "away"),
                    ("root/real/circle", "root/real"),
                ] {
                    try manager.createSymbolicLink(
                        atPath: "\(folder)/\(link)", withDestinationPath: "\(folder)/\(target)")
                }
                var options = SourceIngest.Options()
                options.roots = SourceRoots(["\(folder)/root"])
                let ingest = SourceIngest(spotify: nil, store: database.store, options: options)
                let report = try await ingest.run(.files("\(folder)/root/music"))
                #expect(report.done == ["a.csv", "shelf/b.csv"] && report.tracks == 2, "\(report)")
                #expect(report.problems == ["away: leads outside of what SEGUE_SOURCE_ROOTS names"])
                let again = try await ingest.run(.files("\(folder)/root/music"), resuming: report)
                #expect(again == report)
                await #expect(
                    throws: SourceError.refused("\(folder)/away lies outside of what SEGUE_SOURCE_ROOTS names")
                ) {
                    try await ingest.run(.files("\(folder)/away"))
                }
            }
        }
    }

    @Test(.enabled(if: geteuid() != 0, "nothing is unreadable to root")) func whatCannotBeReadIsNamed() async throws {
        try await withMigratedDatabase { database in
            try await withTemporaryDirectory { folder in
                let closed = "\(folder)/music/closed"
                try FileManager.default.createDirectory(atPath: closed, withIntermediateDirectories: true)
                try Data("track_id,track_name,artist_name\n\(FakeWorld.spotifyID(1, 1)),Song,Artist\n".utf8)
                    .write(to: URL(fileURLWithPath: "\(folder)/music/a.csv"))
                chmod(closed, 0)
                defer { chmod(closed, 0o755) }
                let ingest = SourceIngest(spotify: nil, store: database.store)
                let report = try await ingest.run(.files("\(folder)/music"))
                #expect(report.tracks == 1 && report.problems == ["closed: Permission denied"], "\(report)")
                for path in [closed, "\(closed)/b.csv"] {
                    do {
                        _ = try await ingest.run(.files(path))
                        Issue.record("\(path) was read")
                    } catch let error as SourceError {
                        #expect(
                            error.description.contains("Permission denied; the user that segue runs as"), "\(error)")
                    }
                }
            }
        }
    }

    @Test func aFileThatIsRefusedBroughtNothing() async throws {
        try await withMigratedDatabase { database in
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("segue-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            let music = folder.appendingPathComponent("music")
            try FileManager.default.createDirectory(at: music, withIntermediateDirectories: true)
            let heading = "track_id,track_name,artist_name\n"
            let rows = (1...40).map { "\(FakeWorld.spotifyID(1, $0)),Song \($0),Artist\n" }
            try Data((heading + rows.joined()).utf8).write(to: folder.appendingPathComponent("table.csv"))
            let ingest = SourceIngest(spotify: nil, store: database.store)
            _ = try await ingest.run(.files(folder.appendingPathComponent("table.csv").path))
            // Tracks that the catalog has, and then more bad rows than a file may have.
            let bad = String(repeating: "no id,Song,Artist\n", count: 200)
            try Data((heading + rows.joined() + bad).utf8).write(to: music.appendingPathComponent("bad.csv"))
            try Data((heading + rows[6]).utf8).write(to: music.appendingPathComponent("good.csv"))
            let report = try await ingest.run(.files(music.path))
            #expect(report.files == 1 && report.tracks == 1 && !report.problems.isEmpty, "\(report)")
            let overlap = try await database.store.overlap(of: [report.key])
            #expect(overlap.tallies.map(\.tracks) == [1])
            let aside = try await database.count("source_tracks WHERE source LIKE 'aside %'")
            #expect(aside == 0)
        }
    }

    /// A run that is cut short before its first import is due would begin at the first page each time.
    @Test func whatWasReadIsKeptWhenTheRunIsCalledOff() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            let playlist = try #require(
                bench.fake.playlists.filter(\.isOwn).max { $0.entries.count < $1.entries.count })
            let key = "playlist:\(playlist.id)"
            let run = Mutex<Task<Void, any Error>?>(nil)
            let observer = SourceIngest.Observer(progress: { share, _ in
                if share ?? 0 > 0.25 { run.withLock { $0?.cancel() } }
            })
            let task = Task {
                try await eventually { run.withLock { $0 != nil } }
                _ = try await bench.ingest(pagesPerImport: 100).run(.playlist(playlist.id), observer)
            }
            run.withLock { $0 = task }
            await #expect(throws: CancellationError.self) { try await task.value }
            let sync = try #require(try await database.store.syncs(of: [key], at: "spotify")[key])
            let read = try #require(sync.checkpoint?.offset)
            #expect(read > 100 && read < playlist.entries.count && sync.version == nil)
            let reference = EntityReference(kind: .playlist, id: .spotify(playlist.id))
            #expect(try await database.store.isPartial(reference))
            bench.server.resetCounts()
            _ = try await bench.ingest(pagesPerImport: 100).run(.playlist(playlist.id))
            let calls = bench.server.callCount("/v1/playlists/\(playlist.id)/items")
            #expect(calls == (playlist.entries.count - read + 49) / 50)
            #expect(try await !database.store.isPartial(reference))
        }
    }

    @Test func anUnchangedSnapshotCostsNoFurtherCall() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            _ = try await bench.ingest().run(.playlists)
            let before = try await database.contents()
            bench.server.resetCounts()
            let again = try await bench.ingest().run(.playlists)
            #expect(bench.server.calls == ["GET /v1/me": 1, "GET /v1/me/playlists": 1])
            #expect(again.unchanged == 6)
            #expect(again.counts.isUnchanged)
            #expect(try await database.contents() == before)
        }
    }

    /// Tracks stay that a playlist has lost, and count as brought.
    private static func isOfThePlaylist(_ line: String) -> Bool {
        !["track", "id", "source"].contains { line.hasPrefix("\($0) ") }
    }

    @Test func aChangedPlaylistBecomesWhatAFreshCatalogHas() async throws {
        let change: @Sendable (inout [FakePlaylist.Entry]) -> Void = { entries in
            entries[20] = .local
            entries[21] = .empty
            entries[13] = .track(7)
            entries.removeLast(60)
        }
        let fresh = try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            bench.fake.changePlaylist(0, change)
            _ = try await bench.ingest().run(.playlist(bench.fake.playlists[0].id))
            return try await database.contents().filter(Self.isOfThePlaylist)
        }
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            let source = Source.playlist(bench.fake.playlists[0].id)
            _ = try await bench.ingest().run(source)
            bench.fake.changePlaylist(0, change)
            let report = try await bench.ingest().run(source)
            #expect(report.counts.removedEntries > 50)
            let contents = try await database.contents().filter(Self.isOfThePlaylist)
            #expect(contents == fresh)
        }
    }

    @Test func aPlaylistThatChangesWhileItIsReadIsReadAgain() async throws {
        try await withMigratedDatabase { database in
            let calls = Countdown(5)
            let bench = try SpotifyBench(
                database.store,
                before: { request, fake in
                    guard request.path.hasSuffix("/items"), calls.countDown() == 0 else { return }
                    fake.changePlaylist(3) { $0.remove(at: 0) }
                })
            try await bench.connect()
            let playlist = bench.fake.playlists[3]
            let report = try await bench.ingest().run(.playlist(playlist.id))
            let tracks = bench.fake.playlists[3].entries.filter { if case .track = $0 { true } else { false } }.count
            #expect(report.playlists == 1 && report.entries == tracks, "what was read twice is held once")
            #expect(try await database.count("playlist_entries") == tracks)
            #expect(try await database.count("collection_syncs WHERE version = 'snapshot-3-1'") == 1)
        }
    }

    @Test func aListThatCountsWhatItNeverGivesIsTakenAsItIsTheSecondTime() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store) { $0.unlisted = 3 }
            try await bench.connect()
            let stopped = await #expect(throws: SourceError.self) { try await bench.ingest().run(.likedTracks) }
            #expect(stopped?.description.contains("320 elements and says that there are 323") == true)
            #expect(try await database.count("saved_tracks") == 320, "what came is kept")
            #expect(bench.server.log.count { $0.contains("/me/tracks") && $0.contains("offset=300") } == 3)
            let calls = bench.server.callCount("/v1/me/tracks")
            await #expect(throws: SourceError.self) { try await bench.ingest().run(.likedTracks) }
            #expect(bench.server.callCount("/v1/me/tracks") == calls, "not before its time")
            bench.clock.advance(by: .seconds(301))
            let report = try await bench.ingest().run(.likedTracks)
            #expect(report.problems == ["liked tracks: Spotify lists 320 and says that there are 323"])
            #expect(try await database.count("collection_syncs WHERE version IS NULL AND checkpoint_offset = 320") == 1)
            bench.server.resetCounts()
            let next = try await bench.ingest().run(.likedTracks)
            #expect(next.problems.count == 1 && next.tracks == 0)
            let offsets = Set(bench.server.log.compactMap { $0.firstMatch(of: /offset=(\d+)/)?.1 })
            #expect(offsets == ["0", "320"], "only what is missing is asked for, and the version")
        }
    }

    @Test func everySourceEndsWhereEveryListCountsTooMuch() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store) { $0.unlisted = 3 }
            try await bench.connect()
            for source in remoteSources where source != .recentlyPlayed {
                let (report, postponements) = try await bench.finish(source)
                #expect(postponements < 10, "\(source)")
                if case .track = source { continue }
                #expect(report.problems.contains { $0.contains("Spotify lists") }, "\(source)")
            }
            let plays = try await bench.finish(.recentlyPlayed)
            #expect(plays.postponements == 0 && plays.report.problems.isEmpty)
            let own = bench.fake.playlists.filter(\.isOwn).flatMap(\.entries)
            let tracks = own.count { if case .track = $0 { true } else { false } }
            #expect(try await database.count("playlist_entries") == tracks)
            #expect(try await database.count("favourites") == 360)
        }
    }

    @Test func albumsComeToTheirLastTrack() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            let report = try await bench.ingest().run(.album(FakeWorld.spotifyID(2, 40)))
            #expect(report.counts.newTracks == 10)
            let saved = try await bench.ingest().run(.savedAlbums)
            #expect(saved.counts.newTracks + 0 == 70)
        }
    }

    @Test func somebodyElsesPlaylistIsRefusedInWords() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            let error = await #expect(throws: SourceError.self) {
                try await bench.ingest().run(.playlist(bench.fake.playlists[4].id))
            }
            #expect(error?.description.contains("owner and collaborators only") == true)
            await #expect(throws: SourceError.self) {
                try await bench.ingest().run(.track(FakeWorld.spotifyID(99, 1)))
            }
            #expect(try await database.count("tracks") == 0)
        }
    }

    @Test func aSeedComesWithTheTokenOfItsCaller() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            let token = try #require(SpotifyAccessToken(bench.fake.connect().access))
            let ingest = SourceIngest(
                spotify: Spotify(bench.client, tokens: SpotifyCallerToken(token)), store: database.store)
            let id = FakeWorld(tracks: 10).tracks[3].spotify
            let records = try await ingest.records(ofTrack: id)
            guard case .track(let track)? = records.first else {
                Issue.record("no track")
                return
            }
            #expect(track.ids == [.spotify(id), .isrc("QZFAK0000003")])
            bench.fake.expireTokens()
            await #expect(throws: SourceError.callerTokenRefused) {
                try await ingest.run(.album(FakeWorld.spotifyID(2, 1)))
            }
        }
    }

    @Test func foldersAreTakenFileByFile() async throws {
        try await withMigratedDatabase { database in
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("segue-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            try FileManager.default.createDirectory(
                at: folder.appendingPathComponent("deep"), withIntermediateDirectories: true)
            let header = "track_id,track_name,artist_name\n"
            for (name, number) in [("a.csv", 1), ("deep/b.csv", 2), (".hidden.csv", 3)] {
                let row = "\(FakeWorld.spotifyID(1, number)),Song \(number),Artist\n"
                try Data((header + row).utf8).write(to: folder.appendingPathComponent(name))
            }
            try Data("not music".utf8).write(to: folder.appendingPathComponent("c.txt"))
            let ingest = SourceIngest(spotify: nil, store: database.store)
            let report = try await ingest.run(.files(folder.path))
            #expect(report.files == 2 && report.tracks == 2 && report.entries == 0)
            #expect(report.done == ["a.csv", "c.txt", "deep/b.csv"])
            #expect(report.problems.count == 1)
            #expect(try await database.count("tracks") == 2)
            let again = try await ingest.run(.files(folder.path), resuming: report)
            #expect(again == report)
            await #expect(throws: SourceError.self) { try await ingest.run(.files(folder.path + "/none")) }
            await #expect(throws: SourceError.self) { try await ingest.run(.likedTracks) }
        }
    }
}

@Suite struct SourceTests {
    @Test(arguments: [
        ("https://open.spotify.com/intl-de/track/11dFghVXANMlKmJXsNCbNl?si=1", "spotify:track:11dFghVXANMlKmJXsNCbNl"),
        ("spotify:album:11dFghVXANMlKmJXsNCbNl", "spotify:album:11dFghVXANMlKmJXsNCbNl"),
        ("https://open.spotify.com/playlist/11dFghVXANMlKmJXsNCbNl", "spotify:playlist:11dFghVXANMlKmJXsNCbNl"),
    ])
    func linksNameSources(_ text: String, _ description: String) throws {
        let source = try Source(parsing: text)
        #expect(source.description == description)
        #expect(source.isRemote && !source.isListeners)
        let decoded = try JSONDecoder().decode([Source].self, from: JSONEncoder().encode([source]))
        #expect(decoded == [source])
    }

    @Test(arguments: [Source.likedTracks, .playlists, .savedAlbums, .files("/music/a b")])
    func otherSourcesReadBack(_ source: Source) throws {
        #expect(try JSONDecoder().decode([Source].self, from: JSONEncoder().encode([source])) == [source])
    }

    @Test(arguments: [
        "spotify:artist:11dFghVXANMlKmJXsNCbNl", "isrc:QZFAK0000003", "http://127.0.0.1/track/11dFghVXANMlKmJXsNCbNl",
        "https://open.spotify.com.evil.example/track/11dFghVXANMlKmJXsNCbNl", "files:", "",
    ])
    func whatCannotBeFetchedIsRefused(_ text: String) {
        #expect(throws: ReferenceError.self) { try Source(parsing: text) }
        let json = Data("[\"\(text)\"]".utf8)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Source].self, from: json) }
    }

    @Test(arguments: ["records", "", "tag:jazz", "isrc:", "UPPER:x", "https://example.org", "mbid:x"])
    func refusalsProposeOnlyWhatCanBeFetched(_ text: String) throws {
        for read in [{ try Source(parsing: $0) }, { try Source(named: $0) }] as [(String) throws -> Source] {
            let error = #expect(throws: ReferenceError.self) { try read(text) }
            let description = try #require(error).description
            #expect(description.contains("https://open.spotify.com/playlist/…"), "\(description)")
            for word in ["tag:", "namespace", "isrc"] { #expect(!description.contains(word), "\(description)") }
        }
    }

    @Test func librariesOfTwoListenersAreTwoSources() {
        #expect(Source.likedTracks.key(account: "a") != Source.likedTracks.key(account: "b"))
        #expect(Source.track("x").key(account: "a") == Source.track("x").key(account: "b"))
    }
}

/// Lets one at a time through under each name.
private actor Turns {
    private var held: Set<String> = []

    func hold(
        _ name: String, _ work: @Sendable () async throws -> SourceReport
    ) async throws -> SourceReport {
        while held.contains(name) { try await Task.sleep(for: .milliseconds(2)) }
        held.insert(name)
        defer { held.remove(name) }
        return try await work()
    }
}
