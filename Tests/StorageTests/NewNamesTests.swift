import Catalog
import Postgres
import TestSupport
import Testing

@testable import Storage

/// Artists and albums that go straight into the catalog are resolved as the database resolves those that it merges.
@Suite struct NewNamesTests {
    @Test func bothWaysOfTakingNamesInEndTheSame() async throws {
        try await withMigratedDatabase { straight in
            try await withMigratedDatabase { merged in
                var random = SplitMix(seed: 20)
                try await merged.store.load(Self.merging(-1))
                // The first is of an empty catalog, the others find more and more of what they bring.
                for round in 0..<12 {
                    let records = Self.records(using: &random, from: round * 100)
                    let counts = try await straight.store.load(records)
                    try await merged.session().execute("UPDATE albums SET released = NULL WHERE name = 'Settled'")
                    let others = try await merged.store.load(Self.merging(round) + records)
                    #expect(counts.newArtists == others.newArtists && counts.newAlbums == others.newAlbums, "\(round)")
                    let (names, otherNames) = (try await straight.names(), try await merged.names())
                    #expect(names == otherNames, "round \(round)")
                    let before = try await straight.checksums()
                    let again = try await straight.store.load(records)
                    let after = try await straight.checksums()
                    #expect(again.isUnchanged && after == before, "round \(round)")
                }
            }
        }
    }

    /// An artist and an album that the catalog has with less, so that the whole chunk is merged by the database.
    private static func merging(_ round: Int) -> [CatalogRecord] {
        [
            .artist(ArtistRecord(name: "Settled", genres: ["genre \(round)"])),
            .album(AlbumRecord(name: "Settled", released: ReleaseDate("2000"))),
        ]
    }

    private static func records(using random: inout SplitMix, from first: Int) -> [CatalogRecord] {
        (0..<60).map { number in
            let artists = (0..<Int.random(in: 1...2, using: &random)).map { _ in artist(using: &random) }
            return .track(
                TrackRecord(
                    ids: [spotify(1_000 + first + number)], name: "Song \(number)", artists: artists,
                    album: Bool.random(using: &random) ? album(using: &random, of: artists) : nil))
        }
    }

    private static func artist(using random: inout SplitMix) -> ArtistRecord {
        let name = ["Air", "AIR", "Beyoncé", "Beyonce", "Can", "Daft Punk", "Eels"].randomElement(using: &random) ?? ""
        let id = Int.random(in: 0..<20, using: &random)
        return ArtistRecord(name: name, id: id < 9 ? spotify(500 + id) : nil)
    }

    private static func album(using random: inout SplitMix, of artists: [ArtistRecord]) -> AlbumRecord {
        let title = ["Hits", "HITS", "Live", "One"].randomElement(using: &random)
        let id = Int.random(in: 0..<16, using: &random)
        let released = [nil, "2001", "2002-05"].randomElement(using: &random) ?? nil
        return AlbumRecord(
            name: title, id: id < 6 ? spotify(700 + id) : nil, released: released.flatMap { ReleaseDate($0) },
            artists: Bool.random(using: &random) ? [artist(using: &random)] : [])
    }

    @Test func anIdOfANameGoesToTheArtistWhoHasNone() async throws {
        try await withTestDatabase { store in
            try await store.load([Self.track(1, ArtistRecord(name: "Air"))])
            let counts = try await store.load([
                Self.track(2, ArtistRecord(name: "Air", id: spotify(51))),
                Self.track(3, ArtistRecord(name: "Air", id: spotify(52))), Self.track(4, ArtistRecord(name: "AIR")),
            ])
            #expect(counts.newArtists == 1 && counts.changedArtists == 0)
            let ids = try await [1, 2, 3, 4].asyncMap { try await store.track(spotify($0)).artists.first?.id.rawValue }
            #expect(ids[0] == ids[1] && ids[2] != ids[0] && ids[3] == ids[0])
        }
    }

    @Test func whatIsNewOfAKnownAlbumFillsIt() async throws {
        try await withMigratedDatabase { database in
            let (bare, dated) = (AlbumRecord(name: "One"), AlbumRecord(name: "One", released: ReleaseDate("1999")))
            try await database.store.load([Self.track(1, ArtistRecord(name: "Air"), bare)])
            let counts = try await database.store.load([Self.track(2, ArtistRecord(name: "Air"), dated)])
            #expect(counts.newAlbums == 0 && counts.changedAlbums == 1)
            #expect(try await database.count("albums WHERE released = '1999'") == 1)
        }
    }

