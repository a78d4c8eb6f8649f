import Catalog
import Foundation
import MusicFolder
import Postgres
import SoundSamples
import TestSupport
import Testing

/// Files that cannot be read for a while: they are told of, and nothing that is known of them is lost.
@Suite(.enabled(if: BuiltAnalyzer.path != nil, "segue-analyze was not built"))
struct UnheardFilesTests: EditsFolder {
    let folder: Folder

    init() throws { folder = try Folder() }

    /// Puts something in a file's place that opens, and fails when it is read, for root as well.
    private func breakFile(_ name: String) throws {
        try rename(name, name + ".away")
        try FileManager.default.createSymbolicLink(atPath: folder(name), withDestinationPath: "/proc/self/mem")
    }

    private func mend(_ name: String) throws { try rename(name + ".away", name) }

    @Test func aFileThatCannotBeReadForARunIsTheSameFileAfterwards() async throws {
        try write("a.wav", seed: 1, title: "First")
        try await withMigratedDatabase { database in
            try await run(database)
            let before = try await track("a.wav", database)
            let values = try await tracks(database)
            try breakFile("a.wav")
            for _ in 0..<2 {
                let report = try await run(database)
                #expect(report.failures.map(\.path) == [folder("a.wav")] && report.failures[0].code == "unreadable")
                #expect(report.gone == 0 && report.removedTracks == 0)
                let during = try await tracks(database)
                #expect(during == values)
            }
            try mend("a.wav")
            // Edited meanwhile: other bytes and another title, the same recording.
            try write("a.wav", seed: 1, title: "Retitled")
            let report = try await run(database)
            let after = try await track("a.wav", database)
            #expect(report.failures.isEmpty && before != nil && after == before, "it is the track that it was")
            let (here, there) = (try await tracks(database), try await expected())
            #expect(here == there && here.count == 1)
        }
    }

    @Test func filesThatGoAwayWhileOthersAreHeardAreNeitherGoneNorRefused() async throws {
        for number in 0..<6 { try write("\(number).wav", seed: UInt64(number + 1), title: "Piece \(number)") }
        let drive = try Folder()
        try FileManager.default.createDirectory(atPath: drive("music"), withIntermediateDirectories: false)
        for number in 3..<6 {
            try FileManager.default.moveItem(atPath: folder("\(number).wav"), toPath: drive("music/\(number).wav"))
        }
        try FileManager.default.createSymbolicLink(atPath: folder("drive"), withDestinationPath: drive("music"))
        try await withMigratedDatabase { database in
            try await run(database)
            let values = try await tracks(database)
            try await database.session().execute("UPDATE music_files SET version = 0")
            let (there, away) = (drive("music"), drive("away"))
            let report = try await run(database) { done, _ in
                if done >= 1 { try? FileManager.default.moveItem(atPath: there, toPath: away) }
            }
            #expect(!report.failures.isEmpty && report.failures.allSatisfy { $0.code == "unreadable" })
            #expect(report.gone == 0 && report.removedTracks == 0)
            let during = try await tracks(database)
            #expect(during == values)
            try FileManager.default.moveItem(atPath: away, toPath: there)
            let next = try await run(database)
            let after = try await tracks(database)
            #expect(next.failures.isEmpty && next.gone == 0 && after == values)
            let last = try await run(database)
            #expect(last.unchanged == 6)
        }
    }

    @Test func aNewFileThatVanishesIsNoFileThatIsGone() async throws {
        for number in 0..<4 { try write("\(number).wav", seed: UInt64(number + 1), title: "Piece \(number)") }
        let last = folder("3.wav")
        try await withMigratedDatabase { database in
            let report = try await run(database) { done, _ in
                if done == 1 { try? FileManager.default.removeItem(atPath: last) }
            }
            #expect(report.failures.map(\.path) == [last])
            let next = try await run(database)
            #expect(next.failures.isEmpty && next.gone == 0 && next.unchanged == 3)
        }
    }
}
