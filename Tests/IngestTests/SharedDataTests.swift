import Catalog
import Testing

@testable import Ingest

@Suite(.enabled(if: Shared.isPresent, "the shared data is absent"))
struct SharedDataTests {
    @Test func theSongsTableComesInWhole() async throws {
        let imported = try await Imported.file(Shared.path("data/spotify_songs.csv.gz"))
        #expect(imported.report.rowsRead == 32_833)
        #expect(imported.reasons == [])
        #expect(Set(imported.tracks.map { $0.ids[0] }).count == 28_356)
        #expect(Set(imported.playlists.map(\.id)).count == 471)
        #expect(imported.playlists.count == 471)
        #expect(imported.entries.count == 32_833)
        #expect(Set(imported.entries).count == 32_833 - 582)
        #expect(imported.tracks.count { $0.name == nil } == 5)
        #expect(imported.tracks.count { $0.artists.isEmpty } == 5)
        #expect(imported.source == ImportSource(name: "spotify_songs.csv.gz", authority: .table))
        #expect(imported.report.format == "table of tracks")
        let first = try #require(imported.tracks.first)
        #expect(first.name == "I Don't Care (with Justin Bieber) - Loud Luxury Remix")
        #expect(first.artists == [ArtistRecord(name: "Ed Sheeran")])
        #expect(first.album?.released?.description == "2019-06-14")
        #expect(first.album?.id == .spotify("2oCs0DGTsRO98Gh5ZSl2Cx"))
        #expect(first.duration == 194_754 && first.popularity == 66 && first.genres == [])
        let features = try #require(imported.features.first)
        #expect(features.provider == "spotify" && features.track == first.ids[0])
        #expect(features.features[.danceability] == 0.748 && features.features[.loudness] == -2.634)
        #expect(features.features[.tempo] == 122.036 && features.features[.timeSignature] == nil)
    }

    @Test func theLargeTableComesInWhole() async throws {
        let imported = try await Imported.file(Shared.path("data/tracks_large.csv.gz"))
        #expect(imported.report.rowsRead == 121_815)
        #expect(imported.reasons == [])
        #expect(Set(imported.tracks.map { $0.ids[0] }).count == 121_815)
        #expect(imported.tracks.count { $0.name == nil } == 5)
        #expect(imported.tracks.count { $0.artists.isEmpty } == 8_402)
        #expect(imported.tracks.count { $0.popularity != nil } == 121_815 - 87_397)
        #expect(imported.features.count == 121_814)
        #expect(imported.features.count { $0.features[.mode] != nil } == 121_815 - 48_703)
        #expect(imported.tracks[0].duration == 141_813)
        #expect(imported.tracks[0].released?.year == 2012 && imported.tracks[0].album == nil)
        #expect(imported.tracks[0].genres == ["jazz", "oldies", "lounge"])
        #expect(imported.tracks.allSatisfy { $0.genres.allSatisfy { !$0.contains("[") && !$0.contains(";") } })
    }

    @Test func thePlaylistArchiveComesInWhole() async throws {
        let tracks = try await Imported.file(Shared.path("data/playlist_archive/pretty_tracks.csv.gz"))
        #expect(tracks.report.rowsRead == 24_489 && tracks.reasons == [])
        #expect(Set(tracks.playlists.map(\.id)).count == 250)
        #expect(tracks.entries.count == 24_489)
        #expect(tracks.entries[0].position == 0 && tracks.tracks[0].duration == 222_000)
        #expect(tracks.tracks[1].artists.map(\.name) == ["Little Mix", "Stormzy"])
        #expect(tracks.tracks[1].artists.map(\.id?.value) == ["3e7awlrlDSwF3iM0WBjGMp", "2SrSdSvpminqmStGELCSNd"])
        #expect(tracks.features.isEmpty)
        let playlists = try await Imported.file(Shared.path("data/playlist_archive/pretty_playlists.csv"))
        #expect(playlists.playlists.count == 250 && playlists.reasons == [])
        #expect(playlists.playlists[0].name == "2010s Hits" && playlists.playlists[0].total == 100)
    }

