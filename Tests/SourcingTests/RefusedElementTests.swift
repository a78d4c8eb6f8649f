import Catalog
import FakeServices
import Foundation
import Postgres
import Sourcing
import Storage
import TestSupport
import Testing

/// Lists with elements that are wrong.
@Suite struct RefusedElementTests {
    @Test func aPlaylistOfWrongElementsKeepsItsEntriesAndIsAskedForAgain() async throws {
        try await withMigratedDatabase { database in
            let isWrong = Switch()
            let bench = try SpotifyBench(
                database.store,
                rewriting: { request, page in
                    guard isWrong.isOn, request.isOfItems, let items = page["items"] as? [Any] else { return }
                    page["items"] = items.map(Self.spoiled)
                })
            try await bench.connect()
            let source = Source.playlist(bench.fake.playlists[0].id)
            _ = try await bench.ingest().run(source)
            bench.fake.changePlaylist(0) { entries in
                let place = entries.firstIndex { if case .track = $0 { true } else { false } }
                if let place { entries[place] = .empty }
            }
            let tracks = bench.fake.playlists[0].trackCount
            isWrong.turn(on: true)
            for _ in 0..<2 {
                let report = try await bench.ingest().run(source)
                #expect(report.refused == tracks && report.problems.count == 20)
                #expect(try await database.count("playlist_entries") == tracks, "what is empty is vacated as ever")
                #expect(try await database.count("collection_syncs WHERE version IS NOT NULL") == 0)
            }
            isWrong.turn(on: false)
            let report = try await bench.ingest().run(source)
            #expect(report.refused == nil && report.problems.isEmpty && report.entries == tracks)
            #expect(try await database.count("playlist_entries") == tracks)
            #expect(try await database.count("collection_syncs WHERE version = 'snapshot-0-1'") == 1)
        }
    }

    @Test func wrongElementsBeforeAnInterruptionAreAskedForAgain() async throws {
        try await withMigratedDatabase { database in
            let isWrong = Switch()
            let bench = try SpotifyBench(
                database.store,
                rewriting: { request, page in
                    guard isWrong.isOn, request.isOfItems, (page["offset"] as? Int) == 0,
                        let items = page["items"] as? [Any]
                    else { return }
                    page["items"] = items.map(Self.spoiled)
                })
            try await bench.connect()
            let playlist = bench.fake.playlists[3]
            isWrong.turn(on: true)
            bench.server.setFaults([FaultRule(.status(500), on: "/v1/playlists/\(playlist.id)", .calls(5..<13))])
            let interrupted = try await bench.finish(.playlist(playlist.id))
            #expect(interrupted.postponements > 0 && interrupted.report.refused ?? 0 > 0)
            #expect(try await database.count("playlist_entries") < playlist.trackCount)
            #expect(try await database.count("collection_syncs WHERE version IS NOT NULL") == 0)
            isWrong.turn(on: false)
            bench.server.setFaults([])
            _ = try await bench.finish(.playlist(playlist.id))
            #expect(try await database.count("playlist_entries") == playlist.trackCount)
            #expect(try await database.count("collection_syncs WHERE version IS NOT NULL") == 1)
        }
    }

    /// What comes within an album is asked for in pages of its own.
    @Test func wrongTracksBehindTheFirstOnesOfAnAlbumAreTold() async throws {
        try await withMigratedDatabase { database in
            let bench = try SpotifyBench(
                database.store,
                rewriting: { request, page in
                    guard request.path.contains("/albums/"), request.path.hasSuffix("/tracks"),
                        var items = page["items"] as? [[String: Any]], !items.isEmpty
                    else { return }
                    items[0]["id"] = "no id at all"
                    page["items"] = items
                })
            try await bench.connect()
            let report = try await bench.ingest().run(.savedAlbums)
            let pages = bench.server.log.count { $0.contains("/albums/") && $0.contains("/tracks") }
            #expect(pages > 0 && report.refused == pages && !report.problems.isEmpty)
            #expect(report.problems.allSatisfy { $0.contains("the track has no Spotify id") })
            #expect(try await database.count("collection_syncs WHERE version IS NOT NULL") == 0)
        }
    }

    /// An entry whose track has no id.
    private static func spoiled(_ element: Any) -> Any {
        guard var entry = element as? [String: Any], entry["is_local"] as? Bool != true else { return element }
        for key in ["item", "track"] {
            guard var track = entry[key] as? [String: Any], track["type"] as? String == "track" else { continue }
            track["id"] = NSNull()
            entry[key] = track
        }
        return entry
    }
}
