import Catalog
import Postgres
import Storage
import TestSupport
import Testing

@Suite struct EntityLookupTests {
    private func track(
        _ number: Int, by artists: [ArtistRecord], on album: AlbumRecord? = nil, popularity: Int? = nil,
        place: Int? = nil, genres: [String] = []
    ) -> CatalogRecord {
        .track(
            TrackRecord(
                ids: [spotify(number)], name: "Song \(number)", artists: artists, album: album, popularity: popularity,
                trackNumber: place, discNumber: place == nil ? nil : 1, genres: genres))
    }

    private func entry(_ track: Int, in playlist: Int) -> CatalogRecord {
        .playlistEntry(PlaylistEntryRecord(playlist: spotify(playlist), track: spotify(track)))
    }

    private func numbers(
        _ kind: EntityReference.Kind, _ id: ExternalID, limit: Int = 100, _ store: PostgresStore
    ) async throws -> [Int]? {
        try await numbers(EntityReference(kind: kind, id: id), limit: limit, store)
    }

    /// The numbers of the tracks that a reference stands for.
    private func numbers(
        _ reference: EntityReference, limit: Int = 100, _ store: PostgresStore
    ) async throws -> [Int]? {
        guard let ids = try await store.tracks(of: reference, limit: limit) else { return nil }
        let tracks = try await store.withView { try await $0.tracks(ids) }
        let values = Dictionary(uniqueKeysWithValues: tracks.map { ($0.id, Int($0.externalIDs[0].value) ?? -1) })
        return ids.compactMap { values[$0] }
    }

    private let first = ArtistRecord(name: "First", id: spotify(901), genres: ["shoegaze"])
    private let second = ArtistRecord(name: "Second", id: spotify(902))

    @Test func anArtistStandsForTheTracksThatNameItFirstMostPopularThenMostListed() async throws {
        try await withTestDatabase { store in
            try await store.load(
                [
                    track(1, by: [first], popularity: 10), track(2, by: [first]), track(3, by: [first], popularity: 70),
                    track(4, by: [second, first], popularity: 99), track(5, by: [first], popularity: 10),
                    entry(5, in: 700), entry(5, in: 701), entry(1, in: 700),
                ])
            #expect(try await numbers(.artist, spotify(901), store) == [3, 5, 1, 2])
            #expect(try await numbers(.artist, spotify(901), limit: 2, store) == [3, 5])
            #expect(try await numbers(.artist, spotify(902), store) == [4])
        }
    }

    @Test func anAlbumStandsForItsTracksInOrder() async throws {
        try await withTestDatabase { store in
            let album = AlbumRecord(name: "Album", id: spotify(800), artists: [first])
            try await store.load([
                track(1, by: [first], on: album, place: 3), track(2, by: [first], on: album, place: 1),
                track(3, by: [first], on: album), track(4, by: [first]), track(5, by: [first], on: album, place: 2),
            ])
            #expect(try await numbers(.album, spotify(800), store) == [2, 5, 1, 3])
        }
    }

    @Test func aTagStandsForTheTracksOfItsGenreMostPopularFirst() async throws {
        try await withTestDatabase { store in
            try await store.load([
                track(1, by: [second], popularity: 5, genres: ["pop", "dream pop"]),
                track(2, by: [second], popularity: 50, genres: ["dream pop"]), track(3, by: [second], genres: ["pop"]),
            ])
            #expect(try await numbers(.tag("Dream Pop"), store) == [2, 1])
            #expect(try await numbers(.tag("pop"), limit: 1, store) == [1])
            #expect(try await numbers(.tag("dream"), store) == nil)
        }
    }

    @Test func aTagThatOnlyArtistsHaveStandsForTheirTracks() async throws {
        try await withTestDatabase { store in
            try await store.load([
                track(1, by: [first]), track(2, by: [second, first]), track(3, by: [first], popularity: 1),
            ])
            #expect(try await numbers(.tag("shoegaze"), store) == [3, 1])
        }
    }

    @Test(arguments: EntityReference.Kind.allCases)
    func whatTheCatalogDoesNotHaveIsNil(_ kind: EntityReference.Kind) async throws {
        try await withTestDatabase { store in
            try await store.load(sampleRecords)
            for id in [
                spotify(999), ExternalID(namespace: "x", value: "a\u{0}b"), ExternalID(namespace: "segue", value: "0"),
            ] {
                #expect(try await store.tracks(of: EntityReference(kind: kind, id: id), limit: 5) == nil)
            }
        }
    }

    @Test func internalIDsNameEntitiesOfEveryKind() async throws {
        try await withTestDatabase { store in
            try await store.load([
                track(1, by: [first], on: AlbumRecord(name: "Album", artists: [first])), entry(1, in: 700),
            ])
            let kinds = EntityReference.Kind.allCases.filter { $0 != .tag }
            for kind in kinds {
                let found = try await numbers(kind, ExternalID(namespace: "segue", value: "1"), store)
                #expect(found == [1], "\(kind)")
            }
        }
    }

    @Test func indexesAnswerWithoutReadingTheCatalog() async throws {
        try await withMigratedDatabase { database in
            try await database.store.load(sampleRecords)
            let session = try await database.session()
            // So few rows are read faster than looked up, so the planner is told not to.
            try await session.execute("SET enable_seqscan = off")
            let expected = [
                "tracks_album": "SELECT id FROM tracks WHERE album_id = 1",
                "track_artists_first": "SELECT track_id FROM track_artists WHERE artist_id = 1 AND position = 0",
                "tracks_genres": "SELECT id FROM tracks WHERE genres @> ARRAY['pop'] AND genres <> '{}'",
                "artists_genres": "SELECT id FROM artists WHERE genres @> ARRAY['pop'] AND genres <> '{}'",
            ]
            for (index, query) in expected {
                let plan = try await session.rows("EXPLAIN \(unsafeRaw: query)") { try $0[0] as String }
                #expect(plan.contains { $0.contains(index) }, "\(plan)")
            }
        }
    }

    @Test func anArtistIsCreditedUnderItsPublicID() async throws {
        try await withTestDatabase { store in
            try await store.load([track(1, by: [first, ArtistRecord(name: "Nameless")])])
            let artists = try await store.track(spotify(1)).artists
            #expect(artists.map(\.publicID) == [spotify(901), nil])
            #expect(artists.map(\.name) == ["First", "Nameless"])
        }
    }
}