    @Test(arguments: [
        ("web-api-js/track", 1), ("web-api-js/tracks", 2), ("web-api-js/album", 13), ("web-api-js/albums", 20),
        ("web-api-js/album_tracks", 13), ("web-api-js/artist_top_tracks", 10), ("web-api-js/recommendations", 5),
        ("web-api-js/playlist", 30), ("web-api-js/playlist_tracks", 1), ("web-api-js/search", 1),
        ("web-api-js/search_track", 20), ("web-api-js/user_saved_tracks", 20), ("web-api-js/user_top_tracks", 5),
        ("web-api-js/current_playing_track", 1),
        ("python-spotify/album_tracks", 18), ("python-spotify/get_album", 11), ("python-spotify/playlist_1", 1),
        ("python-spotify/playlist_2", 1), ("python-spotify/playlist_3", 2), ("python-spotify/playlist_items", 1),
        ("python-spotify/recently_played_tracks", 48), ("python-spotify/saved_tracks", 48),
        ("python-spotify/search", 5), ("python-spotify/top_tracks", 48), ("python-spotify/playback_1", 1),
    ])
    func fixturesBringTheirTracks(name: String, count: Int) async throws {
        let imported = try await Imported.file(Shared.fixture(name))
        #expect(imported.tracks.count == count)
        #expect(imported.tracks.allSatisfy { $0.name != nil && !$0.artists.isEmpty && $0.artists[0].id != nil })
        #expect(imported.tracks.allSatisfy { $0.album?.id != nil && $0.duration != nil })
        #expect(imported.source?.authority == .service)
    }

