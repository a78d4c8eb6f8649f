import Catalog
import Postgres
import TestSupport
import Testing

@testable import Storage

/// Imports of tables so large that they are merged chunk by chunk.
@Suite struct ChunkedImportTests {
    private static let count = 40_000

    /// A table in which artists, albums and tracks come again long after they came first.
    private static let table: [CatalogRecord] = (0..<count).flatMap { number -> [CatalogRecord] in
        let artist = ArtistRecord(
            name: "Artist \(number % 900)", id: number % 3 == 0 ? spotify(500_000 + number % 900) : nil)
        let album = AlbumRecord(name: "Album \(number % 700)", artists: [artist])
        var features = AudioFeatures()
        features[.energy] = Float(number % 100) / 100
        let id = spotify(number % 1_000 == 999 ? number - 500 : number)
        return [
            .track(
                TrackRecord(ids: [id], name: "Song \(number)", artists: [artist], album: number % 2 == 0 ? album : nil)),
            .features(FeaturesRecord(track: id, provider: "spotify", features: features)),
        ]
    }

    @Test func manyChunksAreOneImport() async throws {
        try await withMigratedDatabase { database in
            let counts = try await database.store.load(Self.table)
            #expect(counts.newTracks == Self.count - Self.count / 1_000)
            #expect(counts.features == counts.newTracks && counts.unresolved == 0)
            #expect(counts.changedTracks == 0 && counts.changedArtists == 0 && counts.changedAlbums == 0)
            #expect(try await database.count("artists") == 900)
            #expect(try await database.count("track_artists WHERE position = 0") == counts.newTracks)
            let before = try await database.checksums()
            let again = try await database.store.load(Self.table)
            #expect(again.isUnchanged)
            #expect(try await database.checksums() == before)
        }
    }

    @Test func whatComesLaterFillsWhatCameInAnEarlierChunk() async throws {
        try await withTestDatabase { store in
            let late: [CatalogRecord] = [
                .track(
                    TrackRecord(
                        ids: [spotify(7)], name: "Other", artists: [ArtistRecord(name: "Guest")], duration: 5,
                        genres: ["rock"])),
                .playlistEntry(PlaylistEntryRecord(playlist: spotify(700), track: spotify(8))),
                .savedTrack(SavedTrackRecord(track: spotify(9))),
            ]
            let early: [CatalogRecord] = [
                .features(Self.features(of: spotify(Self.count - 5))),
                .track(TrackRecord(ids: [spotify(7)], name: "First")),
                .playlistEntry(PlaylistEntryRecord(playlist: spotify(700), track: spotify(7))),
            ]
            let bulk = (8..<Self.count).map { CatalogRecord.track(TrackRecord(ids: [spotify($0)], name: "S\($0)")) }
            let counts = try await store.loadInBatches(early + bulk + late)
            #expect(counts.newTracks == Self.count - 7 && counts.unresolved == 0)
            #expect(counts.newEntries == 2 && counts.savedTracks == 1 && counts.features == 1)
            let track = try await store.track(spotify(7))
            #expect(track.name == "First" && track.duration == 5 && track.genres == ["rock"])
            #expect(track.artists.map(\.name) == ["Guest"])
            #expect(try await store.search("first guest", limit: 5, cursor: nil).tracks.map(\.id) == [track.id])
            #expect(track.id.rawValue == 1)
        }
    }

    @Test func aCancelledImportOfManyChunksLeavesNothing() async throws {
        try await withMigratedDatabase { database in
            let before = try await database.checksums()
            let session = try await database.store.beginImport(of: ImportSource(name: "t", authority: .table))
            for start in stride(from: 0, to: Self.table.count, by: 4_096) {
                try await session.append(Array(Self.table[start..<min(start + 4_096, Self.table.count)]))
            }
            await session.cancel()
            var after = try await database.checksums()
            after["sequences"] = before["sequences"]
            #expect(after == before)
        }
    }

    @Test func aValueThatTheCatalogCannotHoldFailsAllChunks() async throws {
        try await withTestDatabase { store in
            let bad = CatalogRecord.track(TrackRecord(ids: [spotify(999_999)], popularity: 1_000))
            await #expect(throws: CatalogStoreError.self) { try await store.loadInBatches([bad] + Self.table) }
            let isEmpty = try await store.allTracks().isEmpty
            #expect(isEmpty)
        }
    }

