import Catalog
import Foundation
import Testing

@testable import Ingest

private let m3u = """
    #EXTM3U
    #PLAYLIST:Sunday
    #EXTINF:254,Air - La Femme d'Argent
    music/01 La Femme.mp3

    #EXTINF:-1,Only A Title
    ../other/./x.flac
    file:///home/me/A%20Band%20-%20Some%20Song.ogg
    C:\\Music\\Artist - Song.mp3
    https://open.spotify.com/track/\(id(7))?si=x
    """

@Test func m3uNamesTracksByFileAndByWhatItSaysOfThem() async throws {
    let imported = try await Imported.text(m3u, name: "mine.m3u8")
    #expect(imported.report.format == "M3U playlist" && imported.report.rowsRead == 5)
    let names = imported.mentions.map { [$0.artist, $0.title] }
    #expect(
        names == [
            ["Air", "La Femme d'Argent"], [nil, "Only A Title"], ["A Band", "Some Song"], ["Artist", "Song"],
            [nil, nil],
        ])
    #expect(imported.mentions[0].duration == 254_000 && imported.mentions[1].duration == nil)
    #expect(imported.mentions[2].ids == [ExternalID(namespace: "file", value: "/home/me/A Band - Some Song.ogg")])
    #expect(imported.mentions[4].ids == [.spotify(id(7))])
    #expect(imported.entries.map(\.position) == [0, 1, 2, 3, 4])
    #expect(imported.entries.map(\.track) == imported.mentions.map(\.handle))
    #expect(imported.playlists.last?.total == 5 && imported.playlists[0].name == "Sunday")
}

@Test func relativePathsAreRelativeToThePlaylist() {
    let location = FileLocation("/music/lists/a.m3u")
    let paths = ["../x/y.mp3", "./z.mp3", "/abs.mp3", "sub\\w.mp3", "file:/c.mp3", "file://localhost/d%2Bd.mp3"]
    let expected = ["/music/x/y.mp3", "/music/lists/z.mp3", "/abs.mp3", "/music/lists/sub/w.mp3", "/c.mp3", "/d+d.mp3"]
    #expect(paths.map { location.track($0)?.value } == expected)
    #expect(location.track("http://radio.example/stream.mp3") == nil)
    #expect(location.playlistName == "a" && FileLocation("/x/b.csv.gz").playlistName == "b")
}

@Test func addressesOfKnownServicesAreIDs() {
    let location = FileLocation("/a")
    let mbid = "8f3471b5-7e6a-48da-86a9-c1c07a0f47ae"
    #expect(location.track("https://musicbrainz.org/recording/\(mbid)") == ExternalID(namespace: "mbid", value: mbid))
    #expect(location.track("spotify:track:\(id(3))") == .spotify(id(3)))
    #expect(location.track("spotify:episode:\(id(3))") == nil)
}

@Test(arguments: ["#EXTM3U\n", "\u{feff}#EXTM3U\r\n", "", "#EXTINF:10,x\n#EXTM3U\n"])
func m3uIsRecognisedByContent(head: String) async throws {
    let imported = try await Imported.text(head + "a/Band - Song.mp3\r\n\r\nb/02. Other - Tune.flac", name: "x.txt")
    #expect(imported.report.format == "M3U playlist" && imported.entries.count == 2)
    #expect(imported.mentions[1].artist == "Other" && imported.mentions[1].title == "Tune")
}

@Test func oldEncodingsAndLineEndsAreRead() async throws {
    let latin =
        Array("#EXTM3U\r#EXTINF:9,Bj".utf8) + [0xf6] + Array("rk - J".utf8) + [0xf3] + Array("ga \u{80}".utf8.prefix(3))
    let imported = try await Imported.bytes(latin + Array("\rx.mp3\r".utf8))
    #expect(imported.mentions[0].artist == "Bj\u{f6}rk" && imported.mentions[0].title?.hasPrefix("J\u{f3}ga") == true)
    #expect(TextEncoding.text([0x80, 0x41, 0xe9, 0, 0x81]) == "\u{20ac}A\u{e9}\u{fffd}")
    #expect(TextEncoding.text(Array("caf\u{e9}".utf8)[...]) == "caf\u{e9}")
}

@Test(
    arguments: [
        ("01 - Artist - Title.mp3", "Artist", "Title"), ("a\\b\\1-07 Some Band - A Song.flac", "Some Band", "A Song"),
        ("Artist_-_Title.ogg", "Artist", "Title"), ("99 Luftballons.mp3", nil, "Luftballons"),
        ("1979.mp3", nil, "1979"),
        ("A - B - Live.mp3", "A", "B - Live"), ("-.mp3", nil, "-"),
    ] as [(String, String?, String?)])
func fileNamesTellArtistAndTitle(path: String, artist: String?, title: String?) {
    let names = TrackNames.fromFileName(path)
    #expect(names.artist == artist && names.title == title)
}

