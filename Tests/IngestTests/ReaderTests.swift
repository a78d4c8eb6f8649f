import Catalog
import Foundation
import Testing

@testable import Ingest

/// Writes `text` to a file and opens a window of `capacity` bytes on it.
private func window(_ text: String, capacity: Int = 64) throws -> InputBuffer {
    let url = FileManager.default.temporaryDirectory.appending(path: "reader-\(UUID().uuidString)")
    try Data(text.utf8).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try InputBuffer(file: url.path(), maximumUnpackedBytes: 0, capacity: capacity)
}

private func rows(_ count: Int) -> String {
    "track_id,track_name\n" + (0..<count).map { "\(id($0)),Song \($0)\n" }.joined()
}

@Test func aReaderStopsAfterTheRowsAskedFor() throws {
    let options = ImportOptions()
    let input = try window(rows(10))
    let reader = try FormatSniffer.reader(for: input, options: options)
    let sink = RecordSink(file: input.file, maximumProblems: 10)
    #expect(try reader.read(rows: 4, into: sink))
    #expect(sink.rowsRead == 4 && sink.takeRecords().count == 4 && sink.records.isEmpty)
    #expect(try reader.read(rows: 6, into: sink))
    #expect(try !reader.read(rows: 1, into: sink))
    #expect(sink.rowsRead == 10 && sink.recordCount == 10 && reader.authority == .table)
}

@Test(arguments: [16, 64, 4_096])
func tablesLongerThanTheWindowComeInWhole(capacity: Int) throws {
    let input = try window(rows(40_000), capacity: capacity)
    let reader = try FormatSniffer.reader(for: input, options: ImportOptions())
    let sink = RecordSink(file: input.file, maximumProblems: 10)
    while try reader.read(rows: 1_000, into: sink) {}
    #expect(sink.recordCount == 40_000 && sink.rowsBad == 0 && input.line == 40_002)
    guard case .track(let last) = sink.takeRecords().last else {
        Issue.record("no track came last")
        return
    }
    #expect(last.name == "Song 39999" && last.ids == [.spotify(id(39_999))])
}