    /// In an empty catalog there are no indexes by name yet.
    @Test func namesOfEarlierChunksAreFound() async throws {
        try await withMigratedDatabase { database in
            let table = (0..<4_000).map { number -> CatalogRecord in
                let (isLate, place) = (number >= 3_000, number % 3_000)
                let artist = ArtistRecord(name: isLate ? "ARTIST \(place)" : "Artist \(place)")
                let album = AlbumRecord(name: isLate ? "Album \(place)!" : "Album \(place)", artists: [artist])
                return .track(TrackRecord(ids: [spotify(number)], artists: [artist], album: album))
            }
            let counts = try await database.store.load(table)
            #expect(counts.newTracks == 4_000 && counts.newArtists == 3_000)
            #expect(try await database.count("albums") == counts.newAlbums)
            let shared = """
                tracks t JOIN external_ids x ON x.entity_id = t.id AND x.kind = 'track'
                JOIN track_artists c ON c.track_id = t.id JOIN artists a ON a.id = c.artist_id
                WHERE x.value::numeric >= 3000 AND a.name = 'Artist ' || (x.value::numeric - 3000)
                """
            #expect(try await database.count(shared) == 1_000)
        }
    }

    @Test func thePlannerIsToldOfIDsThatASmallCatalogGets() async throws {
        try await withMigratedDatabase { database in
            try await database.store.load([.track(TrackRecord(ids: [spotify(1)], name: "S"))])
            try await database.store.load(
                (2..<6_000).map { .track(TrackRecord(ids: [spotify($0)], name: "S\($0)")) })
            #expect(try await database.count("pg_class WHERE relname = 'external_ids' AND reltuples > 1000") == 1)
            #expect(try await database.count("pg_stats WHERE tablename = 'external_ids' AND attname = 'kind'") == 1)
        }
    }

    @Test func idsOfAKindThatTheCatalogLackedAreNotLookedForAmongAll() async throws {
        try await withMigratedDatabase { database in
            let nameless = (0..<12_000).map { CatalogRecord.track(TrackRecord(ids: [spotify($0)], name: "S")) }
            try await database.store.load(nameless)
            let credited = (20_000..<28_000).map { number -> CatalogRecord in
                let artist = ArtistRecord(name: "A\(number)", id: spotify(number))
                return .track(TrackRecord(ids: [spotify(number)], name: "S", artists: [artist]))
            }
            try await database.store.load(credited)
            let looks = """
                (SELECT sum(idx_scan) AS scans, sum(idx_tup_read) AS read FROM pg_stat_all_indexes
                 WHERE relname = 'external_ids') AS s
                """
            try await eventually { try await database.count("\(looks) WHERE scans > 10000") == 1 }
            // Thousands of looks would pass 2,000 each, thousands 6,000.
            #expect(try await database.count("\(looks) WHERE read > 1000000") == 0)
        }
    }

    @Test func theFirstImportMakesTheIndexesThatReadersWant() async throws {
        try await withMigratedDatabase { database in
            let names = (CatalogTidying.keys + CatalogTidying.names + CatalogTidying.others).map(\.name)
            let query = "SELECT count(*) FROM pg_class WHERE relkind = 'i' AND relname = ANY(\(names))" as SQL
            let before = try await database.session().first(query) { try $0[0] as Int }
            #expect(before == 0)
            try await database.store.load(sampleRecords)
            let after = try await database.session().first(query) { try $0[0] as Int }
            #expect(after == names.count)
        }
    }

    private static func features(of id: ExternalID) -> FeaturesRecord {
        var features = AudioFeatures()
        features[.tempo] = 99
        return FeaturesRecord(track: id, provider: "spotify", features: features)
    }
}

extension PostgresStore {
    /// Imports records as a file whose batches arrive one by one.
    fileprivate func loadInBatches(_ records: [CatalogRecord]) async throws -> ImportCounts {
        let session = try await beginImport(of: ImportSource(name: "test.csv", authority: .table))
        for start in stride(from: 0, to: records.count, by: 4_096) {
            try await session.append(Array(records[start..<min(start + 4_096, records.count)]))
        }
        return try await session.commit()
    }
}
