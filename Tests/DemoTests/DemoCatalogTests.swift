import Catalog
import Demo
import Testing

@Suite struct DemoCatalogTests {
    private func records(_ tracks: Int, _ playlists: Int, seed: UInt64 = 1) -> [CatalogRecord] {
        DemoCatalog(tracks: tracks, playlists: playlists, seed: seed).flatMap(\.self)
    }

    private func tracks(_ records: [CatalogRecord]) -> [TrackRecord] {
        records.compactMap { if case .track(let track) = $0 { track } else { nil } }
    }

    private func features(_ records: [CatalogRecord]) -> [FeaturesRecord] {
        records.compactMap { if case .features(let features) = $0 { features } else { nil } }
    }

    @Test func theSeedAloneDecides() {
        #expect(records(500, 10) == records(500, 10))
        #expect(records(500, 10) != records(500, 10, seed: 2))
    }

    @Test(arguments: [0, 1, 2, 14, 99, 100, 101, 777])
    func thereAreAsManyTracksAsAsked(count: Int) {
        let records = records(count, 5)
        let tracks = tracks(records)
        #expect(tracks.count == count)
        #expect(Set(tracks.flatMap(\.ids)).count == count)
        let playlists = records.filter { if case .playlist = $0 { true } else { false } }
        #expect(playlists.count == (count == 0 ? 0 : 5))
    }

    @Test func everythingSaysThatItIsSynthetic() {
        for record in records(300, 5) {
            switch record {
            case .track(let track):
                #expect(track.ids.allSatisfy { $0.namespace == "demo" })
                #expect(track.album?.id?.namespace == "demo")
                #expect(track.album?.name?.hasSuffix(" (demo)") == true)
                #expect(track.artists.allSatisfy { $0.id?.namespace == "demo" })
            case .features(let features): #expect(features.provider == "demo")
            case .playlist(let playlist):
                #expect(playlist.name?.hasPrefix("Demo: ") == true)
                #expect(playlist.owner == "synthetic demo")
            case .playlistEntry(let entry): #expect(entry.playlist.namespace == "demo")
            default: Issue.record("a demo catalog has no such record")
            }
        }
    }

    @Test func everyValueIsWithinItsRange() {
        let records = records(5_000, 0)
        for record in features(records) {
            for feature in AudioFeature.allCases {
                guard let value = record.features[feature] else { continue }
                #expect(feature.range.contains(value) && !feature.isUndetected(value))
            }
        }
        for track in tracks(records) {
            #expect((0...100).contains(track.popularity ?? -1))
            #expect((1_950...2_025).contains(track.album?.released?.year ?? 2_000))
            let (number, total) = (track.trackNumber ?? 0, track.album?.totalTracks ?? 0)
            #expect(number >= 1 && number <= total)
        }
    }

    @Test func holesAreSmallAndReal() {
        let records = records(5_000, 0)
        let all = features(records)
        #expect((4_800..<5_000).contains(all.count))
        let keyless = all.filter { $0.features[.key] == nil }.count
        #expect((50..<300).contains(keyless))
        let undated = tracks(records).filter { $0.album?.released == nil }.count
        #expect((10..<300).contains(undated))
    }

    @Test func namesOfArtistsAreTheirOwn() {
        var names: [ExternalID: String] = [:]
        for track in tracks(records(20_000, 0)) {
            for artist in track.artists {
                if let id = artist.id { names[id] = artist.name }
            }
        }
        #expect(names.count == 2_200)
        #expect(Set(names.values).count == names.count)
    }

    @Test func albumsKeepTheirNameAndDate() {
        var albums: [ExternalID: AlbumRecord] = [:]
        for track in tracks(records(2_000, 0)) {
            guard let album = track.album, let id = album.id else { continue }
            #expect(albums[id, default: album] == album)
            albums[id] = album
        }
        #expect(albums.count > 200)
    }

    @Test func popularityIsHeavyTailed() {
        let popularity = tracks(records(20_000, 0)).compactMap(\.popularity).sorted()
        #expect(popularity[10_000] < 20)
        #expect(popularity[19_900] > 60)
    }

    @Test func playlistsHaveDistinctTracksOfTheCatalogInOrder() {
        var entries: [ExternalID: [PlaylistEntryRecord]] = [:]
        var totals: [ExternalID: Int] = [:]
        let records = records(3_000, 50)
        let known = Set(tracks(records).flatMap(\.ids))
        for record in records {
            if case .playlist(let playlist) = record { totals[playlist.id] = playlist.total }
            if case .playlistEntry(let entry) = record { entries[entry.playlist, default: []].append(entry) }
        }
        #expect(entries.count == 50)
        for (id, entries) in entries {
            #expect(entries.map(\.position) == Array(0..<entries.count))
            #expect(Set(entries.map(\.track)).count == entries.count)
            #expect(entries.allSatisfy { known.contains($0.track) })
            #expect(totals[id] == entries.count)
            #expect(entries.count >= 10)
        }
    }

    @Test func aMillionTracksComeInSmallBatches() {
        var largest = 0
        var count = 0
        for batch in DemoCatalog(tracks: 1_000_000, playlists: 200_000).prefix(20) {
            largest = max(largest, batch.count)
            count += batch.count
        }
        #expect(count >= 20_000)
        #expect(largest < 1_200)
    }
}
