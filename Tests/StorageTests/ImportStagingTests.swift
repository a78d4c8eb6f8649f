import Catalog
import Testing

@testable import Storage

@Suite struct ImportStagingTests {
    private let air = ArtistRecord(name: "Air")

    @Test func repeatedArtistsAndAlbumsAreStagedOnce() {
        var staging = ImportStaging()
        let album = AlbumRecord(name: "Moon Safari", artists: [air])
        for number in 0..<10 {
            staging.add(.track(TrackRecord(ids: [spotify(number)], artists: [air], album: album)))
        }
        #expect(staging.count(.artist) == 1)
        #expect(staging.count(.album) == 1)
        #expect(staging.count(.track) == 10)
    }

    @Test func anAlbumOfAnotherFirstArtistIsAnotherAlbum() {
        var staging = ImportStaging()
        let hits = AlbumRecord(name: "Greatest Hits")
        staging.add(.track(TrackRecord(ids: [spotify(1)], artists: [air], album: hits)))
        staging.add(.track(TrackRecord(ids: [spotify(2)], artists: [ArtistRecord(name: "ABBA")], album: hits)))
        #expect(staging.count(.album) == 2)
    }

    @Test func namelessThingsAreNotStaged() {
        var staging = ImportStaging()
        staging.add(.artist(ArtistRecord(name: "\0")))
        staging.add(.album(AlbumRecord(name: "", released: ReleaseDate("1999"))))
        staging.add(.features(FeaturesRecord(track: spotify(1), provider: "p", features: AudioFeatures())))
        for table in StagingTable.allCases { #expect(staging.count(table) == 0) }
    }

    @Test func memoryIsBoundedByHandingOutFullBuffers() throws {
        var staging = ImportStaging()
        var number = 0
        while staging.nextFull() == nil {
            staging.add(.track(TrackRecord(ids: [spotify(number)], name: String(repeating: "x", count: 100))))
            number += 1
            try #require(number < 100_000)
        }
        #expect(number > 1_000)
        #expect(staging.nextRemaining() == nil)
        staging.add(.track(TrackRecord(ids: [spotify(1)])))
        let remaining = staging.nextRemaining()
        let (table, bytes) = try #require(remaining)
        #expect(table == .track)
        #expect(bytes.prefix(6) == Array("PGCOPY".utf8)[...])
        #expect(staging.nextRemaining() == nil)
    }

    @Test func everyTableSaysWhatItHoldsAndJoinsOn() {
        for table in StagingTable.allCases {
            for key in table.keys.split(separator: ", ") { #expect(table.columns.contains("\(key) ")) }
        }
    }
}
