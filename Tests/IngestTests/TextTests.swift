import Catalog
import Foundation
import Gzip
import Testing

@testable import Ingest

private func columns(_ header: TableHeader, _ wanted: [TableColumn]) -> [Int?] { wanted.map { header[$0] } }

@Test func columnsAreKnownByTheirNamesHoweverWritten() {
    let header = TableHeader(names: [
        "Track ID", "TRACK_NAME", "Artist Name(s)", "Duration (ms)", "Time Signature", "x",
    ])
    #expect(columns(header, [.trackID, .trackName, .artists, .duration, .album]) == [0, 1, 2, 3, nil])
    #expect(header.features.map(\.feature) == [.timeSignature] && header.features.map(\.index) == [4])
    #expect(header.knownCount == 5 && header.missing == nil && header.kind == .tracks)
}

@Test func theFirstOfTwoColumnsOfOneMeaningCounts() {
    let header = TableHeader(names: ["id", "track_id", "energy", "Energy", "name"])
    #expect(header[.trackID] == 0 && header.features.map(\.index) == [2])
}

@Test func everyAudioFeatureHasAColumn() {
    let header = TableHeader(names: ["track_id"] + AudioFeature.allCases.map(\.name))
    #expect(header.features.count == AudioFeature.allCases.count - 1 && header[.duration] != nil)
}

@Test func tablesOfPlaylistsAreToldFromTablesOfTracks() {
    let header = TableHeader(names: ["playlist_id", "name", "description", "n_tracks"])
    #expect(header.kind == .playlists && header.missing == nil)
    #expect(columns(header, [.playlistName, .playlistSummary, .playlistTotal]) == [1, 2, 3])
    #expect(TableHeader(names: ["playlist_id", "track_id"]).missing == nil)
}

@Test func whatATableLacksIsNamed() {
    #expect(TableHeader(names: ["name", "energy"]).missing?.contains("track_id") == true)
    #expect(TableHeader(names: ["id", "popularity"]).missing?.contains("track_name") == true)
}

@Test(arguments: [
    ("2019-06-14", "2019-06-14"), ("2012", "2012"), ("2012.0", "2012"), ("1999-05", "1999-05"),
    ("2001-02-03T00:00:00Z", "2001-02-03"), ("2019-02-29", nil), ("19", nil), ("2012.5", nil), ("yesterday", nil),
    ("T", nil),
])
func datesAreReadInTheFormsThatTablesHave(text: String, expected: String?) {
    #expect(ReleaseDate(inTable: text)?.description == expected)
}

@Test func badDatesAreReported() async throws {
    let text = "track_id,track_name,release_date\n\(id(1)),S,0000\n\(id(2)),S,2019-13-01\n\(id(3)),S,2019\n"
    let imported = try await Imported.text(text)
    #expect(imported.tracks.map(\.released?.year) == [nil, 2019])
    #expect(imported.report.problems.map(\.field) == ["release_date"])
}

@Test(
    arguments: [
        ("2014-07-16T14:18:14Z", 1_405_520_294), ("2016-12-13T20:44:04.589Z", 1_481_661_844.589),
        ("1970-01-01T00:00:00Z", nil), ("yesterday", nil), ("2014-07-16", nil), ("", nil),
        ("9999-12-31T23:59:59Z", 253_402_300_799), ("300000-01-01T00:00:00Z", nil), ("-5000-01-01T00:00:00Z", nil),
    ] as [(String, Double?)])
func momentsAreRead(text: String, expected: Double?) {
    #expect(Instant.seconds(text).map { ($0 * 1_000).rounded() } == expected.map { ($0 * 1_000).rounded() })
}

@Test(arguments: [("true", true), ("False", false), ("1", true), ("0.0", false), ("NA", nil)] as [(String, Bool?)])
func truthValuesAreReadInTheFormsThatTablesHave(text: String, expected: Bool?) async throws {
    let imported = try await Imported.text("track_id,track_name,explicit\n\(id(1)),S,\(text)\n")
    #expect(imported.tracks.first?.explicit == expected)
}

@Test(arguments: ["maybe", "2"])
func otherTruthValuesAreBad(text: String) async {
    let refusal = await Imported.refusal("track_id,track_name,explicit\n\(id(1)),S,\(text)\n")
    #expect(refusal?.problems.first?.field == "explicit")
}

@Test(
    arguments: [
        ("39.0", 39), ("0", 0), ("100", 100), ("", nil),
    ] as [(String, Int?)])
