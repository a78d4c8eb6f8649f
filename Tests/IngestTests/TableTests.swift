import Catalog
import Testing

@testable import Ingest

private let header = "track_id,track_name,track_artist,energy,tempo,key,duration_ms\n"
private func row(_ number: Int, _ rest: String = "Song,Artist,0.5,120.5,3,200000") -> String {
    "\(id(number)),\(rest)\n"
}

@Test func aRowBecomesATrackAndItsFeatures() async throws {
    let imported = try await Imported.text(header + row(1))
    let track = TrackRecord(
        ids: [.spotify(id(1))], name: "Song", artists: [ArtistRecord(name: "Artist")], duration: 200_000)
    var features = AudioFeatures()
    features[.energy] = 0.5
    features[.tempo] = 120.5
    features[.key] = 3
    features[.duration] = 200_000
    #expect(
        imported.records == [
            .track(track), .features(FeaturesRecord(track: .spotify(id(1)), provider: "spotify", features: features)),
        ])
    #expect(imported.report.rowsRead == 1 && imported.report.rowsSkipped == 0)
}

@Test(arguments: ["NA", "NaN", "nan", "null", "NULL", "", "N/A", " "])
func missingValuesAreMissing(word: String) async throws {
    let imported = try await Imported.text(header + row(1, "\(word),\(word),\(word),\(word),\(word),\(word)"))
    #expect(imported.records == [.track(TrackRecord(ids: [.spotify(id(1))]))])
}

@Test func undetectedValuesAreMissing() async throws {
    let imported = try await Imported.text(header + row(1, "S,A,0.5,0,-1,0"))
    let features = try #require(imported.features.first).features
    #expect(features[.energy] == 0.5 && features[.tempo] == nil && features[.key] == nil && features[.duration] == nil)
    #expect(imported.tracks[0].duration == nil)
}

@Test(arguments: [
    ("short,S,A,0.5,120,3,1", "track_id", "no id of a track"), ("\(id(2)),S,A,1.5,120,3,1", "energy", "outside"),
    ("\(id(2)),S,A,x,120,3,1", "energy", "not a number"), ("\(id(2)),S,A,inf,120,3,1", "energy", "not a number"),
    (",S,A,0.5,120,3,1", "track_id", "empty"), ("\(id(2)),S,A,0.5,120,12,1", "key", "outside"),
    ("spotify:album:\(id(2)),S,A,0.5,120,3,1", "track_id", "something else"),
    ("\(id(2)),S,A,0.5,1e9,3,1", "tempo", "outside"), ("\(id(2)),S,A,0.5,120,3,-5", "duration_ms", "outside"),
])
func badValuesAreReportedWithLineAndColumn(bad: String, field: String, reason: String) async throws {
    let imported = try await Imported.text(header + row(1) + bad + "\n" + row(3), name: "table.csv")
    #expect(imported.tracks.map(\.ids[0].value) == [id(1), id(3)])
    let problem = try #require(imported.report.problems.first)
    #expect(imported.report.rowsSkipped == 1 && imported.report.rowsRead == 3)
    #expect(problem.line == 3 && problem.field == field && problem.reason.contains(reason))
    #expect(problem.file == imported.report.file && problem.file.hasSuffix("table.csv"))
}

@Test func linesAreCountedPhysically() async throws {
    let text = header + row(1, "\"a\nb\nc\",A,0.5,120,3,1") + "\n\n" + row(2, "S,A,0.5,120,3") + row(3)
    let imported = try await Imported.text(text)
    #expect(imported.report.problems.map(\.line) == [7])
    #expect(imported.reasons == ["has 6 columns where the header has 7"])
    #expect(imported.tracks[0].name == "a\nb\nc")
}

@Test func aStrayQuoteCostsOneRow() async throws {
    let imported = try await Imported.text(header + row(1) + row(2, "\"S,A,0.5,120,3,1") + row(3) + row(4))
    #expect(imported.tracks.map(\.ids[0].value) == [id(1), id(3), id(4)])
    #expect(imported.report.problems.map(\.line) == [3])
}

@Test func problemsAreReportedUpToALimitAndCountedPastIt() async throws {
    var options = ImportOptions()
    options.maximumProblems = 2
    let text = header + (1...10).map { row($0) }.joined() + (1...5).map { row($0, "S,A,9,120,3,1") }.joined()
    let imported = try await Imported.text(text, options)
    #expect(imported.report.problems.count == 2 && imported.report.rowsSkipped == 5)
}