@Test func documentsLongerThanTheWindowComeInWhole() throws {
    let elements = (0..<5_000).map { #"{"type": "track", "id": "\#(id($0))", "name": "T \\ \" } ] \#($0)"}"# }
    for text in ["[\(elements.joined(separator: ",\n"))]", elements.joined(separator: "\n")] {
        let input = try window(text)
        let reader = try FormatSniffer.reader(for: input, options: ImportOptions())
        let sink = RecordSink(file: input.file, maximumProblems: 10)
        while try reader.read(rows: 100, into: sink) {}
        #expect(sink.recordCount == 5_000 && sink.problems.isEmpty && reader.authority == .service)
    }
}

@Test func aSinkCountsWhatItDoesNotReport() {
    let sink = RecordSink(file: "f", maximumProblems: 1)
    for line in 1...3 {
        sink.countRow()
        sink.reportBad(line: line, field: "x", reason: "bad")
    }
    sink.countRow()
    sink.reportForeign(line: 4, reason: "foreign")
    #expect(sink.rowsRead == 4 && sink.rowsBad == 3 && sink.rowsForeign == 1)
    #expect(sink.problems == [ImportProblem(file: "f", line: 1, field: "x", reason: "bad")])
}

@Test(arguments: [
    ("track_id;track_name\n\(id(1));a,b\n", "a,b"), ("track_id\ttrack_name\n\(id(1))\ta;b,c\n", "a;b,c"),
    ("track_id,track_name\n\(id(1)),a;b\n", "a;b"), ("\"track_id\",\"track_name\"\n\"\(id(1))\",\"a\"\n", "a"),
    ("track_id,track_name,\n\(id(1)),a,\n", "a"), ("\n\ntrack_id,track_name\n\(id(1)),a", "a"),
])
func theSeparatorIsTheOneThatMakesSense(text: String, name: String) async throws {
    #expect(try await Imported.text(text).tracks.map(\.name) == [name])
}

@Test func aPlaylistIsDescribedOnceAndNamedInEveryRow() async throws {
    let rows = (1...4).map { "\(id($0)),S,\(id(90 + $0 % 2)),P\($0 % 2),pop\n" }.joined()
    let imported = try await Imported.text("track_id,track_name,playlist_id,playlist_name,playlist_genre\n" + rows)
    #expect(imported.playlists.map(\.name) == ["P1", "P0"])
    #expect(imported.entries.map(\.playlist.value) == [91, 90, 91, 90].map(id))
    #expect(imported.entries.allSatisfy { $0.position == nil } && imported.tracks.allSatisfy { $0.genres.isEmpty })
}

@Test(arguments: [
    ("playlist_id", "x,\(id(1)),S,\(id(2))"), ("album_id", "\(id(9)),\(id(1)),S,x"),
    ("track_id", "\(id(9)),\(id(1))0,S,\(id(2))"),
    ("track_id", "\(id(9)),https://open.spotify.com.evil/track/\(id(1)),S,"),
])
func everyIdOfARowMustBeOne(field: String, row: String) async throws {
    let text = "playlist_id,track_id,track_name,album_id\n\(id(9)),\(id(1)),S,\(id(2))\n\(row)\n"
    let imported = try await Imported.text(text)
    #expect(imported.report.problems.map(\.field) == [field] && imported.report.problems[0].line == 3)
    #expect(imported.tracks.count == 1 && imported.entries.count == 1)
}

@Test func positionsCountFromOne() async throws {
    let text = "playlist_id,pos,track_id,track_name\n\(id(9)),1,\(id(1)),S\n\(id(9)),0,\(id(2)),S\n"
    let imported = try await Imported.text(text)
    #expect(imported.entries.map(\.position) == [0])
    #expect(imported.report.problems.map(\.field) == ["pos"])
}

@Test func aDateBelongsToTheAlbumWhereThereIsOne() async throws {
    let text = "track_id,track_name,album,release_date\n\(id(1)),S,L,2001\n\(id(2)),S,,2002\n"
    let tracks = try await Imported.text(text).tracks
    #expect(tracks[0].album?.released?.year == 2001 && tracks[0].released == nil)
    #expect(tracks[1].album == nil && tracks[1].released?.year == 2002)
}

@Test func aDurationAloneIsNoDescriptionOfSound() async throws {
    let text = "track_id,track_name,energy,duration_ms\n\(id(1)),S,,1000\n\(id(2)),S,0.5,1000.4\n"
    let imported = try await Imported.text(text)
    #expect(imported.features.map(\.track) == [.spotify(id(2))] && imported.tracks.map(\.duration) == [1_000, 1_000])
    #expect(imported.features[0].features[.duration] == 1_000.4)
}

@Test(
    arguments: [("3:42", 222_000), ("59", 59_000), ("1:00:00", 3_600_000), ("0:00", nil), ("NA", nil)]
        as [(String, Int?)])
func lengthsAreMinutesAndSeconds(text: String, expected: Int?) async throws {
    let imported = try await Imported.text("track_id,track_name,length\n\(id(1)),S,\(text)\n")
    #expect(imported.tracks.first?.duration == expected)
}

@Test(arguments: ["3:x", "1:2:3:4", "-1:00", "70000:00"])
func otherLengthsAreBad(text: String) async {
    let refusal = await Imported.refusal("track_id,track_name,length\n\(id(1)),S,\(text)\n")
    #expect(refusal?.problems.first?.field == "length")
}

@Test func messagesShowTheStartOfALongValueWithoutControlCharacters() async {
    let long = String(repeating: "x", count: 500) + "\u{1b}[31m"
    let refusal = await Imported.refusal("track_id,track_name\n\"\u{1b}[31m\(long)\",S\n")
    let reason = refusal?.problems.first?.reason ?? ""
    #expect(reason.utf8.count < 300 && !reason.contains("\u{1b}") && reason.contains("…"))
}
