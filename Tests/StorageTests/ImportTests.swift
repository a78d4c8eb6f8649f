import Catalog
import Storage
import TestSupport
import Testing

@Suite struct ImportTests {
    @Test func everythingThatARecordSaysIsStored() async throws {
        try await withTestDatabase { store in
            let counts = try await store.load(sampleRecords)
            var expected = ImportCounts()
            (expected.newTracks, expected.newArtists, expected.newAlbums, expected.newPlaylists) = (40, 3, 2, 2)
            (expected.newEntries, expected.features, expected.analyses, expected.savedTracks) = (50, 40, 1, 5)
            #expect(counts == expected)
            let track = try await store.track(spotify(6))
            #expect(track.externalIDs == [spotify(6), .isrc("USAAA1600016")])
            #expect(track.name == "Song 6")
            #expect(track.artists.map(\.name) == ["Beyonc\u{e9}", "Jack White"])
            #expect(track.album == "Lemonade")
            #expect(track.year == 2_016)
            #expect(track.duration == 200_006)
            #expect(track.popularity == 6)
            #expect(track.explicit == true)
            #expect(track.genres == ["pop"])
            #expect(track.features[.tempo] == 120)
            #expect(track.features[.energy] == 0.5)
            #expect(track.features[.valence] == nil)
            #expect(track.playlistCount == 2)
            #expect(track.structure == nil)
            #expect(try await store.track(spotify(3)).structure?.timbreMean[11] == 11.0 / 7)
            #expect(try await store.allTracks().map(\.id.rawValue) == Array(1...40))
        }
    }

    @Test(arguments: [ImportSource.Authority.table, .service])
    func importingTwiceRewritesNotOneRow(authority: ImportSource.Authority) async throws {
        try await withMigratedDatabase { database in
            try await database.store.load(sampleRecords, authority)
            let before = try await database.checksums()
            let counts = try await database.store.load(sampleRecords, authority)
            #expect(counts.isUnchanged)
            #expect(try await database.checksums() == before)
        }
    }

    @Test func orderInsideAFileDoesNotMatter() async throws {
        try await withTestDatabase { store in
            let counts = try await store.load(sampleRecords.reversed())
            #expect(counts.newTracks == 40)
            #expect(counts.unresolved == 0)
            #expect(counts.newEntries == 50)
            #expect(try await store.track(spotify(6)).features[.tempo] == 120)
        }
    }

    @Test func recordsAboutUnknownTracksAreCounted() async throws {
        try await withTestDatabase { store in
            var features = AudioFeatures()
            features[.energy] = 1
            let counts = try await store.load([
                .features(FeaturesRecord(track: spotify(1), provider: "spotify", features: features)),
                .savedTrack(SavedTrackRecord(track: spotify(2))),
                .playlistEntry(PlaylistEntryRecord(playlist: spotify(3), track: spotify(4))),
            ])
            #expect(counts.unresolved == 3)
            #expect(counts.features + counts.savedTracks + counts.newEntries == 0)
        }
    }

    @Test func aTableFillsWhatIsMissingAndReplacesNothing() async throws {
        try await withTestDatabase { store in
            let id = spotify(1)
            try await store.load([.track(TrackRecord(ids: [id], name: "First", popularity: 10))])
            let counts = try await store.load([
                .track(TrackRecord(ids: [id], name: "Second", duration: 5, popularity: 20, genres: ["rock"]))
            ])
            #expect(counts.changedTracks == 1)
            let track = try await store.track(id)
            #expect(track.name == "First")
            #expect(track.popularity == 10)
            #expect(track.duration == 5)
            #expect(track.genres == ["rock"])
        }
    }

    @Test func aServiceReplacesWhatItGives() async throws {
        try await withTestDatabase { store in
            let id = spotify(1)
            let old = ArtistRecord(name: "Old")
            try await store.load([.track(TrackRecord(ids: [id], name: "First", artists: [old], duration: 5))])
            try await store.load(
                [.track(TrackRecord(ids: [id], name: "Second", artists: [ArtistRecord(name: "New")]))], .service)
            let track = try await store.track(id)
            #expect(track.name == "Second")
            #expect(track.artists.map(\.name) == ["New"])
            #expect(track.duration == 5)
            #expect(try await store.search("second new", limit: 5, cursor: nil).tracks.map(\.id) == [track.id])
            #expect(try await store.search("old", limit: 5, cursor: nil).tracks.isEmpty)
        }
    }