@Test func filesOfMostlyBadRowsAreRefused() async {
    let good = (1...9).map { row($0) }.joined()
    let bad = (1...11).map { row($0, "S,A,9,120,3,1") }.joined()
    let mostly = await Imported.refusal(header + good + bad)
    #expect(mostly?.code == .badRows && mostly?.problems.count == 11)
    #expect(mostly?.message.contains("11 of 20") == true && mostly?.message.contains("line 11") == true)
    #expect(await Imported.refusal(header + row(1, "S,A,9,120,3,1"))?.code == .badRows)
    #expect(await Imported.refusal(header + row(1) + row(1, "S,A,9,120,3,1") + row(1, "S,A,9,120,3,1")) == nil)
    var options = ImportOptions()
    options.maximumBadShare = 0.6
    #expect(await Imported.refusal(header + good + bad, options) == nil)
}

@Test func semicolonsTabsMarksAndLineEndsMakeNoDifference() async throws {
    let text = header + row(1)
    let expected = try await Imported.text(text).records
    for separator in [";", "\t"] {
        #expect(try await Imported.text(text.replacing(",", with: separator)).records == expected)
    }
    #expect(try await Imported.text("\u{feff}" + text).records == expected)
    #expect(try await Imported.text(text.replacing("\n", with: "\r\n")).records == expected)
    #expect(try await Imported.text(String(text.dropLast())).records == expected)
    #expect(try await Imported.text(text, name: "photo.png").records == expected)
}

@Test func theProviderOfATablesFeaturesIsAnOption() async throws {
    var options = ImportOptions()
    options.tableProvider = "reccobeats"
    #expect(try await Imported.text(header + row(1), options).features[0].provider == "reccobeats")
}

@Test func exportifysColumnsAreKnown() async throws {
    let text = """
        "Track URI","Track Name","Artist URI(s)","Artist Name(s)","Album Name","Album Release Date","Track Duration (ms)","Explicit","Popularity","ISRC","Added At"
        "spotify:track:\(id(1))","S","spotify:artist:\(id(2)), spotify:artist:\(id(3))","A, B","L","2001-02","1000","true","7","us-rc1-76-07839","2020-01-01T00:00:00Z"
        """
    let track = try #require(try await Imported.text(text).tracks.first)
    #expect(track.ids == [.spotify(id(1)), .isrc("USRC17607839")])
    #expect(
        track.artists == [ArtistRecord(name: "A", id: .spotify(id(2))), ArtistRecord(name: "B", id: .spotify(id(3)))])
    #expect(track.album?.name == "L" && track.album?.released?.description == "2001-02")
    #expect(track.explicit == true && track.popularity == 7 && track.duration == 1_000)
}

@Test func membershipsKeepTheirPositions() async throws {
    let text = "playlist_id,pos,track_id,track_name,length\n\(id(9)),2,\(id(1)),S,1:02:03\n\(id(9)),3,\(id(2)),T,bad\n"
    let imported = try await Imported.text(text)
    #expect(imported.playlists == [PlaylistRecord(id: .spotify(id(9)))])
    #expect(
        imported.entries == [
            PlaylistEntryRecord(playlist: .spotify(id(9)), track: .spotify(id(1)), position: 1)
        ])
    #expect(imported.tracks[0].duration == 3_723_000 && imported.report.problems[0].field == "length")
}

@Test(arguments: [
    ("A;B", [], ["A", "B"]), ("Earth, Wind & Fire", [], ["Earth, Wind & Fire"]), ("A feat. B & C", [], ["A", "B & C"]),
    ("DJ X Featuring Y", [], ["DJ X", "Y"]), ("Little Feat", [], ["Little Feat"]), ("A ft. B;C", [], ["A", "B", "C"]),
    ("A;B", ["1"], ["A;B=1"]), ("A feat. B", ["1"], ["A=1", "B"]), ("A, B", ["1", "2"], ["A=1", "B=2"]),
    ("A;B;C", ["1", "2"], ["A", "B", "C"]), ("É feat. B", [], ["É", "B"]),
])
func creditsAreTakenApart(names: String, ids: [String], expected: [String]) {
    let artists = ArtistCredit.artists(names: names, ids: ids.map { .spotify($0) })
    #expect(artists.map { $0.name + ($0.id.map { "=\($0.value)" } ?? "") } == expected)
}

@Test func genresAreTakenApart() {
    #expect(ArtistCredit.genres("Jazz, oldies, jazz") == ["jazz", "oldies"])
    #expect(ArtistCredit.genres("dance pop; pop") == ["dance pop", "pop"])
    #expect(ArtistCredit.genres("['uk garage', 'pop']") == ["uk garage", "pop"])
    #expect(ArtistCredit.genres(" , ") == [])
}
