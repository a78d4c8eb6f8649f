import Catalog
import Foundation
import Storage
import TestSupport
import Testing

@testable import Ingest

/// Files through Ingest into a real database.
@Suite struct DatabaseImportTests {
    @Test(.enabled(if: Shared.isPresent, "the shared data is absent"))
    func theSongsTableComesInWholeAndOnlyOnce() async throws {
        try await withTestDatabase { store in
            let importer = FileImporter(store: store)
            let path = Shared.path("data/spotify_songs.csv.gz")
            let counts = try await importer.importFile(path: path).counts
            #expect(counts.newTracks == 28_356 && counts.newPlaylists == 471)
            #expect(counts.newEntries == 32_833 - 582 && counts.features == 28_356)
            #expect(counts.newArtists > 10_000 && counts.newAlbums > 20_000 && counts.unresolved == 0)
            let again = try await importer.importFile(path: path).counts
            #expect(again.isUnchanged)
            try await expectDenseIDs(28_356, in: store)
            let found = try await store.search("ed sheeran", limit: 5, cursor: nil).tracks
            #expect(found.count == 5 && found.allSatisfy { $0.artists.contains { $0.name == "Ed Sheeran" } })
        }
    }

    /// Every twentieth row of the large table on top of a part of the songs: the whole takes too long without
    /// optimisation. The whole tables share 23,292 of their 28,356 and 121,815 tracks, which makes 126,879.
    @Test(.enabled(if: Shared.isPresent, "the shared data is absent"))
    func bothTablesMakeTheUnionOfTheirTracks() async throws {
        let songs = try Table(Shared.path("data/spotify_songs.csv.gz"), every: 20)
        let large = try Table(Shared.path("data/tracks_large.csv.gz"), every: 20)
        let shared = songs.ids.intersection(large.ids)
        #expect(!shared.isEmpty)
        try await withMigratedDatabase { database in
            try await withFiles([("songs.csv", Data(songs.text.utf8)), ("large.csv", Data(large.text.utf8))]) { paths in
                let importer = FileImporter(store: database.store)
                let first = try await importer.importFile(path: paths[0]).counts
                let second = try await importer.importFile(path: paths[1]).counts
                #expect(first.newTracks == songs.ids.count)
                #expect(second.newTracks == large.ids.count - shared.count)
                #expect(second.changedTracks <= shared.count && second.removedEntries == 0)
                try await expectDenseIDs(songs.ids.union(large.ids).count, in: database.store)
                for path in paths {
                    let again = try await importer.importFile(path: path).counts
                    #expect(again.isUnchanged)
                }
            }
        }
    }

    @Test func badRowsAreReportedWithTheirLineAndTheRestComesIn() async throws {
        let text = """
            track_id,track_name,track_artist,energy
            \(id(1)),One,A,0.5
            short,Two,A,0.5
            \(id(3)),Three,A,loud
            \(id(4)),Four,A,0.5

            """
        try await withTestDatabase { store in
            try await withFiles([("songs.csv", Data(text.utf8))]) { paths in
                let report = try await FileImporter(store: store).importFile(path: paths[0])
                #expect(report.counts.newTracks == 2 && report.rowsRead == 4 && report.rowsSkipped == 2)
                #expect(report.problems.map(\.line) == [3, 4])
                #expect(report.problems.allSatisfy { $0.file == paths[0] && !$0.reason.isEmpty })
                #expect(report.problems.map(\.field) == ["track_id", "energy"])
            }
        }
    }

