import Catalog
import Testing

@testable import Ingest

private let track = #"{"type": "track", "id": "\#(id(1))", "name": "T", "artists": [{"name": "A", "id": "\#(id(3))"}]}"#
private let simple = #"{"id": "\#(id(2))", "uri": "spotify:track:\#(id(2))", "name": "U"}"#
private let artist =
    #"{"type": "artist", "id": "\#(id(3))", "name": "A", "genres": ["Pop", "pop", "Rock"], "popularity": 9}"#
private let album = """
    {"type": "album", "id": "\(id(4))", "name": "L", "release_date": "2001-02", "artists": [\(artist)],
     "tracks": {"total": 2, "items": [\(track), \(simple), null]}}
    """
private let features = #"{"type": "audio_features", "id": "\#(id(1))", "energy": 0.5, "key": -1, "tempo": 0}"#

@Test(arguments: [
    "{\"tracks\": [\(track), null]}", "{\"tracks\": {\"items\": [\(track)]}}", "{\"items\": [\(track)]}",
    "{\"items\": [{\"track\": \(track), \"played_at\": \"2020-01-01T00:00:00Z\"}]}", track,
    "{\"is_playing\": true, \"item\": \(track)}", "{\"tracks\": [\(track)], \"seeds\": [{\"id\": \"x\"}]}",
    "{\"track\": \(track), \"played_at\": \"2020-01-01T00:00:00Z\"}", "[[\(track)], \(track)]",
])
func tracksAreFoundInEveryWrapping(text: String) async throws {
    let imported = try await Imported.text(text)
    #expect(imported.tracks.first?.ids == [.spotify(id(1))] && imported.tracks.first?.name == "T")
    #expect(imported.saved.isEmpty && imported.entries.isEmpty)
}

@Test func kindsWithoutATypeAreToldByTheirUri() async throws {
    #expect(try await Imported.text(simple).tracks.map(\.name) == ["U"])
}

@Test func albumsBringTheirTracks() async throws {
    for text in [album, "{\"albums\": [\(album)]}", "{\"items\": [{\"added_at\": \"x\", \"album\": \(album)}]}"] {
        let imported = try await Imported.text(text)
        let record = try #require(imported.albums.first)
        #expect(record.name == "L" && record.released?.description == "2001-02" && record.totalTracks == 2)
        #expect(imported.tracks.map(\.album) == [record, record] && imported.saved.isEmpty)
        #expect(imported.report.rowsRead == 4 && imported.report.rowsSkipped == 1)
    }
}

@Test func artistsKeepGenresOnce() async throws {
    let expected = ArtistRecord(name: "A", id: .spotify(id(3)), genres: ["pop", "rock"], popularity: 9)
    for text in [
        artist, "{\"artists\": [\(artist)]}", "{\"artists\": {\"items\": [\(artist)]}}", "{\"items\": [\(artist)]}",
    ] {
        #expect(try await Imported.text(text).records == [.artist(expected)])
    }
}

@Test func searchesBringAllKinds() async throws {
    let text = """
        {"tracks": {"items": [\(track)]}, "albums": {"items": [\(album)]}, "artists": {"items": [\(artist)]},
         "playlists": {"items": [null, {"type": "playlist", "id": "\(id(9))", "name": "P", "tracks": {"total": 3}}]},
         "shows": {"items": [{"type": "show", "id": "\(id(7))"}]}}
        """
    let imported = try await Imported.text(text)
    #expect(imported.tracks.count == 3 && imported.albums.count == 1 && imported.artists.count == 1)
    #expect(imported.playlists == [PlaylistRecord(id: .spotify(id(9)), name: "P", total: 3)])
    #expect(
        imported.report.problems.map(\.field) == [
            "albums.items[0].tracks.items[2]", "playlists.items[0]", "shows.items[0]",
        ])
    #expect(imported.reasons.last == "recognised as a show, which has nothing to import")
}

@Test func undetectedAudioFeaturesAreMissing() async throws {
    var expected = AudioFeatures()
    expected[.energy] = 0.5
    for text in [features, "{\"audio_features\": [\(features), null]}"] {
        let imported = try await Imported.text(text)
        #expect(
            imported.records == [
                .features(FeaturesRecord(track: .spotify(id(1)), provider: "spotify", features: expected))
            ])
    }
}

@Test func savedTracksAreToldFromPlaylistEntries() async throws {
    let saved = try await Imported.text("{\"items\": [{\"added_at\": \"2020-01-01T00:00:00Z\", \"track\": \(track)}]}")
    #expect(saved.saved == [SavedTrackRecord(track: .spotify(id(1)), savedAt: 1_577_836_800)])
    let entry = #"{"added_at": "2020-01-01T00:00:00Z", "added_by": {"id": "me"}, "track": \#(track)}"#
    let other = try await Imported.text("{\"items\": [\(entry)]}")
    #expect(other.saved.isEmpty && other.entries.isEmpty && other.tracks.count == 1)
}

@Test func emptyPlaylistsAreNoError() async throws {
    let object = #"{"type": "playlist", "id": "\#(id(9))", "name": "P", "description": " ", "tracks": null}"#
    #expect(try await Imported.text(object).records == [.playlist(PlaylistRecord(id: .spotify(id(9)), name: "P"))])
    let page = #"{"href": "https://api.spotify.com/v1/playlists/\#(id(9))/items", "items": [], "total": 0}"#
    #expect(try await Imported.text(page).records == [.playlist(PlaylistRecord(id: .spotify(id(9)), total: 0))])
}

@Test(arguments: [
    "{\"tracks\": []}", "{\"items\": []}", "{\"tracks\": {\"href\": \"x\", \"total\": 3}}", "{\"tracks\": 5}",
    "{\"items\": [1, null, \"x\"]}", "{\"is_playing\": false}", "{\"is_playing\": true, \"item\": {\"type\": \"ad\"}}",
    "{\"items\": [{\"episode\": {}, \"added_at\": \"x\"}]}", "{\"type\": \"artist\", \"x\": {}, \"items\": [{}]}",
])
func emptyAndForeignListsHaveNothingToImport(text: String) async {
    let error = await Imported.refusal(text)
    #expect(error?.code == .nothingToImport, "\(error?.message ?? "imported")")
    #expect(error?.message.contains("recognised as") == true)
}

@Test(arguments: [
    #"{"type": "playlist", "name": "P"}"#, #"{"type": "album", "name": "L"}"#, #"{"type": "artist", "name": "A"}"#,
    #"{"type": "audio_features", "energy": 0.5}"#, #"{"type": "audio_features", "id": "\#(id(1))"}"#,
    #"{"type": "track", "id": "\#(id(1))", "popularity": 101}"#, #"{"type": "artist", "id": "\#(id(1))", "name": " "}"#,
])
func objectsWithoutTheirIdOrValuesAreBad(text: String) async {
    #expect(await Imported.refusal(text)?.code == .badRows)
}

@Test(arguments: [-5, 1e300, 0.5])
func oddOffsetsDoNoHarm(offset: Double) async throws {
    let text = """
        {"href": "https://api.spotify.com/v1/playlists/\(id(9))/tracks?offset=x", "offset": \(offset),
         "items": [{"added_by": {}, "track": \(track)}]}
        """
    #expect(try await Imported.text(text).entries.map(\.position) == [0])
}