    @Test(arguments: [
        "audiobook", "audiobook_chapters", "chapter", "current_user", "devices", "episode", "library_contains",
        "playback_4", "playback_audiobook_1", "playback_episode_1", "playlist_cover_image", "playlist_not_found",
        "playlist_update_items", "rate_limit", "saved_audiobooks", "saved_episodes", "saved_shows", "show",
        "show_episodes",
    ])
    func whatHoldsNothingForACatalogIsNamedAndRefused(name: String) async throws {
        let error = await #expect(throws: ImportError.self) {
            try await Imported.file(Shared.fixture("python-spotify/\(name)"))
        }
        #expect(error?.code == .nothingToImport)
        #expect(error?.message.contains("recognised as") == true)
    }

    @Test(arguments: [
        "available_devices", "browse_categories", "category", "current_playback", "episode", "episodes",
        "follow_are_following_playlist", "genre_seeds", "me", "playlist_cover_image", "search_episode", "search_show",
        "show", "show_episodes", "shows", "user", "user_saved_shows",
    ])
    func olderAnswersWithNothingForACatalogAreRefusedToo(name: String) async throws {
        let error = await #expect(throws: ImportError.self) {
            try await Imported.file(Shared.fixture("web-api-js/\(name)"))
        }
        #expect(error?.code == .nothingToImport)
    }

    @Test func playlistsKeepTheirPlaces() async throws {
        let imported = try await Imported.file(Shared.fixture("python-spotify/playlist_2"))
        #expect(imported.playlists[0].total == 2 && imported.playlists[0].name == "Starred")
        #expect(imported.playlists[0].owner == "chadandcaren" && imported.playlists[0].snapshot != nil)
        #expect(imported.entries.count == 1 && imported.report.rowsSkipped == 1)
        #expect(imported.reasons == ["recognised as a local file, which has nothing to import"])
        let page = try await Imported.file(Shared.fixture("python-spotify/playlist_items"))
        #expect(page.playlists == [PlaylistRecord(id: .spotify("1Cp6VQCKf2VL4sP09jN9oX"), total: 1)])
        #expect(page.entries[0].position == 0 && page.entries[0].addedAt == 1_753_823_515)
    }

    @Test func savedTracksAndAlbumsComeIn() async throws {
        let tracks = try await Imported.file(Shared.fixture("python-spotify/saved_tracks"))
        #expect(tracks.saved.count == 48 && tracks.saved[0].savedAt == 1_771_853_306)
        #expect(tracks.entries.isEmpty && tracks.playlists.isEmpty)
        let albums = try await Imported.file(Shared.fixture("python-spotify/saved_albums"))
        #expect(albums.albums.count == 44 && albums.albums[0].totalTracks == 39 && albums.tracks.count == 438)
        #expect(albums.reasons == ["recognised as an empty element, which has nothing to import"])
        let older = try await Imported.file(Shared.fixture("web-api-js/user_saved_albums"))
        #expect(older.albums.count == 20 && older.albums[0].kind == "compilation")
    }

    @Test func episodesInPlaylistsKeepTheirPlaceFree() async throws {
        let imported = try await Imported.file(Shared.fixture("python-spotify/playlist_3"))
        #expect(imported.entries.map(\.position) == [0, 1] && imported.playlists[0].total == 3)
        #expect(imported.report.rowsSkipped == 1)
        #expect(imported.report.problems[0].field == "tracks.items[2]")
    }

    @Test func playsBringTheirTracksAsTheyAreAndWhenTheyWereHeard() async throws {
        let imported = try await Imported.file(Shared.fixture("web-api-js/recently_played_tracks"))
        #expect(imported.plays.count == 2 && imported.plays.allSatisfy { $0.kind == .played && $0.source == "spotify" })
        #expect(imported.plays.allSatisfy { $0.playedAt > 1_400_000_000 && $0.playedAt == $0.playedAt.rounded() })
        #expect(imported.tracks.count == 2 && imported.tracks.allSatisfy { $0.album == nil })
        #expect(imported.saved.isEmpty && imported.entries.isEmpty)
    }

    @Test func artistsAlbumsAndPlaylistsComeIn() async throws {
        let related = try await Imported.file(Shared.fixture("web-api-js/artist_related_artists"))
        #expect(related.artists.count == 20)
        let albums = try await Imported.file(Shared.fixture("python-spotify/artist_albums"))
        #expect(albums.albums.count == 48 && albums.tracks.isEmpty)
        let playlists = try await Imported.file(Shared.fixture("python-spotify/current_user_playlist_1"))
        #expect(playlists.playlists.count == 48)
        let album = try await Imported.file(Shared.fixture("web-api-js/album"))
        #expect(album.albums[0].released?.description == "1983" && album.albums[0].totalTracks == 13)
    }

    @Test func audioFeaturesComeInSinglyAndAsLists() async throws {
        let single = try await Imported.file(Shared.fixture("python-spotify/audio_features"))
        #expect(single.features.count == 1 && single.features[0].provider == "spotify")
        #expect(single.features[0].features[.tempo] == 114.944 && single.features[0].features[.key] == 2)
        let list = try await Imported.file(Shared.fixture("web-api-js/tracks_audio_features"))
        #expect(list.features[0].track == .spotify("06AKEBrKUckW0KREUWRnvT"))
        #expect(list.features[0].features[.timeSignature] == 4 && list.tracks.isEmpty)
    }

    @Test func anAudioAnalysisNeedsItsTrackFromOutside() async throws {
        let path = Shared.fixture("web-api-js/track_audio_analysis")
        let error = await #expect(throws: ImportError.self) { try await Imported.file(path) }
        #expect(error?.code == .trackUnknown && error?.message.contains("option track") == true)
        var options = ImportOptions()
        options.track = .spotify(id(7))
        let metrics = try #require(try await Imported.file(path, options).analyses.first).metrics
        #expect(metrics.sectionCount == 11)
        #expect(abs(metrics.segmentRate - 811 / 226.86) < 0.05)
        #expect(metrics.timbreMean[0] > 20 && metrics.timbreMean[0] < 70)
        #expect(metrics.pitchMean.allSatisfy { $0 > 0 && $0 < 1 } && metrics.beatVariation > 0)
    }
}
