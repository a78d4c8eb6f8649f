import Catalog
import Storage
import TestSupport
import Testing

@Suite struct ImportIdentityTests {
    private func track(_ number: Int, by artists: ArtistRecord..., on album: AlbumRecord? = nil) -> CatalogRecord {
        .track(TrackRecord(ids: [spotify(number)], name: "T\(number)", artists: artists, album: album))
    }

    @Test func artistsWithoutIDsAreRecognisedByNormalizedName() async throws {
        try await withTestDatabase { store in
            let counts = try await store.load([
                track(1, by: ArtistRecord(name: "Beyonc\u{e9}")), track(2, by: ArtistRecord(name: "BEYONCE")),
                track(3, by: ArtistRecord(name: "Someone")),
            ])
            #expect(counts.newArtists == 2)
            #expect(try await store.track(spotify(1)).artists[0].id == store.track(spotify(2)).artists[0].id)
        }
    }

    @Test func anIDAttachesToTheArtistKnownByName() async throws {
        try await withTestDatabase { store in
            try await store.load([track(1, by: ArtistRecord(name: "Air"))])
            let counts = try await store.load([
                track(2, by: ArtistRecord(name: "AIR", id: spotify(50))),
                track(3, by: ArtistRecord(name: "Air", id: spotify(51))),
            ])
            #expect(counts.newArtists == 1)
            let artists = try await store.allTracks().map { $0.artists[0].id }
            #expect(artists[0] == artists[1])
            #expect(artists[0] != artists[2])
        }
    }

    @Test func inOneFileTheNamelessIDAndTheIDlessNameAreOneArtist() async throws {
        try await withTestDatabase { store in
            let records = [
                track(1, by: ArtistRecord(name: "Air")), track(2, by: ArtistRecord(name: "Air", id: spotify(50))),
                track(3, by: ArtistRecord(name: "Air", id: ExternalID(namespace: "mbid", value: "x"))),
            ]
            let created = try await store.load(records).newArtists
            #expect(created == 1)
            let isUnchanged = try await store.load(records).isUnchanged
            #expect(isUnchanged)
        }
    }

    @Test func albumsWithoutIDsAreRecognisedByTitleAndFirstArtist() async throws {
        try await withTestDatabase { store in
            let hits = AlbumRecord(name: "Greatest Hits")
            let queen = ArtistRecord(name: "Queen")
            let abba = ArtistRecord(name: "ABBA")
            let records = [
                track(1, by: queen, on: hits), track(2, by: queen, on: hits), track(3, by: abba, on: hits),
                track(4, by: abba, on: AlbumRecord(name: "Greatest Hits", id: spotify(60), artists: [abba])),
            ]
            let counts = try await store.load(records)
            #expect(counts.newAlbums == 2)
            #expect(try await store.load(records).isUnchanged)
        }
    }

    @Test func anAlbumsDateReachesItsTracksAndMarksThem() async throws {
        try await withTestDatabase { store in
            let artist = ArtistRecord(name: "A")
            try await store.load([track(1, by: artist, on: AlbumRecord(name: "B", id: spotify(60)))])
            let mark = try await store.withView { try await $0.watermark() }
            let counts = try await store.load([
                .album(AlbumRecord(name: "B", id: spotify(60), released: ReleaseDate("1971")))
            ])
            #expect(counts.changedAlbums == 1)
            #expect(try await store.track(spotify(1)).year == 1_971)
            let id = try #require(try await store.trackID(for: spotify(1)))
            #expect(try await store.withView { try await $0.changes(since: mark, limit: 10) }.changed == [id])
        }
    }

    @Test func aRenamedArtistIsFoundUnderTheNewName() async throws {
        try await withTestDatabase { store in
            try await store.load([track(1, by: ArtistRecord(name: "Prince", id: spotify(50)))])
            try await store.load([.artist(ArtistRecord(name: "The Symbol", id: spotify(50)))], .service)
            #expect(try await store.track(spotify(1)).artists[0].name == "The Symbol")
            #expect(try await store.search("the symbol", limit: 5, cursor: nil).tracks.count == 1)
            #expect(try await store.search("prince", limit: 5, cursor: nil).tracks.isEmpty)
        }
    }

    @Test func idsAreGivenInOrderOfArrivalWithoutHoles() async throws {
        try await withTestDatabase { store in
            try await store.load((1...5).map { track($0, by: ArtistRecord(name: "A")) })
            try await store.load((3...8).map { track($0, by: ArtistRecord(name: "A")) })
            let tracks = try await store.allTracks()
            #expect(tracks.map(\.id.rawValue) == Array(1...8))
            #expect(tracks.map(\.name) == (1...8).map { "T\($0)" })
        }
    }
}
