import Catalog
import Storage
import TestSupport
import Testing

@Suite struct RemovalTests {
    private func fill(_ store: PostgresStore) async throws {
        var features = AudioFeatures()
        features[.energy] = 0.5
        try await store.load([
            .track(TrackRecord(ids: [spotify(1), .isrc("USRC17607839")], artists: [ArtistRecord(name: "A")])),
            .features(FeaturesRecord(track: spotify(1), provider: "spotify", features: features)),
            .savedTrack(SavedTrackRecord(track: spotify(1))),
            .playlistEntry(PlaylistEntryRecord(playlist: spotify(9), track: spotify(1), position: 0)),
            .track(TrackRecord(ids: [spotify(2)], artists: [ArtistRecord(name: "A")])),
        ])
    }

    @Test(arguments: [
        "track_artists WHERE track_id = 1", "audio_features WHERE track_id = 1", "saved_tracks WHERE track_id = 1",
        "playlist_entries WHERE track_id = 1", "external_ids WHERE kind = 'track' AND entity_id = 1",
    ])
    func whatBelongedToATrackGoesWithIt(_ rows: String) async throws {
        try await withMigratedDatabase { database in
            try await fill(database.store)
            #expect(try await database.count("\(rows)") > 0)
            #expect(try await database.store.removeTrack(TrackID(rawValue: 1)))
            #expect(try await database.count("\(rows)") == 0)
            #expect(try await database.count("track_artists WHERE track_id = 2") == 1)
        }
    }

    @Test func aRemovedTrackThatIsImportedAgainIsANewOne() async throws {
        try await withTestDatabase { store in
            try await fill(store)
            _ = try await store.removeTrack(TrackID(rawValue: 1))
            try await fill(store)
            let id = try #require(try await store.trackID(for: spotify(1)))
            #expect(id.rawValue > 2)
        }
    }

    @Test func aRemovalWaitsForAnImportUnderWayAndSaysSoWhenItTakesTooLong() async throws {
        try await withMigratedDatabase { database in
            let store = PostgresStore(pool: database.pool, importTimeout: .milliseconds(200))
            try await fill(store)
            let importing = try await store.beginImport(of: ImportSource(name: "slow", authority: .table))
            await #expect { try await store.removeTrack(TrackID(rawValue: 1)) } throws: { error in
                if case .busy = error as? CatalogStoreError { true } else { false }
            }
            await importing.cancel()
            #expect(try await store.removeTrack(TrackID(rawValue: 1)))
        }
    }
}