    @Test func refusedFilesChangeNothing() async throws {
        let rows = (1...3_000).map { "\(id($0)),Song \($0),Artist \($0 % 40),0.\($0)" }
        let whole = (["track_id,track_name,track_artist,energy"] + rows).joined(separator: "\n") + "\n"
        let packed = try gzipped(whole)
        let bad = (["track_id,track_name,track_artist,energy"] + rows.map { $0.replacing("AAAA", with: "!") })
            .joined(separator: "\n")
        let lying: [(String, Data, ImportError.Code)] = [
            ("cut.csv.gz", packed.prefix(packed.count / 2), .truncated),
            ("damaged.csv.gz", damaged(packed), .corrupt),
            ("bad.csv", Data(bad.utf8), .badRows),
            ("page.csv", Data("<!DOCTYPE html><html></html>".utf8), .unknownFormat),
            ("cut.json", Data("[{\"type\": \"track\", \"id\": \"\(id(1))\", \"name\": \"S\"},".utf8), .brokenJSON),
        ]
        try await withTestDatabase { store in
            try await withFiles([("good.csv", Data(whole.prefix(2_000).utf8))]) {
                _ = try await FileImporter(store: store).importFile(path: $0[0])
            }
            let before = try await store.withView { try await $0.tracks(after: TrackID(rawValue: 0), limit: 10_000) }
            for (name, bytes, code) in lying {
                try await withFiles([(name, bytes)]) { paths in
                    let error = await #expect(throws: ImportError.self) {
                        try await FileImporter(store: store).importFile(path: paths[0])
                    }
                    #expect(error?.code == code, "\(name): \(error?.description ?? "imported")")
                }
                let after = try await store.withView { try await $0.tracks(after: TrackID(rawValue: 0), limit: 10_000) }
                #expect(after == before)
            }
        }
    }

    /// Features of a track on several rows, and of one already there, are settled; those of a lone new row are taken.
    @Test func featuresOfRepeatedAndLoneRowsAreTheSame() async throws {
        let header = "track_id,track_name,track_artist,energy,tempo\n"
        let first = header + "\(id(1)),One,A,0.1,\n\(id(2)),Two,A,0.2,100\n\(id(1)),One,A,0.9,120\n"
        let second = header + "\(id(2)),Two,A,0.8,90\n\(id(3)),Three,A,0.3,130\n"
        try await withTestDatabase { store in
            try await withFiles([("a.csv", Data(first.utf8)), ("b.csv", Data(second.utf8))]) { paths in
                let importer = FileImporter(store: store)
                let first = try await importer.importFile(path: paths[0]).counts
                let second = try await importer.importFile(path: paths[1]).counts
                #expect(first.features == 2 && second.features == 1)
            }
            let tracks = try await store.withView { try await $0.tracks(after: TrackID(rawValue: 0), limit: 10) }
            #expect(tracks.map { $0.features[.energy] } == [0.1, 0.2, 0.3])
            #expect(tracks.map { $0.features[.tempo] } == [120, 100, 130])
        }
    }

    /// Track ids are 1, 2, 3 … as far as there are tracks.
    private func expectDenseIDs(_ count: Int, in store: PostgresStore) async throws {
        try await store.withView { view in
            let stored = try await view.trackCount()
            #expect(stored == count)
            let last = try await view.tracks(after: TrackID(rawValue: Int64(count) - 1), limit: 2)
            #expect(last.map(\.id) == [TrackID(rawValue: Int64(count))])
        }
    }

    private func damaged(_ packed: Data) -> Data {
        var bytes = packed
        for index in stride(from: bytes.count / 2, to: bytes.count / 2 + 64, by: 1) { bytes[index] ^= 0x5a }
        return bytes
    }

    private func gzipped(_ text: String) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/gzip")
        process.arguments = ["-c"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let writing = Thread {
            try? input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
            try? input.fileHandleForWriting.close()
        }
        writing.start()
        return try output.fileHandleForReading.readToEnd() ?? Data()
    }

    private func withFiles(_ files: [(String, Data)], _ body: ([String]) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ingest-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var paths: [String] = []
        for (name, bytes) in files {
            try bytes.write(to: folder.appending(path: name))
            paths.append(folder.appending(path: name).path())
        }
        try await body(paths)
    }
}

/// Some lines of a real table.
private struct Table {
    var text: String
    var ids: Set<Substring> = []

    /// The header and every `step`th line; no field of these tables spans lines.
    init(_ path: String, every step: Int) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/gzip")
        process.arguments = ["-dc", path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let lines = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            .split(separator: "\n")
        let sample = lines.indices.dropFirst().filter { $0 % step == 1 }.map { lines[$0] }
        text = ([lines[0]] + sample).joined(separator: "\n") + "\n"
        ids = Set(sample.compactMap { $0.split(separator: ",", omittingEmptySubsequences: false).first })
    }
}
