import Catalog
import Foundation
import MusicFolder
import SoundSamples
import TestSupport
import Testing

/// Copies of a recording in folders that are taken in one by one.
@Suite(.enabled(if: BuiltAnalyzer.path != nil, "segue-analyze was not built"))
struct OutsideFilesTests: EditsFolder {
    let folder: Folder

    init() throws {
        folder = try Folder()
        for name in ["one", "two"] {
            try FileManager.default.createDirectory(atPath: folder(name), withIntermediateDirectories: false)
        }
    }

    @Test(arguments: [["one", "two"], ["two", "one"]])
    func aTrackFallsBackToTheFileInTheOtherFolder(_ order: [String]) async throws {
        try write("one/a.wav", seed: 1, title: "First")
        try write("two/b.wav", seed: 1, title: "Second")
        try await withMigratedDatabase { database in
            for name in order { try await run(database, of: name) }
            let (both, there) = (try await tracks(database), try await expected())
            #expect(both == there && both.count == 1 && both[0].hasPrefix("First |"))
            let before = try await track("two/b.wav", database)
            try FileManager.default.removeItem(atPath: folder("one/a.wav"))
            let report = try await run(database, of: "one")
            #expect(report.files == 0 && report.gone == 1 && report.removedTracks == 0 && report.unchanged == 0)
            let (here, alone) = (try await tracks(database), try await expected())
            let after = try await track("two/b.wav", database)
            #expect(here == alone && here[0].hasPrefix("Second |") && before != nil && after == before)
            let next = try await run(database, of: "two")
            #expect(next.unchanged == 1 && next.analyzed == 0)
        }
    }

    @Test func theOtherFoldersFileIsSettledLaterWhereItIsAway() async throws {
        try write("one/a.wav", seed: 1, title: "First")
        try write("two/b.wav", seed: 1, title: "Second")
        try await withMigratedDatabase { database in
            for name in ["one", "two"] { try await run(database, of: name) }
            let before = try await track("two/b.wav", database)
            try rename("two", "away")
            try FileManager.default.removeItem(atPath: folder("one/a.wav"))
            let report = try await run(database, of: "one")
            #expect(report.gone == 1 && report.removedTracks == 0 && report.failures.isEmpty)
            try rename("away", "two")
            try await run(database, of: "two")
            let (here, there) = (try await tracks(database), try await expected())
            let after = try await track("two/b.wav", database)
            #expect(here == there && here[0].hasPrefix("Second |") && before != nil && after == before)
        }
    }

    /// Whatever becomes of two folders, and whatever of them cannot be read in between.
    @Test(arguments: [1, 2] as [UInt64])
    func anySequenceOfEditsInTwoFoldersEndsAsAFreshCatalog(_ seed: UInt64) async throws {
        let names = ["one/a.wav", "one/d.wav", "two/b.wav", "two/c.wav"]
        try await withMigratedDatabase { database in
            var random = SplitMix(state: seed)
            var log: [String] = []
            for _ in 0..<5 {
                for _ in 0..<3 { log.append(try edit(names, &random)) }
                let order = random.below(2) == 0 ? ["one", "two"] : ["two", "one"]
                let away = names[random.below(names.count)]
                if FileManager.default.fileExists(atPath: folder(away)) {
                    log.append("break \(away)")
                    try breakFile(away)
                    for name in order { try await run(database, of: name) }
                    log.append(try edit(names.filter { $0 != away }, &random))
                    for name in order { try await run(database, of: name) }
                    try mend(away)
                }
                for name in order { try await run(database, of: name) }
                log.append("run \(order)")
                let (here, there) = (try await tracks(database), try await expected())
                #expect(here == there, "\(log)")
                for name in order {
                    let unchanged = try await run(database, of: name)
                    #expect(unchanged.analyzed == 0 && unchanged.duplicates == 0, "nothing is left to do, \(log)")
                }
            }
        }
    }
}
