import Catalog
import Postgres
import TestSupport
import Testing

@testable import Storage

/// Playlists that are taken straight into an empty catalog, beside those that the database merges.
@Suite struct NewPlaylistsTests {
    /// A table of random playlists: with places and without, more entries than the playlists are said to have, tracks and
    /// places that come again, playlists that are told of twice and such that are not told of.
    private static func table(_ random: inout SplitMix64) -> [CatalogRecord] {
        let (lists, rows) = (Int.random(in: 1...8, using: &random), Int.random(in: 1...400, using: &random))
        let shareOfPlaces = Double(Int.random(in: 0...2, using: &random)) / 2
        var records: [CatalogRecord] = []
        for _ in 0..<rows {
            let (number, track) = (Int.random(in: 0..<lists, using: &random), Int.random(in: 1...60, using: &random))
            records.append(.track(TrackRecord(ids: [spotify(track)], name: "Song \(track)")))
            if number > 0, Int.random(in: 0..<3, using: &random) == 0 {
                records.append(
                    .playlist(
                        PlaylistRecord(
                            id: spotify(700 + number),
                            name: Bool.random(using: &random) ? "List \(Int.random(in: 0...9, using: &random))" : nil,
                            summary: Bool.random(using: &random) ? "\0" : "About",
                            total: Bool.random(using: &random) ? Int.random(in: 0...90, using: &random) : nil)))
            }
            let hasPlace = Double.random(in: 0..<1, using: &random) < shareOfPlaces
            records.append(
                .playlistEntry(
                    PlaylistEntryRecord(
                        playlist: spotify(700 + number), track: spotify(track),
                        position: hasPlace ? Int.random(in: 0..<70, using: &random) : nil,
                        addedAt: Bool.random(using: &random)
                            ? Double.random(in: -1e10...1e10, using: &random) : nil)))
        }
        return records
    }

    /// Everything about playlists, by external ids.
    private static func playlists(_ database: TestDatabase) async throws -> [String] {
        let session = try await database.session()
        let lists: [String] = try await session.rows(
            """
            SELECT concat_ws('|', x.value, p.name, coalesce(p.summary, '-'), p.snapshot, p.owner)
            FROM playlists p JOIN external_ids x ON x.kind = 'playlist' AND x.entity_id = p.id ORDER BY x.value
            """
        ) { try $0[0] }
        let entries: [String] = try await session.rows(
            """
            SELECT concat_ws('|', x.value, e.position, y.value, e.added_at AT TIME ZONE 'UTC')
            FROM playlist_entries e JOIN external_ids x ON x.kind = 'playlist' AND x.entity_id = e.playlist_id
            JOIN external_ids y ON y.kind = 'track' AND y.entity_id = e.track_id ORDER BY x.value, e.position
            """
        ) { try $0[0] }
        let history: [String] = try await session.rows(
            """
            SELECT concat_ws('|', x.value, h.position, y.value, h.change, h.batch)
            FROM playlist_entry_changes h JOIN external_ids x ON x.kind = 'playlist' AND x.entity_id = h.playlist_id
            JOIN external_ids y ON y.kind = 'track' AND y.entity_id = h.track_id ORDER BY x.value, h.position
            """
        ) { try $0[0] }
        return lists + entries + history
    }

    @Test func theyAreWhatTheDatabaseMakesOfThem() async throws {
        try await withMigratedDatabase { straight in
            try await withMigratedDatabase { merged in
                var (random, entries) = (SplitMix64(seed: 20), 0)
                for _ in 0..<25 {
                    for database in [straight, merged] {
                        try await database.session().executeScript(
                            """
                            SET session_replication_role = replica;
                            TRUNCATE tracks, external_ids, playlists, playlist_entries, playlist_entry_history CASCADE
                            """)
                    }
                    // With something in the catalog everything is staged.
                    try await merged.store.load([.track(TrackRecord(ids: [spotify(999)]))])
                    let table = Self.table(&random)
                    let (counts, expected) = (try await straight.store.load(table), try await merged.store.load(table))
                    #expect(counts.newPlaylists == expected.newPlaylists && counts.newEntries == expected.newEntries)
                    #expect(counts.removedEntries == 0 && counts.unresolved == 0)
                    let found = try await Self.playlists(straight)
                    #expect(try await Self.playlists(merged) == found)
                    entries += counts.newEntries
                }
                #expect(entries > 1_000)
            }
        }
    }