func wholeNumbersMayHaveAPoint(text: String, expected: Int?) async throws {
    let imported = try await Imported.text("track_id,track_name,popularity\n\(id(1)),S,\(text)\n")
    #expect(imported.tracks.first?.popularity == expected)
}

@Test(arguments: ["39.5", "101", "-1", "x"])
func otherWholeNumbersAreBad(text: String) async {
    let refusal = await Imported.refusal("track_id,track_name,popularity\n\(id(1)),S,\(text)\n")
    #expect(refusal?.code == .badRows && refusal?.problems.first?.field == "popularity")
}

@Test func idsMayBeLinksUrisOrOfOtherNamespaces() async throws {
    let ids = ["https://open.spotify.com/track/\(id(1))?si=x", "spotify:track:\(id(2))", "demo:3", "isrc:USRC17607839"]
    let imported = try await Imported.text("track_id,track_name\n" + ids.map { "\($0),S\n" }.joined())
    #expect(imported.tracks.map(\.ids[0].description) == [id(1), id(2), "demo:3", "isrc:USRC17607839"])
}

@Test func textIsTrimmedAndItsQuotesAreSingle() {
    let bytes = Array(" a \"\"b\"\" ".utf8)
    #expect(FieldText.string(bytes, FieldRange(start: 0, end: bytes.count, hasDoubledQuotes: true)) == "a \"b\"")
    #expect(FieldText.string([97, 0, 98], FieldRange(start: 0, end: 3)) == nil)
    #expect(FieldText.string([0xc3], FieldRange(start: 0, end: 1)) == nil)
}

@Test func aWindowMovesAndWidens() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "window-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    let text = (0..<1_000).map { "line \($0)\n" }.joined()
    try Data(text.utf8).write(to: url)
    let input = try InputBuffer(file: url.path(), maximumUnpackedBytes: 0, capacity: 16)
    #expect(input.count == text.utf8.count && input.isAtEnd && input.bytesTotal == text.utf8.count)
    #expect(input.byte(at: 0) == UInt8(ascii: "l") && input.byte(at: input.count) == nil)
    input.consume(14)
    #expect(input.line == 3 && input.offset == 14 && input.byte(at: 5) == UInt8(ascii: "2"))
    #expect(try !input.fill() && !input.isCompressed && input.bytesDone == input.bytesTotal)
}

@Test(arguments: [
    (GzipError.notFound, ImportError.Code.notFound), (.isDirectory, .notAFile), (.notRegular, .notAFile),
    (.notReadable, .notReadable), (.failed(code: 5, message: "I/O error"), .notReadable),
    (.truncated(offset: 9), .truncated), (.corrupt(offset: 9, reason: "x"), .corrupt), (.tooLarge(limit: 7), .tooLarge),
])
func everyFailureToReadHasACodeAndAMend(failure: GzipError, code: ImportError.Code) {
    let error = ImportError(failure, file: "a.csv")
    #expect(error.code == code && error.description == "a.csv: \(error.message)" && error.message.count > 10)
}

@Test func storesErrorsAreTranslated() {
    #expect(ImportError(store: CatalogStoreError.busy("x"), file: "f").message.contains("busy"))
    #expect(ImportError(store: CatalogStoreError.failed("x"), file: "f").storeError == .failed("x"))
    let other = ImportError(store: CancellationError(), file: "f")
    #expect(other.code == .store && other.storeError == nil)
}

@Test func reportsSurviveCoding() async throws {
    let report = try await Imported.text("track_id,track_name\n\(id(1)),S\nbad,S\n").report
    #expect(try JSONDecoder().decode(ImportReport.self, from: JSONEncoder().encode(report)) == report)
    #expect(report.seconds > 0 && report.problems.count == 1)
}

@Test func smallMembersOfAGzipFileAreOneTable() async throws {
    // `printf 'track_id,' | gzip -9n` and so on: the header comes in two members, a row in a third.
    let parts = ["track_id,", "track_name\n", "\(id(1)),S\n"]
    let imported = try await Imported.bytes(parts.flatMap { StoredGzip.member(Array($0.utf8)) })
    #expect(imported.tracks.map(\.name) == ["S"])
}

/// A gzip member with one stored block.
private enum StoredGzip {
    static func member(_ bytes: [UInt8]) -> [UInt8] {
        var crc = ~UInt32(0)
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xedb8_8320 : crc >> 1 }
        }
        let length = UInt8(bytes.count)
        let header: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1, length, 0, ~length, 255]
        let check = [0, 8, 16, 24].map { (shift: UInt32) in UInt8(truncatingIfNeeded: ~crc >> shift) }
        return header + bytes + check + [length, 0, 0, 0]
    }
}
