import Catalog
import Foundation
import Synchronization
import Testing

@testable import Ingest

@Test(arguments: [
    ("", ImportError.Code.empty, "empty"), (" \n\n", .empty, "blanks"), ("track_id,track_name\n", .empty, "no row"),
    ("hello world\nfoo\n", .unknownFormat, "hello world"), ("<html></html>", .unknownFormat, "HTML"),
    ("PK\u{3}\u{4}xx", .unknownFormat, "zip"), ("\u{0}\u{1}\u{2}", .unknownFormat, "binary"),
    ("#EXTM3U\n", .empty, "no row"), ("name,artist,energy\nS,A,0.5\n", .missingColumns, "track_id"),
    ("track_id,foo\n\(id(1)),x\n", .missingColumns, "track_name"), ("{\"a\": \n 1", .brokenJSON, "line 2"),
    ("[{\"id\": 1}\n{}]", .brokenJSON, "comma"), ("[{}", .brokenJSON, "never closed"), ("[] x", .brokenJSON, "follows"),
    ("{}", .nothingToImport, "empty object"), ("{\"devices\": []}", .nothingToImport, "devices"),
    ("{\"error\": {\"status\": 429, \"message\": \"slow\"}}", .nothingToImport, "429: slow"),
    ("{\"type\": \"user\", \"id\": \"x\"}", .nothingToImport, "user"),
    ("[true, false]", .nothingToImport, "no objects"),
    ("{\"type\": \"track\", \"id\": \"short\"}", .badRows, "no Spotify id"),
    (String(repeating: "[{\"a\":", count: 100_000), .brokenJSON, "deeper than 64"),
    (String(repeating: "{\"a\":", count: 100_000), .brokenJSON, "deeper than 64"),
])
func filesThatAreNotWhatTheySayAreRefused(text: String, code: ImportError.Code, words: String) async {
    let error = await Imported.refusal(text)
    #expect(error?.code == code)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "imported")")
}

@Test func otherEncodingsAreRefused() async {
    let utf16 = await #expect(throws: ImportError.self) { try await Imported.bytes([0xff, 0xfe, 0x61, 0]) }
    #expect(utf16?.code == .notUTF8 && utf16?.message.contains("iconv") == true)
    let json = await #expect(throws: ImportError.self) {
        try await Imported.bytes(Array("{\"name\": \"".utf8) + [0xe9] + Array("\"}".utf8))
    }
    #expect(json?.code == .notUTF8)
}

@Test func rowsInAnotherEncodingAreSkipped() async throws {
    let text = Array("track_id,track_name\n\(id(1)),S\n\(id(2)),caf".utf8) + [0xe9, 10] + Array("\(id(3)),T\n".utf8)
    let imported = try await Imported.bytes(text)
    #expect(imported.tracks.count == 2 && imported.reasons[0].contains("UTF-8"))
}

@Test(arguments: [("/no/such/file", ImportError.Code.notFound), ("/tmp", .notAFile), ("/dev/null", .notAFile)])
func pathsWithoutAFileAreRefused(path: String, code: ImportError.Code) async {
    let error = await #expect(throws: ImportError.self) { try await Imported.file(path) }
    #expect(error?.code == code && error?.file == path && error?.description.hasPrefix(path) == true)
}

@Test func damagedGzipIsRefused() async {
    let cut = await #expect(throws: ImportError.self) { try await Imported.bytes([0x1f, 0x8b, 8, 0]) }
    #expect(cut?.code == .truncated)
    let bad = await #expect(throws: ImportError.self) {
        try await Imported.bytes([0x1f, 0x8b, 9] + [UInt8](repeating: 1, count: 50))
    }
    #expect(bad?.code == .corrupt)
}

@Test func theLimitsAreSettings() async {
    var options = ImportOptions()
    options.maximumDocumentBytes = 1_000_000
    let document = "{\"name\": \"\(String(repeating: "x", count: 3_000_000))\"}"
    let large = await Imported.refusal(document, options)
    #expect(large?.code == .tooLarge && large?.message.contains("1000000") == true)
    options.maximumRowBytes = 1_000
    let row = "track_id,track_name\n\(id(1)),S\n\(id(2)),\"\(String(repeating: "x", count: 2_000_000))\"\n\(id(3)),T\n"
    let imported = try? await Imported.text(row, options)
    #expect(imported?.tracks.count == 2 && imported?.reasons.first?.contains("1000 bytes") == true)
}

@Test func manyUnclosedQuotesEndTheImport() async {
    let text =
        "track_id,track_name\n" + String(repeating: "\"" + String(repeating: "a", count: 98) + "\n", count: 3)
        + (1...400).map { "\"\(id($0))\(String(repeating: "b", count: 40_000))\n" }.joined()
    #expect(await Imported.refusal(text)?.code == .badRows)
}

@Test func aFailingStoreIsNamedAndLeftAlone() async {
    let store = RecordingStore(failure: .unavailable("no socket"))
    let path = FileManager.default.temporaryDirectory.appending(path: "store-\(UUID().uuidString)").path()
    try? Data("track_id,track_name\n\(id(1)),S\n".utf8).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let error = await #expect(throws: ImportError.self) { try await FileImporter(store: store).importFile(path: path) }
    #expect(error?.code == .store && error?.storeError == .unavailable("no socket"))
    #expect(error?.message.contains("cannot be reached") == true)
    #expect(store.state.withLock { $0.cancels == 1 && $0.commits == 0 })
}

@Test func aCancelledImportChangesNothing() async {
    let store = RecordingStore()
    let path = FileManager.default.temporaryDirectory.appending(path: "cancel-\(UUID().uuidString)").path()
    try? Data("track_id,track_name\n\(id(1)),S\n".utf8).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return try await FileImporter(store: store).importFile(path: path)
    }
    let error = await #expect(throws: ImportError.self) { try await task.value }
    #expect(error?.code == .cancelled)
    #expect(store.state.withLock { $0.cancels == 1 && $0.commits == 0 && $0.records.isEmpty })
}