    /// A chunk that names a track of an earlier one leaves all that came so far to the database.
    @Test func whatTurnsOutToNeedMergingIsMergedWhole() async throws {
        let playlist = spotify(700)
        let rows = (1...3_000).flatMap { number -> [CatalogRecord] in
            [
                .track(TrackRecord(ids: [spotify(number)])),
                .playlistEntry(PlaylistEntryRecord(playlist: playlist, track: spotify(number), position: number - 1)),
            ]
        }
        let late: [CatalogRecord] = [
            .playlist(PlaylistRecord(id: playlist, name: "Late")),
            .playlistEntry(PlaylistEntryRecord(playlist: playlist, track: spotify(5), position: 0)),
            .playlistEntry(PlaylistEntryRecord(playlist: playlist, track: spotify(7))),
            .playlistEntry(PlaylistEntryRecord(playlist: playlist, track: spotify(9_999))),
        ]
        try await withMigratedDatabase { database in
            let early = CatalogRecord.playlist(PlaylistRecord(id: playlist, name: "Early"))
            let counts = try await database.store.load([early] + rows + late)
            #expect(counts.newPlaylists == 1 && counts.newEntries == 3_000 && counts.unresolved == 1)
            let reference = EntityReference(kind: .playlist, id: playlist)
            let tracks = try #require(try await database.store.tracks(of: reference, limit: 5_000))
            #expect(tracks.count == 2_999)
            #expect(try await database.count("playlist_entries WHERE position = 0 AND track_id = 5") == 1)
            #expect(try await database.count("playlists WHERE name = 'Early'") == 1)
        }
    }

    @Test func thereIsRoomForAsMuchAsAllowed() {
        var playlists = NewPlaylists(maximumSize: 4_096)
        var chunk = StagedChunk()
        let entry = PlaylistEntryRecord(playlist: spotify(700), track: spotify(1))
        chunk.entries = (0..<50).map { StagedEntry(track: $0, record: entry) }
        #expect(playlists.hasRoom(for: chunk))
        for no in 0..<50 { playlists.add(entry, no: Int32(no), track: Int64(no + 1)) }
        #expect(!playlists.hasRoom(for: chunk))
        chunk.entries.removeLast(40)
        #expect(playlists.hasRoom(for: chunk))
        chunk.entries = [StagedEntry(track: nil, record: entry)]
        #expect(!playlists.hasRoom(for: chunk))
        chunk.entries = []
        chunk.playlists = [PlaylistRecord(id: spotify(701), summary: String(repeating: "x", count: 3_000))]
        #expect(!playlists.hasRoom(for: chunk))
        chunk.playlists[0].summary = "short"
        #expect(playlists.hasRoom(for: chunk))
    }

    @Test func lengthsThatAreNoneLeaveNoRoom() {
        for (total, count) in [(nil, 3), (5, 3), (2, 2), (0, 0), (-1, 0)] as [(Int?, Int)] {
            var playlists = NewPlaylists(maximumSize: 4_096)
            playlists.add(PlaylistRecord(id: spotify(700), total: total))
            for no in 0..<3 {
                let entry = PlaylistEntryRecord(playlist: spotify(700), track: spotify(no))
                playlists.add(entry, no: Int32(no), track: Int64(no + 1))
            }
            #expect(playlists.placed(ids: [1]).count == count)
        }
    }

    @Test func manyEntriesAndPlaylistsFillAChunk() {
        for isEntry in [true, false] {
            var staging = ImportStaging(holding: true)
            var number = 0
            while !staging.isChunkFull, number < 5_000 {
                number += 1
                staging.add(
                    isEntry
                        ? .playlistEntry(PlaylistEntryRecord(playlist: spotify(700), track: spotify(1)))
                        : .playlist(
                            PlaylistRecord(id: spotify(number), summary: String(repeating: "x", count: 1_000))))
            }
            #expect(isEntry ? number == 2_048 : (500..<1_000).contains(number))
            let chunk = staging.endChunk()
            #expect(chunk.entries.count + chunk.playlists.count == number)
            #expect(!staging.isChunkFull)
        }
    }
}