@Test func jspfNamesTracksByAddressAndName() async throws {
    let mbid = "12f65dca-de8f-43fe-a65d-f12a02aaadf3"
    let list = "9a0b1c2d-7e6a-48da-86a9-c1c07a0f47ae"
    let text = """
        {"playlist": {"title": "Mix", "creator": "me", "annotation": "words",
          "identifier": "https://listenbrainz.org/playlist/\(list)",
          "track": [
            {"title": "Take On Me", "creator": "a-ha", "duration": 225000,
             "identifier": ["https://musicbrainz.org/recording/\(mbid)"]},
            {"title": "S", "creator": "A", "identifier": "isrc:GBAFL1600378", "location": ["file:///m/s.mp3"]},
            {"title": "New", "creator": "B", "album": "C", "location": "https://open.spotify.com/track/\(id(5))"},
            {"extension": {}}]}}
        """
    let imported = try await Imported.text(text)
    let playlist = try #require(imported.playlists.first)
    #expect(playlist.id == ExternalID(namespace: "listenbrainz", value: list))
    #expect(playlist.name == "Mix" && playlist.owner == "me" && playlist.total == 4 && playlist.summary == "words")
    #expect(
        imported.mentions.map(\.ids) == [
            [ExternalID(namespace: "mbid", value: mbid)],
            [ExternalID(namespace: "file", value: "/m/s.mp3"), .isrc("GBAFL1600378")],
        ])
    #expect(imported.mentions[0].duration == 225_000)
    #expect(imported.tracks.map(\.name) == ["New"] && imported.entries.map(\.position) == [0, 1, 2])
    #expect(imported.report.rowsSkipped == 1)
}

@Test func exportifysTableIsAPlaylistOfItsFilesName() async throws {
    let text = """
        "Track URI","Track Name","Album Name","Artist Name(s)","Release Date","Duration (ms)","Popularity","Explicit",\
        "Added By","Added At","Genres","Record Label","Danceability","Energy","Key","Loudness","Mode","Speechiness",\
        "Acousticness","Instrumentalness","Liveness","Valence","Tempo","Time Signature"
        "spotify:track:\(id(1))","One","Al","Ann;Bob","2020-01-02",200000,50,false,"me","2021-02-03T04:05:06Z","pop","L",\
        0.5,0.6,1,-5,1,0.1,0.1,0,0.1,0.5,120,4
        "spotify:local:X:Y:Z:120","Home Take","","Me","",120000,,,"me","2021-02-04T04:05:06Z","","",,,,,,,,,,,,
        "spotify:episode:\(id(2))","Talk","","Host","",1,,,"me","2021-02-04T04:05:06Z","","",,,,,,,,,,,,

        """
    let imported = try await Imported.text(text, name: "road_trip.csv")
    #expect(imported.report.format == "playlist table" && imported.report.rowsSkipped == 1)
    #expect(imported.tracks.map(\.name) == ["One"] && imported.features.first?.features[.tempo] == 120)
    #expect(imported.mentions.map(\.title) == ["Home Take"] && imported.mentions[0].duration == 120_000)
    #expect(imported.entries.map(\.position) == [0, 1] && imported.entries[0].addedAt == 1_612_325_106)
    #expect(imported.playlists.first?.name == "road_trip" && imported.playlists.last?.total == 2)
    #expect(imported.playlists.first?.id.value.hasSuffix("/road_trip.csv") == true)
}

@Test(arguments: [
    "title,artist\nSong,Band\nTune,Other;Guest\n", "Title;Artist;Album\nSong;Band;X\nTune;Other;Y\n",
    "\u{feff}Name\tPerformer\tTime\r\nSong\tBand\t3:30\r\nTune\tOther\t1:02:03\r\n",
])
func playlistTablesWithoutIDsAreRead(text: String) async throws {
    let imported = try await Imported.text(text, name: "list.csv")
    #expect(imported.mentions.map(\.title) == ["Song", "Tune"])
    #expect(imported.mentions.map(\.artist) == ["Band", "Other"])
    #expect(imported.mentions.map(\.line) == [2, 3] && imported.entries.count == 2)
}

@Test func aTableMayHoldSeveralPlaylistsByName() async throws {
    let text = "playlist,isrc,title,artist\nA,GBAFL1600378,,\nB,,S,T\nA,,U,V\nA,,,\n"
    let imported = try await Imported.text(text, name: "all.csv")
    #expect(imported.playlists.filter { $0.total != nil }.map(\.total) == [2, 1])
    #expect(imported.entries.map(\.position) == [0, 0, 1])
    #expect(imported.mentions[0].ids == [.isrc("GBAFL1600378")])
    #expect(imported.reasons.first?.contains("names no track") == true)
}
