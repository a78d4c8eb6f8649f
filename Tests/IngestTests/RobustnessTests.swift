import Catalog
import Foundation
import Synchronization
import Testing

@testable import Ingest

/// A small generator with a seed, so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}

/// Writes tables of any length out of a few rows, each with an id of its own and its numbers jittered.
enum LargeTable {
    static let header = "track_id,track_name,track_artist,track_album_id,track_album_name,playlist_id,energy,tempo\n"

    static func write(rows: Int, to path: String) throws {
        try Data(header.utf8).write(to: URL(filePath: path))
        let file = try #require(FileHandle(forWritingAtPath: path))
        defer { try? file.close() }
        try file.seekToEnd()
        var random = SeededGenerator(state: 1)
        for first in stride(from: 0, to: rows, by: 10_000) {
            let lines = (first..<min(first + 10_000, rows)).map { number in
                "\(id(number)),\"Song, \(number % 977)\",Artist \(number % 331),\(id(number % 499)),Album \(number % 499),"
                    + "\(id(number % 47)),0.\(Int.random(in: 100...999, using: &random)),1\(Int.random(in: 10...99, using: &random)).5\n"
            }
            try file.write(contentsOf: Data(lines.joined().utf8))
        }
    }

    /// Peak resident memory of this process in bytes.
    static func peakMemory() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return (Int(line.filter(\.isNumber)) ?? 0) * 1_024
    }
}

private let table = """
    track_id,track_name,track_artist,playlist_id,playlist_name,energy,tempo,duration_ms
    \(id(1)),"A ""quoted"" name",B;C,\(id(90)),P,0.5,120.1,200000
    \(id(2)),"two
    lines",B,\(id(90)),P,1e-3,0,NA
    \(id(3)),Plain,É feat. D,\(id(91)),Q,0.25,99,1000

    """

private let document = """
    {"id": "\(id(9))", "type": "playlist", "name": "P\\u00e9", "tracks": {"offset": 0, "total": 2, "items": [
      {"added_at": "2020-01-01T00:00:00Z", "added_by": {}, "track": {"type": "track", "id": "\(id(1))", "name": "T",
       "artists": [{"id": "\(id(3))", "name": "A"}], "duration_ms": 1000.5, "popularity": 3}},
      {"added_at": null, "added_by": null, "track": null}]}}
    """

private let lines = """
    {"type":"audio_features","id":"\(id(1))","energy":0.5,"tempo":120}
    {"type":"track","id":"\(id(2))","name":"x","album":{"id":"\(id(3))","release_date":{"year":1999,"month":1}}}
    {"segments":[{"duration":1,"loudness_max":1,"timbre":[],"pitches":[]}],"track":{}}
    """

/// Bytes with a few of them changed, removed, doubled or cut off.
private func mutated(_ text: String, _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = Array(text.utf8)
    let special = Array("\",;\n\r\t{}[]:\\u0\0.-eN".utf8) + [0xff, 0xc3, 0x1f, 0x8b]
    for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
        let place = bytes.indices.randomElement(using: &random) ?? 0
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[place] = special.randomElement(using: &random) ?? 0
        case 2: bytes.remove(at: place)
        case 3: bytes.insert(special.randomElement(using: &random) ?? 0, at: place)
        case 4: bytes.insert(contentsOf: bytes[place..<min(place + 30, bytes.count)], at: place)
        default: bytes.removeSubrange((Int.random(in: 0..<8, using: &random) == 0 ? place : bytes.count)...)
        }
    }
    return bytes
}

@Test(arguments: [table, document, lines, "[\(document),\(document)]"])
func damagedFilesAreReportedOrRefusedButNeverCrash(text: String) async throws {
    var random = SeededGenerator(state: UInt64(text.utf8.count))
    var refused = 0
    for _ in 0..<400 {
        do throws(ImportError) {
            let imported = try await Imported.bytes(mutated(text, &random))
            #expect(imported.report.rowsSkipped <= imported.report.rowsRead)
            #expect(imported.tracks.allSatisfy { $0.name?.utf8.contains(0) != true })
        } catch {
            refused += 1
            #expect(!error.message.isEmpty && error.code != .store)
        }
    }
    #expect(refused > 0 && refused < 400)
}

@Test(arguments: [table, document, lines])
func everyTruncationEndsInAReportOrAnError(text: String) async {
    for length in stride(from: 0, to: text.utf8.count, by: 3) {
        _ = try? await Imported.bytes(text.utf8.prefix(length))
    }
}

@Test func longTablesAreReadInBoundedBatchesWithProgress() async throws {
    let rows = ProcessInfo.processInfo.environment["SEGUE_IMPORT_ROWS"].flatMap { Int($0) } ?? 30_000
    let path = FileManager.default.temporaryDirectory.appending(path: "large-\(UUID().uuidString).csv").path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try LargeTable.write(rows: rows, to: path)
    let store = RecordingStore(keepsRecords: false)
    let seen = Mutex<[ImportProgress]>([])
    let before = LargeTable.peakMemory()
    let report = try await FileImporter(store: store).importFile(path: path) { moment in
        seen.withLock { $0.append(moment) }
    }
    #expect(report.rowsRead == rows && report.rowsSkipped == 0)
    let state = store.state.withLock { $0 }
    #expect(state.recordCount == 3 * rows + 47 && state.largestBatch <= 4 * ImportOptions().batchRows)
    let progress = seen.withLock { $0 }
    #expect(zip(progress, progress.dropFirst()).allSatisfy { $0.bytesDone <= $1.bytesDone && $0.rows <= $1.rows })
    #expect(progress.last.map { $0.bytesDone == $0.bytesTotal && $0.rows == rows } == true)
    if rows >= 500_000 { #expect(LargeTable.peakMemory() - before < 300 << 20) }
}
