import Catalog
import FakeServices
import Foundation
import Postgres
import Sourcing
import Storage
import Synchronization
import TestSupport
import Testing

func withTemporaryDirectory(_ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("counts-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try await body(folder.path)
}

@Suite struct SourceCountsTests {
    @Test func aNewPlaylistCountsAsNewAndNotAsChanged() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            let own = bench.fake.playlists.count(where: \.isOwn)
            let first = try await bench.ingest().run(.playlists)
            #expect(first.playlists == own && first.unchanged == 0)
            #expect(first.counts.newPlaylists == own && first.counts.changedPlaylists == 0)
            let again = try await bench.ingest().run(.playlists)
            #expect(again.playlists == 0 && again.unchanged == own && again.tracks == 0 && again.entries == 0)
            #expect(again.counts.isUnchanged)
            bench.fake.changePlaylist(3) { $0.removeLast() }
            let changed = try await bench.ingest().run(.playlists)
            #expect(changed.playlists == 1 && changed.unchanged == own - 1)
            #expect(changed.counts.newPlaylists == 0 && changed.counts.changedPlaylists == 1)
        }
    }

    /// Its title is written by one run and its version by another.
    @Test func aPlaylistThatWasInterruptedCountsOnce() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            let playlist = bench.fake.playlists[3]
            bench.server.setFaults([
                FaultRule(.quotaExceeded(retryAfter: 60), on: "/v1/playlists/\(playlist.id)/items", .calls(5..<6))
            ])
            let (report, postponements) = try await bench.finish(.playlist(playlist.id))
            #expect(postponements == 1)
            #expect(report.playlists == 1 && report.counts.newPlaylists == 1 && report.counts.changedPlaylists == 0)
        }
    }

    @Test func aRenamedPlaylistChangesOnce() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            let source = Source.playlist(bench.fake.playlists[0].id)
            _ = try await bench.ingest().run(source)
            bench.fake.changePlaylist(0) { $0.removeLast() }
            try await database.session().execute("UPDATE playlists SET name = 'of old'")
            let report = try await bench.ingest().run(source)
            #expect(report.counts.newPlaylists == 0 && report.counts.changedPlaylists == 1)
        }
    }

    /// What a report says is what the catalog has got, for every kind of source.
    @Test(arguments: remoteSources) func aReportOfSomethingNewIsWhatTheCatalogHolds(_ source: Source) async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(database.store)
            try await bench.connect()
            let report = try await bench.ingest().run(source)
            let counts = report.counts
            #expect(counts.newTracks == (try await database.count("tracks")))
            #expect(counts.newAlbums == (try await database.count("albums")))
            #expect(counts.newArtists == (try await database.count("artists")))
            #expect(counts.newPlaylists == (try await database.count("playlists")))
            #expect(counts.newPlaylists == report.playlists && counts.changedPlaylists == 0)
            #expect(counts.newEntries == (try await database.count("playlist_entries")))
            #expect(counts.newEntries == report.entries)
            #expect(counts.savedTracks == (try await database.count("saved_tracks")))
            #expect(counts.newPlays == (try await database.count("plays")))
            #expect(report.tracks >= counts.newTracks && report.files == 0 && report.problems.isEmpty)
            let overlap = try await database.store.overlap(of: [report.key])
            #expect(overlap.tracks == counts.newTracks)
            let again = try await bench.ingest().run(source)
            #expect(again.counts.isUnchanged && again.key == report.key)
        }
    }

    @Test func playlistsOfFilesAreCounted() async throws {
        try await withMigratedDatabase { database in
            try await withTemporaryDirectory { folder in
                for (place, name) in ["x.m3u8", "y.m3u8"].enumerated() {
                    try Data("#EXTM3U\n#PLAYLIST:Mine \(name)\n#EXTINF:100,Somebody - Song \(place)\nx.mp3\n".utf8)
                        .write(to: URL(filePath: "\(folder)/\(name)"))
                }
                let rows = (0..<3).map { "\(FakeWorld.spotifyID(1, $0)),Song \($0),Somebody\n" }
                try Data(("track_id,track_name,artist_name\n" + rows.joined()).utf8)
                    .write(to: URL(filePath: "\(folder)/a.csv"))
                let ingest = SourceIngest(spotify: nil, store: database.store)
                let table = try await ingest.run(.files("\(folder)/a.csv"))
                #expect(table.files == 1 && table.playlists == 0 && table.counts.newTracks == 3)
                let one = try await ingest.run(.files("\(folder)/x.m3u8"))
                #expect(one.files == 1 && one.playlists == 1 && one.counts.newPlaylists == 1)
                let all = try await ingest.run(.files(folder))
                #expect(all.files == 3 && all.playlists == 2 && all.tracks == 5)
                #expect(all.counts.newPlaylists == 1 && all.counts.newTracks == 0)
                #expect(all.counts.matching.total == 2, "how mentioned tracks were found is summed up")
                let again = try await ingest.run(.files(folder))
                #expect(again.playlists == 2 && again.counts.newPlaylists == 0)
                #expect(again.counts.changedPlaylists == 0 && again.counts.newTracks == 0)
            }
        }
    }

    @Test(arguments: [[3, 60], Array(0..<120)])
    func elementsThatAreWrongAreCountedAndTheFirstNamed(_ places: [Int]) async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(
                database.store,
                rewriting: { request, page in
                    guard request.path == "/v1/me/tracks", var items = page["items"] as? [[String: Any]] else {
                        return
                    }
                    let offset = request.number("offset") ?? 0
                    for place in places where items.indices.contains(place - offset) {
                        var track = items[place - offset]["track"] as? [String: Any] ?? [:]
                        if place % 2 == 0 { track["popularity"] = 900 } else { track["id"] = "no id at all" }
                        items[place - offset]["track"] = track
                    }
                    page["items"] = items
                })
            try await bench.connect()
            let report = try await bench.ingest().run(.likedTracks)
            #expect(report.refused == places.count && report.problems.count == min(places.count, 20))
            let words = ["the track has no Spotify id", "the track's popularity is outside 0 to 100"]
            for place in places.prefix(20) {
                let offset = place / 50 * 50
                let named = report.problems.filter {
                    $0.contains("/me/tracks, tracks:") && $0.contains("element \(offset) on")
                        && $0.contains("items[\(place - offset)]") && $0.hasSuffix(words[place % 2 == 0 ? 1 : 0])
                }
                #expect(named.count == 1, "\(place): \(report.problems)")
            }
            #expect(report.summary.contains("\(places.count) refused"))
            #expect(try await database.count("saved_tracks") == bench.fake.options.likedTracks - places.count)
        }
    }

    /// Jobs of earlier versions must still be read, else no night would know what to take over again.
    @Test func reportsOfEarlierVersionsAreRead() throws {
        var report = SourceReport(source: .files("/music"))
        report.files = 1
        var object = try #require(
            try JSONSerialization.jsonObject(with: JSONEncoder().encode(report)) as? [String: Any])
        object["counted"] = nil
        object["setAside"] = ["a playlist"]
        let decoded = try JSONDecoder().decode(SourceReport.self, from: JSONSerialization.data(withJSONObject: object))
        #expect(decoded == report)
    }
}

@Suite struct SourceSummaryTests {
    @Test func aSummarySaysWhatIsWorthAWord() {
        var report = SourceReport(source: .likedTracks)
        report.tracks = 12
        #expect(report.summary == "0 new of 12 tracks")
        (report.counts.newTracks, report.playlists, report.unchanged, report.withheld) = (5, 3, 2, 1)
        report.problems = ["x"]
        #expect(report.summary == "5 new of 12 tracks, 3 playlists, 2 as before, 1 withheld, 1 problem")
    }
}