    private static func track(_ number: Int, _ artist: ArtistRecord, _ album: AlbumRecord? = nil) -> CatalogRecord {
        .track(TrackRecord(ids: [spotify(number)], name: "Song \(number)", artists: [artist], album: album))
    }

    @Test func albumsAndArtistsThatGoTakeTheReferencesToThemAlong() async throws {
        try await withMigratedDatabase { database in
            let album = AlbumRecord(name: "One", artists: [ArtistRecord(name: "Air")])
            try await database.store.load([Self.track(1, ArtistRecord(name: "Air"), album)])
            let session = try await database.session()
            try await session.execute("DELETE FROM artists")
            #expect(try await database.count("albums WHERE artist_id IS NULL") == 1)
            try await session.execute("DELETE FROM albums")
            #expect(try await database.count("tracks WHERE album_id IS NULL") == 1)
        }
    }

    @Test func theFilterKnowsWhatItWasTold() {
        var filter = BroughtFilter()
        #expect((0..<5_000).count { filter.insert(.id(.track, spotify($0))) } < 5)
        #expect((0..<5_000).allSatisfy { filter.insert(.id(.track, spotify($0))) })
        #expect((0..<5_000).count { filter.insert(.id(.album, spotify($0))) } < 5)
        #expect(!filter.insert(.artist("air")) && filter.insert(.artist("air")))
        #expect(
            !filter.insert(.album(.init(key: "air", artist: 1))) && !filter.insert(.album(.init(key: "air", artist: 2)))
        )
    }

    @Test func nothingTravelsOnAfterARollback() async throws {
        try await withMigratedDatabase { database in
            let pending = try await database.store.beginImport(of: ImportSource(name: "t", authority: .table))
            let tracks = (0..<40_000).map { CatalogRecord.track(TrackRecord(ids: [spotify($0)], name: "S\($0)")) }
            for start in stride(from: 0, to: tracks.count, by: 4_000) {
                try await pending.append(Array(tracks[start..<(start + 4_000)]))
            }
            await pending.cancel()
            #expect(try await database.count("tracks") == 0)
            #expect(try await database.count("external_ids") == 0)
        }
    }
}

/// The generator of Steele, Lea and Flood, "Fast splittable pseudorandom number generators", so that failures come again.
private struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}

extension Array where Element: Sendable {
    fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await body(element)) }
        return values
    }
}

extension TestDatabase {
    /// Who there is and who made what, by order instead of ids, apart from what only one way needs.
    fileprivate func names() async throws -> [String] {
        try await session().rows(
            """
            SELECT line FROM (
                SELECT 'artist ' || a.name || ' ' || coalesce((SELECT string_agg(value, ',' ORDER BY value)
                    FROM external_ids WHERE kind = 'artist' AND entity_id = a.id), '') AS line
                FROM artists a WHERE a.name <> 'Settled'
                UNION ALL
                SELECT 'album ' || coalesce(b.name, '') || ' ' || coalesce(b.released, '') || ' '
                    || coalesce((SELECT a.name || ' ' || (SELECT count(*) FROM artists o WHERE o.name = a.name AND o.id < a.id)
                        FROM artists a WHERE a.id = b.artist_id), '') || ' '
                    || coalesce((SELECT string_agg(value, ',' ORDER BY value)
                    FROM external_ids WHERE kind = 'album' AND entity_id = b.id), '')
                FROM albums b WHERE b.name IS DISTINCT FROM 'Settled'
                UNION ALL
                SELECT 'track ' || x.value || ' ' || (SELECT count(*) FROM albums o
                        WHERE o.id < t.album_id AND o.name IS DISTINCT FROM 'Settled') || ' '
                    || (SELECT string_agg(a.name || (SELECT count(*) FROM artists o WHERE o.name = a.name AND o.id < a.id), ','
                        ORDER BY c.position) FROM track_artists c JOIN artists a ON a.id = c.artist_id WHERE c.track_id = t.id)
                FROM tracks t JOIN external_ids x ON x.kind = 'track' AND x.entity_id = t.id
            ) AS lines ORDER BY line
            """
        ) { try $0[0] as String }
    }
}
