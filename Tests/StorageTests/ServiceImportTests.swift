import Catalog
import Postgres
import Storage
import TestSupport
import Testing

@Suite struct ServiceImportTests {
    private func metrics(_ sections: Int) -> StructureMetrics {
        StructureMetrics(
            timbreMean: Array(repeating: 1, count: 12), timbreDeviation: Array(repeating: 2, count: 12),
            pitchMean: Array(repeating: 0.1, count: 12), segmentRate: 4, loudnessDeviation: 1, sectionCount: sections,
            sectionLoudnessDeviation: 1, sectionTempoDeviation: 1, beatVariation: 0.1)
    }

    @Test func anAnalysisIsKeptByATableAndReplacedByAService() async throws {
        try await withTestDatabase { store in
            func analysis(_ sections: Int) -> CatalogRecord {
                .analysis(AnalysisRecord(track: spotify(1), provider: "spotify", metrics: metrics(sections)))
            }
            try await store.load([.track(TrackRecord(ids: [spotify(1)])), analysis(5)])
            let kept = try await store.load([analysis(6)])
            #expect(kept.isUnchanged)
            #expect(try await store.track(spotify(1)).structure == metrics(5))
            let replaced = try await store.load([analysis(6), analysis(7)], .service)
            #expect(replaced.analyses == 1)
            #expect(replaced.changedTracks == 1)
            #expect(try await store.track(spotify(1)).structure == metrics(7))
        }
    }

    @Test func anAnalysisOfNobodyIsUnresolved() async throws {
        try await withTestDatabase { store in
            let counts = try await store.load([
                .analysis(AnalysisRecord(track: nil, provider: "spotify", metrics: metrics(1)))
            ])
            #expect(counts.unresolved == 1)
            #expect(counts.isUnchanged)
        }
    }

    @Test func theTimeOfSavingSettlesLikeEverythingElse() async throws {
        try await withMigratedDatabase { database in
            let store = database.store
            func saved(_ time: Double?) -> CatalogRecord {
                .savedTrack(SavedTrackRecord(track: spotify(1), savedAt: time))
            }
            try await store.load([.track(TrackRecord(ids: [spotify(1)])), saved(nil)])
            #expect(try await store.load([saved(100)]).savedTracks == 1)
            #expect(try await store.load([saved(200)]).savedTracks == 0)
            #expect(try await store.load([saved(200)], .service).savedTracks == 1)
            let time = try await database.session().first(
                "SELECT extract(epoch FROM saved_at)::float8 FROM saved_tracks"
            ) { try $0[0] as Double }
            #expect(time == 200)
        }
    }

    /// The tracks of a long album come on pages that name the album by its id alone.
    @Test func aTrackOfAnAlbumSaysNothingOfWhoMadeTheAlbum() async throws {
        try await withMigratedDatabase { database in
            let store = database.store
            let (maker, guest) = (ArtistRecord(name: "Maker"), ArtistRecord(name: "Guest"))
            try await store.load([.album(AlbumRecord(name: "Collected", id: spotify(9), artists: [maker]))], .service)
            let track = TrackRecord(ids: [spotify(1)], artists: [guest], album: AlbumRecord(id: spotify(9)))
            let counts = try await store.load([.track(track)], .service)
            #expect(counts.newTracks == 1)
            #expect(counts.changedAlbums == 0)
            let name = try await database.session().first(
                "SELECT r.name FROM albums a JOIN artists r ON r.id = a.artist_id"
            ) { try $0[0] as String }
            #expect(name == "Maker")
        }
    }

    @Test func creditsInAnotherOrderAreAChange() async throws {
        try await withTestDatabase { store in
            let (a, b) = (ArtistRecord(name: "A"), ArtistRecord(name: "B"))
            try await store.load([.track(TrackRecord(ids: [spotify(1)], artists: [a, b]))])
            let same = try await store.load([.track(TrackRecord(ids: [spotify(1)], artists: [a, b]))], .service)
            #expect(same.isUnchanged)
            let counts = try await store.load([.track(TrackRecord(ids: [spotify(1)], artists: [b, a]))], .service)
            #expect(counts.changedTracks == 1)
            #expect(counts.newArtists == 0)
            #expect(try await store.track(spotify(1)).artists.map(\.name) == ["B", "A"])
        }
    }

    @Test func aTrackThatEntersAPlaylistIsAChangedTrack() async throws {
        try await withTestDatabase { store in
            try await store.load([.track(TrackRecord(ids: [spotify(1)])), .track(TrackRecord(ids: [spotify(2)]))])
            let counts = try await store.load([
                .playlistEntry(PlaylistEntryRecord(playlist: spotify(9), track: spotify(2)))
            ])
            #expect(counts.changedTracks == 1)
            #expect(counts.newPlaylists == 1)
            #expect(try await store.track(spotify(2)).playlistCount == 1)
            #expect(try await store.track(spotify(1)).playlistCount == 0)
        }
    }

    @Test func entriesKeepTheirPlaceAndLearnTheirTime() async throws {
        try await withMigratedDatabase { database in
            func entry(_ time: Double?) -> CatalogRecord {
                .playlistEntry(PlaylistEntryRecord(playlist: spotify(9), track: spotify(1), position: 0, addedAt: time))
            }
            try await database.store.load([.track(TrackRecord(ids: [spotify(1)])), entry(nil)])
            let counts = try await database.store.load([entry(50)])
            #expect(counts.newEntries + counts.removedEntries == 0)
            let known = try await database.count("playlist_entries WHERE extract(epoch FROM added_at) = 50")
            #expect(known == 1)
            #expect(try await database.count("playlist_entry_changes") == 1)
        }
    }

    @Test func removedEntitiesTakeTheirExternalIDsAlong() async throws {
        try await withMigratedDatabase { database in
            try await database.store.load(sampleRecords)
            let session = try await database.session()
            try await session.execute("DELETE FROM tracks")
            try await session.execute("DELETE FROM playlists")
            try await session.execute("DELETE FROM albums")
            try await session.execute("DELETE FROM artists")
            #expect(try await database.count("external_ids") == 0)
            #expect(try await database.count("audio_features") == 0)
            #expect(try await database.count("track_removals") == 40)
            #expect(try await database.count("playlist_entry_changes") == 50)
            let counts = try await database.store.load(sampleRecords)
            #expect(counts.newTracks == 40)
            #expect(try await database.store.allTracks().first?.id.rawValue == 41)
        }
    }
}
