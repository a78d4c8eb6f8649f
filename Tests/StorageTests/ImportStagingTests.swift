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

    @Test func aTrackThatIsToldOfAgainIsHeldOnce() {
        var staging = ImportStaging(holding: true)
        let track = TrackRecord(ids: [spotify(1)], name: "La femme d'argent", artists: [air], genres: ["downtempo"])
        var (features, less) = (AudioFeatures(), AudioFeatures())
        (features[.energy], features[.tempo], less[.energy]) = (0.5, 99, 0.7)
        staging.add(.track(track))
        staging.add(.features(FeaturesRecord(track: spotify(1), provider: "p", features: features)))
        for again in [track, TrackRecord(ids: [spotify(1)], name: "Other", artists: [ArtistRecord(name: "Other")])] {
            staging.add(.track(again))
            staging.add(.features(FeaturesRecord(track: spotify(1), provider: "p", features: less)))
        }
        let chunk = staging.endChunk()
        #expect(chunk.tracks.count == 1 && chunk.tracks.allSatisfy(\.isLone))
        #expect(chunk.artists.map(\.name) == ["Air", "Other"])
    }

    @Test(arguments: [
        TrackRecord(ids: [spotify(1), .isrc("FRZ059800005")]), TrackRecord(ids: [spotify(1)], name: "Title"),
        TrackRecord(ids: [spotify(1)], artists: [ArtistRecord(name: "Air")]),
        TrackRecord(ids: [spotify(1)], album: AlbumRecord(name: "Moon Safari")),
        TrackRecord(ids: [spotify(1)], released: ReleaseDate("1998")), TrackRecord(ids: [spotify(1)], duration: 1),
        TrackRecord(ids: [spotify(1)], popularity: 1), TrackRecord(ids: [spotify(1)], explicit: false),
        TrackRecord(ids: [spotify(1)], trackNumber: 1), TrackRecord(ids: [spotify(1)], discNumber: 1),
        TrackRecord(ids: [spotify(1)], genres: ["downtempo", "pop"]),
    ])
    func aTrackThatIsToldMoreOfIsHeldAgain(_ more: TrackRecord) {
        var staging = ImportStaging(holding: true)
        staging.add(.track(TrackRecord(ids: [spotify(1)], genres: more.genres.isEmpty ? [] : ["downtempo"])))
        staging.add(.track(more))
        #expect(staging.count(.track) == 2)
    }

    @Test func aChunkIsAsManyRecordsWhateverTheySay() {
        var staging = ImportStaging(holding: true)
        for _ in 0..<2_047 { staging.add(.track(TrackRecord(ids: [spotify(1)]))) }
        #expect(!staging.isChunkFull)
        staging.add(.track(TrackRecord(ids: [spotify(1)])))
        #expect(staging.isChunkFull && staging.count(.track) == 1)
        _ = staging.endChunk()
        #expect(!staging.isChunkFull)
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
