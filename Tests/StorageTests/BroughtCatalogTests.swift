import Catalog
import Postgres
import TestSupport
import Testing

@testable import Storage

/// Chunks of an import into an empty catalog know what those before them brought as the database knows it.
@Suite struct BroughtCatalogTests {
    /// How little later rows say of what earlier ones brought.
    enum Gaps: CaseIterable {
        /// Nothing new, so that everything is remembered.
        case none
        /// More of some tracks and albums, so that the database merges what follows.
        case late
        /// Other ids of some tracks.
        case ids
    }

    @Test(arguments: Gaps.allCases) func chunksFindWhatOthersBrought(_ gaps: Gaps) async throws {
        try await withMigratedDatabase { straight in
            try await withMigratedDatabase { asked in
                var random = SplitMix64(seed: 24)
                let table = Self.table(of: 9_000, gaps, &random)
                // With something in the catalog everything is looked up.
                try await asked.store.load([.track(TrackRecord(ids: [spotify(99_999)]))])
                let (counts, expected) = (try await straight.store.load(table), try await asked.store.load(table))
                #expect(counts.newTracks == expected.newTracks && counts.newArtists == expected.newArtists)
                #expect(counts.newAlbums == expected.newAlbums && counts.features == expected.features)
                let (found, wanted) = (try await Self.contents(straight), try await Self.contents(asked))
                #expect(found.count > 1_000 && found == wanted)
                let again = try await straight.store.load(table)
                #expect(again.isUnchanged)
            }
        }
    }

    /// Artists and albums that come again all the time, with ids and without, some of one name; tracks that come again in
    /// later chunks.
    private static func table(of rows: Int, _ gaps: Gaps, _ random: inout SplitMix64) -> [CatalogRecord] {
        (0..<rows).flatMap { row -> [CatalogRecord] in
            let track = row % 7 == 6 ? Int.random(in: 0..<row, using: &random) / 7 * 7 : row
            let artist = Int.random(in: 0..<400, using: &random)
            let isNamed = artist % 3 == 0
            let artists = [
                ArtistRecord(name: "Artist \(artist / 2)", id: isNamed ? spotify(20_000 + artist) : nil),
                ArtistRecord(name: "Guest \(artist % 5)"),
            ]
            let (album, isComplete) = (Int.random(in: 0..<600, using: &random), gaps != .late || row < rows / 2)
            let record = AlbumRecord(
                name: "Album \(album / 2)", id: album % 2 == 0 ? spotify(30_000 + album) : nil,
                released: isComplete || album % 5 > 0 ? ReleaseDate("20\(10 + album % 10)") : nil, artists: artists)
            var features = AudioFeatures()
            features[.energy] = Float(track % 100) / 100
            if gaps == .late, row > rows / 2, row % 50 == 0 { features[.tempo] = 120 }
            let ids = [spotify(track)] + (gaps == .ids && track % 40 == 0 ? [spotify(40_000 + track)] : [])
            return [
                .track(
                    TrackRecord(
                        ids: ids, name: "Song \(track)", artists: artists, album: record,
                        duration: gaps == .late && row < rows / 2 && row % 9 == 0 ? nil : 1_000 + track)),
                .features(FeaturesRecord(track: ids[0], provider: "spotify", features: features)),
            ]
        }
    }

    /// What there is, by external ids and names.
    private static func contents(_ database: TestDatabase) async throws -> [String] {
        try await database.session().rows(
            """
            SELECT concat_ws('|', x.namespace, x.value, t.name, t.duration_ms, t.search_text, b.name, b.released, p.name,
                f.energy, f.tempo, (
                    SELECT string_agg(concat(a.name, ':', y.value), ',' ORDER BY c.position, y.value)
                    FROM track_artists c JOIN artists a ON a.id = c.artist_id
                    LEFT JOIN external_ids y ON y.kind = 'artist' AND y.entity_id = a.id WHERE c.track_id = t.id),
                (SELECT string_agg(z.value, ',' ORDER BY z.value) FROM external_ids z
                 WHERE z.kind = 'album' AND z.entity_id = b.id))
            FROM external_ids x JOIN tracks t ON t.id = x.entity_id LEFT JOIN albums b ON b.id = t.album_id
            LEFT JOIN artists p ON p.id = b.artist_id LEFT JOIN audio_features f ON f.track_id = t.id
            WHERE x.kind = 'track' AND x.value <> \(spotify(99_999).value) ORDER BY 1
            """
        ) { try $0[0] }
    }

    @Test func whatIsForgottenIsStillToldFromWhatIsNew() {
        var brought = BroughtCatalog()
        let artists = (0..<500).map { number in
            StagedArtist(no: Int32(number), record: ArtistRecord(name: "A\(number)"), name: "A\(number)")
        }
        brought.rows?.add(artists, first: 7, named: [(spotify(1), .fresh(0)), (spotify(2), .stored(3))])
        let one = AlbumResolution.Values(name: "One", key: "one", artist: 7)
        brought.rows?.add([one], first: 1, named: [(spotify(3), .fresh(0))])
        #expect(brought.rows?.known(.artist, [spotify(2), spotify(9), spotify(1)]).map(\.id) == [3, 7])
        #expect(brought.rows?.artists(named: ["a4", "b"], namespace: "spotify").map(\.id) == [11])
        #expect(brought.rows?.artists(named: ["a0", "a1"], namespace: "spotify").map(\.isTaken) == [true, false])
        #expect(brought.rows?.albums(titled: [.init(key: "one", artist: 7)]).map(\.id) == [1])
        #expect(brought.rows?.hasAll([1: one]) == true)
        #expect(brought.rows?.hasAll([1: .init(name: "One", released: "1999")]) == false)
        let composed = "\u{451}"
        let accented = StagedArtist(no: 0, record: ArtistRecord(name: composed), name: composed)
        brought.rows?.add([accented], first: 600, named: [])
        brought.rows?.add([.init(key: composed, artist: 7)], first: 2, named: [])
        for (text, ids) in [(composed, [600, 2]), ("\u{435}\u{308}", [])] as [(String, [Int64])] {
            let artists = brought.rows?.artists(named: [text], namespace: "spotify").map(\.id)
            let albums = brought.rows?.albums(titled: [.init(key: text, artist: 7)]).map(\.id)
            #expect((artists ?? []) + (albums ?? []) == ids, "by bytes, as the database does")
        }
        brought.makeRoom()
        #expect(brought.rows?.count == 506)
        brought.forget()
        #expect(brought.rows == nil)
        let names = (0..<1_500).map { brought.insert(.artist("a\($0)")) }
        #expect(names.prefix(500).allSatisfy { $0 } && names.count { $0 } < 505)
        let (artist, album, track) = (
            brought.insert(.id(.artist, spotify(1))), brought.insert(.id(.album, spotify(3))),
            brought.insert(.id(.track, spotify(1)))
        )
        #expect(artist && album && !track)
        let title = brought.insert(.album(.init(key: "one", artist: 7)))
        #expect(title)
    }

    @Test func aSecondSessionIsOnlyWhatWasOpened() async throws {
        try await withMigratedDatabase { database in
            let first = try await database.session()
            let second = SecondSession(database.configuration)
            #expect(await second.orElse(first) === first)
            let opened = try await second.open().value
            let (chosen, again) = (await second.orElse(first), try await second.open().value)
            #expect(chosen === opened && opened !== first && again === opened)
        }
    }
}