    @Test func featuresSettleOneByOneForEachProvider() async throws {
        try await withTestDatabase { store in
            func record(_ provider: String, _ values: [AudioFeature: Float]) -> CatalogRecord {
                var features = AudioFeatures()
                for (feature, value) in values { features[feature] = value }
                return .features(FeaturesRecord(track: spotify(1), provider: provider, features: features))
            }
            try await store.load([
                .track(TrackRecord(ids: [spotify(1)])), record("zeta", [.energy: 0.9]), record("alpha", [.energy: 0.1]),
            ])
            #expect(try await store.track(spotify(1)).features[.energy] == 0.1)
            try await store.load([record("spotify", [.energy: 0.4])])
            let counts = try await store.load([record("spotify", [.energy: 0.5, .valence: 0.6])])
            #expect(counts.features == 1)
            #expect(counts.changedTracks == 1)
            #expect(try await store.track(spotify(1)).features[.energy] == 0.4)
            #expect(try await store.track(spotify(1)).features[.valence] == 0.6)
            try await store.load([record("spotify", [.energy: 0.7])], .service)
            #expect(try await store.track(spotify(1)).features[.energy] == 0.7)
            #expect(try await store.track(spotify(1)).features[.valence] == 0.6)
        }
    }

    @Test func repeatedRowsOfATrackAreMerged() async throws {
        try await withTestDatabase { store in
            let counts = try await store.load([
                .track(TrackRecord(ids: [spotify(1)], name: "A", genres: ["pop"])),
                .track(TrackRecord(ids: [spotify(1)], name: "B", popularity: 7, genres: ["rap", "pop"])),
            ])
            #expect(counts.newTracks == 1)
            let track = try await store.track(spotify(1))
            #expect(track.name == "A")
            #expect(track.popularity == 7)
            #expect(track.genres == ["pop", "rap"])
        }
    }

    @Test func theFirstAudioFeaturesOfATrackCountUnderWhicheverIDTheyCome() async throws {
        try await withTestDatabase { store in
            let code = ExternalID.isrc("USAAA1600010")
            try await store.load([.track(TrackRecord(ids: [spotify(1), code]))])
            let said: [(ExternalID, AudioFeature, Float)] = [
                (spotify(1), .energy, 0.1), (code, .tempo, 99), (spotify(1), .tempo, 120), (spotify(1), .energy, 0.2),
            ]
            try await store.load(
                said.flatMap { id, feature, value in
                    var features = AudioFeatures()
                    features[feature] = value
                    return [
                        CatalogRecord.track(TrackRecord(ids: [id])),
                        .features(FeaturesRecord(track: id, provider: "p", features: features)),
                    ]
                })
            let features = try await store.track(spotify(1)).features
            #expect(features[.energy] == 0.1 && features[.tempo] == 99)
        }
    }

    @Test func theFirstTrackKeepsAnISRC() async throws {
        try await withTestDatabase { store in
            let code = ExternalID.isrc("USAAA1600010")
            try await store.load((1...3).map { .track(TrackRecord(ids: [spotify($0), code])) })
            #expect(try await store.trackID(for: code) == store.trackID(for: spotify(1)))
            #expect(try await store.track(spotify(2)).externalIDs == [spotify(2)])
        }
    }

    @Test func anotherIDOfAKnownTrackIsAddedToIt() async throws {
        try await withTestDatabase { store in
            let mbid = ExternalID(namespace: "mbid", value: "m-1")
            try await store.load([.track(TrackRecord(ids: [spotify(1)], name: "A"))])
            let counts = try await store.load([.track(TrackRecord(ids: [mbid, spotify(1)], duration: 9))])
            #expect(counts.newTracks == 0)
            #expect(counts.changedTracks == 1)
            #expect(try await store.track(mbid).duration == 9)
            #expect(try await store.track(spotify(1)).externalIDs == [spotify(1), mbid])
        }
    }

    @Test func recordsThatNameEachOtherInOneFileAreOneTrack() async throws {
        try await withTestDatabase { store in
            let mbid = ExternalID(namespace: "mbid", value: "m-1")
            let records: [CatalogRecord] = [
                .track(TrackRecord(ids: [mbid, spotify(1)], duration: 9)),
                .track(TrackRecord(ids: [spotify(1)], name: "A")),
            ]
            let created = try await store.load(records).newTracks
            #expect(created == 1)
            let isUnchanged = try await store.load(records).isUnchanged
            #expect(isUnchanged)
            #expect(try await store.trackID(for: mbid) == store.trackID(for: spotify(1)))
        }
    }

    @Test func zeroBytesAreStripped() async throws {
        try await withTestDatabase { store in
            try await store.load([
                .track(
                    TrackRecord(ids: [spotify(1)], name: "A\0B", artists: [ArtistRecord(name: "\0")], genres: ["\0"]))
            ])
            let track = try await store.track(spotify(1))
            #expect(track.name == "AB")
            #expect(track.artists.isEmpty)
            #expect(track.genres.isEmpty)
            #expect(try await store.trackID(for: .spotify("a\0b")) == nil)
        }
    }
}
