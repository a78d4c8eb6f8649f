import Catalog
import FileSystem
import Foundation
import MusicFolder
import Postgres
import SoundSamples
import Storage
import Synchronization
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

    /// More than are kept at a time: they wait for the files that they are copies of together, and each counts once.
    @Test func copiesOfManyKnownRecordingsAreSettledTogether() async throws {
        for number in 10..<28 {
            try write("one/\(number).wav", seed: UInt64(number), title: "Piece \(number)", seconds: 5)
            try write("two/\(number).wav", seed: UInt64(number), title: "Piece \(number), copied", seconds: 5)
        }
        try await withMigratedDatabase { database in
            try await run(database, of: "one")
            let session = try await database.session()
            let batches: () async throws -> Int = {
                try await session.first("SELECT count(*) FROM imports") { try $0[0] } ?? 0
            }
            let before = try await batches()
            let steps = Mutex<[[Int]]>([])
            let report = try await run(database, of: "two") { done, total in
                steps.withLock { $0.append([done, total]) }
            }
            let after = try await batches()
            #expect(report.duplicates == 18 && report.files == 18)
            #expect(after - before <= 4, "two for sixteen files and their originals")
            let told = steps.withLock(\.self)
            #expect(told.allSatisfy { $0[0] <= $0[1] && $0[1] <= 36 } && told.last == [36, 36], "\(told)")
            #expect(told.map { $0[0] } == told.map { $0[0] }.sorted())
            let (here, there) = (try await tracks(database), try await expected())
            #expect(here == there && here.count == 18)
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
            #expect(report.gone == 1 && report.removedTracks == 0)
            #expect(report.failures.map(\.code) == ["away"] && report.failures.map(\.path) == [folder("two")])
            try rename("away", "two")
            try await run(database, of: "two")
            let (here, there) = (try await tracks(database), try await expected())
            let after = try await track("two/b.wav", database)
            #expect(here == there && here[0].hasPrefix("Second |") && before != nil && after == before)
        }
    }

    @Test func whereAFileIsGoneFromAFolderThatIsThereTheFolderIsToBeAnalysed() async throws {
        try write("one/a.wav", seed: 1, title: "First")
        try write("two/b.wav", seed: 1, title: "Second")
        try write("two/c.wav", seed: 2, title: "Other")
        try await withMigratedDatabase { database in
            for name in ["one", "two"] { try await run(database, of: name) }
            try FileManager.default.removeItem(atPath: folder("two/b.wav"))
            try write("one/a.wav", seed: 1, title: "Edited")
            let report = try await run(database, of: "one")
            #expect(report.failures.map(\.code) == ["away"] && report.failures.map(\.path) == [folder("two")])
            let message = try #require(report.failures.first?.message)
            #expect(message.hasPrefix("without 1 file that shares a track ") && !message.contains("--allow-empty"))
            #expect(message.hasSuffix("until segue analyze \(folder("two")) is run"))
            for name in ["two", "one"] {
                let next = try await run(database, of: name)
                #expect(next.failures.isEmpty)
            }
            let (here, there) = (try await tracks(database), try await expected())
            #expect(here == there && here.count == 2)
        }
    }

    /// Its tracks go with it, and what its files said under the old name holds until that is forgotten.
    @Test func aFolderThatIsRenamedKeepsItsTracksAndIsForgottenWhenAskedTo() async throws {
        try write("one/a.wav", seed: 1)
        try tag("one/a.wav", "First", isrc: "USRC17607839")
        try await withMigratedDatabase { database in
            try await run(database, of: "one")
            let before = try await track("one/a.wav", database)
            try rename("one", "three")
            let failure = await #expect(throws: FolderMissing.self) { try await run(database, of: "one") }
            #expect(failure?.folder == folder("one") && failure?.files == 1)
            #expect(failure?.description.contains("1 file of it is known") == true)
            #expect(failure?.description.contains("--allow-empty") == true)
            try await run(database, of: "three")
            let after = try await track("three/a.wav", database)
            #expect(before != nil && after == before)
            try write("three/a.wav", seed: 1, title: "First")
            let report = try await run(database, of: "three")
            #expect(report.failures.map(\.code) == ["away"] && report.failures.first?.path == folder("one"))
            #expect(report.failures.first?.message.hasPrefix("away with 1 file that shares a track ") == true)
            #expect(report.failures.first?.message.hasSuffix("segue analyze FOLDER --allow-empty") == true)
            let held = try await database.store.trackID(for: .isrc("USRC17607839"))
            #expect(held == before, "the drive of the old folder may be away")
            let forgotten = try await run(database, of: "one", mayBeEmpty: true)
            #expect(forgotten.gone == 1 && forgotten.removedTracks == 0 && forgotten.failures.isEmpty)
            let (still, free) = (
                try await track("three/a.wav", database), try await database.store.trackID(for: .isrc("USRC17607839"))
            )
            #expect(still == before && free == nil)
            let (here, there) = (try await tracks(database), try await expected())
            #expect(here == there && here.count == 1)
            await #expect(throws: FileSystemError.self) { try await run(database, of: "one", mayBeEmpty: true) }
        }
    }

    @Test func aFolderThatIsGoneTakesItsTracksWhenAskedTo() async throws {
        for number in 0..<7 {
            try FileManager.default.createDirectory(atPath: folder("one/\(number)"), withIntermediateDirectories: false)
            try write("one/\(number)/a.wav", seed: UInt64(number + 1), title: "\(number)", seconds: 3)
            try write("two/\(number).wav", seed: UInt64(number + 1), title: "Other \(number)", seconds: 3)
        }
        try await withMigratedDatabase { database in
            for name in ["one", "two"] { try await run(database, of: name) }
            for number in 0..<7 {
                try FileManager.default.removeItem(atPath: folder("one/\(number)"))
                try write("two/\(number).wav", seed: UInt64(number + 1), title: "Later \(number)", seconds: 3)
            }
            let report = try await run(database, of: "two")
            #expect(report.failures.map(\.path) == [folder("one")], "many are named by the folder that they were in")
            #expect(report.failures.first?.message.hasPrefix("away with 7 files that ") == true)
            for name in ["one", "two"] { try FileManager.default.removeItem(atPath: folder(name)) }
            for (name, removed) in [("two", 0), ("one", 7)] {
                await #expect(throws: FolderMissing.self) { try await run(database, of: name) }
                let report = try await run(database, of: name, mayBeEmpty: true)
                #expect(report.gone == 7 && report.removedTracks == removed)
            }
        }
    }

    /// Too short for a fingerprint, it is told by its bytes.
    @Test func aShortFileThatIsCopiedToAFolderBeforeItKeepsItsTrack() async throws {
        try write("two/a.wav", seed: 1, title: "Short", seconds: 2)
        try await withMigratedDatabase { database in
            try await run(database, of: "two")
            let before = try await track("two/a.wav", database)
            let prints = try await database.session().first("SELECT cardinality(keys) FROM music_files") {
                try $0[0] as Int
            }
            #expect(prints == 0)
            try FileManager.default.copyItem(atPath: folder("two/a.wav"), toPath: folder("one/c.wav"))
            try await run(database, of: "one")
            let (here, there) = (try await track("one/c.wav", database), try await track("two/a.wav", database))
            #expect(before != nil && here == before && there == before)
        }
    }

    /// Its bytes tell more of it than what the path held before, which may be any other recording.
    @Test(arguments: [2, 8])
    func aShortFileThatTakesAPlaceInAnotherFolderKeepsItsTrack(_ seconds: Int) async throws {
        try write("one/c.wav", seed: 2, title: "Overwritten", seconds: seconds)
        try write("two/a.wav", seed: 1, title: "Short", seconds: 2)
        try await withMigratedDatabase { database in
            for name in ["one", "two"] { try await run(database, of: name) }
            let before = try await track("two/a.wav", database)
            try FileManager.default.removeItem(atPath: folder("one/c.wav"))
            try FileManager.default.copyItem(atPath: folder("two/a.wav"), toPath: folder("one/c.wav"))
            try await run(database, of: "one")
            let (here, there) = (try await track("one/c.wav", database), try await track("two/a.wav", database))
            #expect(before != nil && here == before && there == before)
            let (known, fresh) = (try await tracks(database), try await expected())
            #expect(known == fresh && known.count == 1)
        }
    }

    /// A run over a folder finds out that a file of another, before it by path, holds something else by now.
    @Test func aFileThatIsHeardLateTellsOfItsTrackWhereItComesFirst() async throws {
        try write("one/b.wav", seed: 1, title: "Replaced")
        try write("two/b.wav", seed: 2, title: "Second")
        try await withMigratedDatabase { database in
            for name in ["one", "two"] { try await run(database, of: name) }
            let before = (try await track("one/b.wav", database), try await track("two/b.wav", database))
            try write("one/b.wav", seed: 2, title: "First")
            try write("two/b.wav", seed: 2, title: "Second too")
            try write("two/z.wav", seed: 1, title: "What was replaced")
            try await run(database, of: "two")
            let (known, fresh) = (try await tracks(database), try await expected())
            #expect(known == fresh && known.count == 2 && known.contains { $0.hasPrefix("First |") })
            let after = (try await track("two/z.wav", database), try await track("two/b.wav", database))
            #expect(before.0 != nil && before.1 != nil && after == before)
            for name in ["one", "two"] {
                let report = try await run(database, of: name)
                #expect(report.analyzed == 0 && report.duplicates == 0 && report.unchanged == report.files)
            }
        }
    }

    /// The run over the new folder hears the old place too, since that told of the recording before.
    @Test func whatMovesToAnotherFolderKeepsItsTrackWhereverTheRunIsKilled() async throws {
        try write("one/a.wav", seed: 1, title: "Moved", seconds: 4)
        try write("two/b.wav", seed: 2, title: "Other", seconds: 4)
        try await withMigratedDatabase { database in
            for name in ["one", "two"] { try await run(database, of: name) }
            let before = try await track("one/a.wav", database)
            try await makeMortal(database)
            var (statement, isKilled) = (0, true)
            while isKilled, !Task.isCancelled {
                statement += 5
                let (old, new) = statement % 2 == 1 ? ("one", "two") : ("two", "one")
                try write("\(new)/c.wav", seed: 1, title: "Moved \(statement)", seconds: 4)
                try write("\(old)/a.wav", seed: 100 + UInt64(statement), title: "In its place", seconds: 4)
                isKilled = try await runKilled(at: statement, of: new, database)
                for name in [new, old] { try await run(database, of: name) }
                let after = try await track("\(new)/c.wav", database)
                #expect(before != nil && after == before, "killed at statement \(statement)")
                try rename("\(new)/c.wav", "\(new)/a.wav")
                try FileManager.default.removeItem(atPath: folder("\(old)/a.wav"))
                for name in [new, old] { try await run(database, of: name) }
            }
            #expect(statement > 20)
        }
    }

    /// Whatever becomes of two folders, and whatever of them cannot be read in between.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func anySequenceOfEditsInTwoFoldersEndsAsAFreshCatalog(_ seed: UInt64) async throws {
        let names = ["one/a.wav", "one/d.wav", "two/b.wav", "two/c.wav"]
        try await withMigratedDatabase { database in
            try await makeMortal(database)
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
                if random.below(2) == 0 {
                    let (name, statement) = (order[random.below(2)], 1 + random.below(60))
                    log.append("run \(name), killed at statement \(statement)")
                    try await runKilled(at: statement, of: name, database)
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
