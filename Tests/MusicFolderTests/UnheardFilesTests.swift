import Catalog
import Foundation
import Glibc
import MusicFolder
import Postgres
import SoundSamples
import Storage
import TestSupport
import Testing

/// Files that cannot be read for a while: they are told of, and nothing that is known of them is lost.
@Suite(.enabled(if: BuiltAnalyzer.path != nil, "segue-analyze was not built"))
struct UnheardFilesTests: EditsFolder {
    let folder: Folder

    init() throws { folder = try Folder() }

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
                #expect(report.failures[0].message == "Input/output error; what is known of it stays")
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

    /// The folder itself, one below it as where a drive is mounted, and one that holds nothing but that.
    @Test(arguments: ["", "usb", "above/usb"])
    func aFolderThatIsEmptyAllAtOnceIsBelievedWhenAskedTo(_ place: String) async throws {
        try FileManager.default.createDirectory(atPath: folder(place), withIntermediateDirectories: true)
        let names = (0..<6).map { place.isEmpty ? "\($0).wav" : "\(place)/\($0).wav" }
        for (number, name) in names.enumerated() {
            try write(name, seed: UInt64(number + 1), title: "\(number)", seconds: 3)
        }
        if !place.isEmpty { try write("stays.wav", seed: 7, title: "Stays", seconds: 3) }
        let emptied = place.isEmpty ? folder.path : folder(place.split(separator: "/").first.map(String.init) ?? "")
        try await withMigratedDatabase { database in
            try await run(database)
            let values = try await tracks(database)
            for name in names { try rename(name, String(name.dropLast(3)) + "away") }
            let report = try await run(database)
            #expect(report.gone == 0 && report.failures.map(\.path) == [emptied])
            #expect(report.failures.first?.code == "emptied")
            #expect(report.failures.first?.message.contains("--allow-empty") == true)
            let during = try await tracks(database)
            #expect(during == values)
            let asked = try await run(database, mayBeEmpty: true)
            #expect(asked.gone == 6 && asked.removedTracks == 6 && asked.failures.isEmpty)
        }
    }

    /// What is deleted with its folder, and what moved elsewhere, is missed by nobody.
    @Test func aFolderThatWasRemovedOrMovedFromIsNotMissed() async throws {
        try write("stays.wav", seed: 9, seconds: 3)
        for place in ["removed", "moved", "new"] {
            try FileManager.default.createDirectory(atPath: folder(place), withIntermediateDirectories: true)
        }
        for number in 0..<6 {
            try write("removed/\(number).wav", seed: UInt64(number + 20), title: "Removed \(number)", seconds: 3)
            try write("moved/\(number).wav", seed: UInt64(number + 40), title: "Moved \(number)", seconds: 3)
        }
        try await withMigratedDatabase { database in
            try await run(database)
            try FileManager.default.removeItem(atPath: folder("removed"))
            for number in 0..<6 { try rename("moved/\(number).wav", "new/\(number).wav") }
            let report = try await run(database)
            #expect(report.failures.isEmpty && report.moved == 6 && report.removedTracks == 6)
        }
    }

    /// A folder or a file gets a name in Latin 1, by the bytes, which Foundation cannot write.
    private func move(_ old: [UInt8], _ new: [UInt8]) -> Bool {
        func place(_ name: [UInt8]) -> [CChar] {
            (Array(folder(".").utf8) + [0x2f] + name + [0]).map(CChar.init(bitPattern:))
        }
        return Glibc.rename(place(old), place(new)) == 0
    }

    @Test(arguments: [false, true])
    func whatGetsANameThatIsNoTextIsMissedByNobody(_ isFile: Bool) async throws {
        try FileManager.default.createDirectory(atPath: folder("old/below"), withIntermediateDirectories: true)
        try write("old/below/a.wav", seed: 1, title: "First", seconds: 3)
        try write("old/below/b.wav", seed: 2, title: "Second", seconds: 3)
        let (old, new) = isFile ? ("old/below/a.wav", "old/below/new.wav") : ("old", "new")
        let unread = Array((isFile ? "old/below/" : "").utf8) + [0x63, 0xe9] + Array((isFile ? ".wav" : "").utf8)
        try await withMigratedDatabase { database in
            try await run(database)
            let before = try await track("old/below/a.wav", database)
            #expect(move(Array(old.utf8), unread))
            for _ in 0..<2 {
                let report = try await run(database)
                #expect(report.gone == 0 && report.removedTracks == 0 && report.failures.map(\.code) == ["bad_name"])
            }
            #expect(move(unread, Array(new.utf8)))
            let report = try await run(database)
            #expect(report.moved == (isFile ? 1 : 2) && report.removedTracks == 0 && report.analyzed == 0)
            let after = try await track(isFile ? new : "new/below/a.wav", database)
            #expect(before != nil && after == before)
            #expect(move(Array(new.utf8), unread))
            try await run(database)
            #expect(move(unread, Array(new.utf8)))
            try FileManager.default.removeItem(atPath: folder(new))
            let last = try await run(database)
            #expect(last.gone == (isFile ? 1 : 2) && last.removedTracks == last.gone)
        }
    }

    @Test func twoRunsTakeTurns() async throws {
        try write("a.wav", seed: 1, title: "First")
        try await withMigratedDatabase { database in
            let failure = try await database.store.withTurnOfFolders { _ in
                await #expect(throws: CatalogStoreError.self) { try await run(database) }
            }
            #expect(failure == .busy("another run of segue analyze is at it; try again when it has ended"))
            let report = try await run(database)
            #expect(report.analyzed == 1, "the lock is let go of")
        }
    }

    /// As when the server restarts, or a proxy closes what is idle.
    @Test func aRunThatLostItsTurnKeepsNothingMore() async throws {
        for number in 0..<4 { try write("\(number).wav", seed: UInt64(number + 1), title: "Piece \(number)") }
        try await withMigratedDatabase { database in
            let (starts, continuation) = AsyncStream.makeStream(of: Void.self)
            let work = Task {
                defer { continuation.finish() }
                return try await run(database) { _, _ in continuation.yield() }
            }
            _ = await starts.first { _ in true }
            let session = try await database.session()
            let ended = try await session.rows(
                """
                SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                """
            ) { try $0[0] as Bool }
            #expect(ended == [true])
            let failure = await #expect(throws: CatalogStoreError.self) { try await work.value }
            if case .unavailable = failure {} else { Issue.record("\(failure as Any)") }
            let kept = try await tracks(database)
            #expect(kept.isEmpty)
            let next = try await run(database)
            #expect(next.analyzed == 4)
        }
    }

    /// Before files are known by other paths, and before those are due that share tracks with them.
    @Test(arguments: [true, false])
    func aRunThatLostItsTurnBeforeItBeganChangesNothing(_ areSwapped: Bool) async throws {
        try write("a.wav", seed: 1, title: "First")
        try write("b.wav", seed: areSwapped ? 2 : 1, title: "Second")
        try await withMigratedDatabase { database in
            try await run(database)
            let files: () async throws -> [String] = {
                try await database.session().rows(
                    "SELECT concat_ws(' ', path, content, version) FROM music_files ORDER BY 1"
                ) {
                    try $0[0] as String
                }
            }
            let before = try await files()
            if areSwapped { try swap("a.wav", "b.wav") } else { try write("a.wav", seed: 1, title: "Edited") }
            let session = try await database.session()
            try await session.execute("BEGIN")
            try await session.execute("LOCK TABLE unsettled_files")
            let work = Task { try await run(database) }
            let here: SQL = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            while try await session.rows(
                "SELECT pid FROM pg_locks WHERE relation = 'unsettled_files'::regclass AND NOT granted AND \(fragment: here)",
                as: { try $0[0] as Int }
            ).isEmpty { try await Task.sleep(for: .milliseconds(20)) }
            try await session.execute(
                "SELECT pg_terminate_backend(pid, 120000) FROM pg_locks WHERE locktype = 'advisory' AND \(fragment: here)"
            )
            try await session.execute("ROLLBACK")
            let failure = await #expect(throws: CatalogStoreError.self) { try await work.value }
            if case .unavailable = failure {} else { Issue.record("\(failure as Any)") }
            let after = try await files()
            #expect(after == before)
            let next = try await run(database)
            let (now, there) = (try await tracks(database), try await expected())
            #expect(next.failures.isEmpty && now == there)
        }
    }

    @Test func aFileAsItWasThatIsLongerThanItMayBeNowKeepsWhatIsKnown() async throws {
        try write("a.wav", seed: 1, title: "Long", seconds: 62)
        var limits = AnalyzerPool.Limits()
        limits.longest = 1
        let pool = AnalyzerPool(program: try #require(BuiltAnalyzer.path), limits: limits)
        try await withMigratedDatabase { database in
            let strict = FolderAnalysis(store: database.store, pool: pool, workers: 1)
            let refused = try await strict.run(folder.path)
            #expect(refused.failures.map(\.code) == ["too_long"])
            try await run(database)
            let before = try await tracks(database)
            let report = try await strict.run(folder.path, again: true)
            let after = try await tracks(database)
            #expect(report.failures.map(\.code) == ["too_long"] && after == before && before.count == 1)
            let prints = try await database.session().first("SELECT cardinality(keys) FROM music_files") {
                try $0[0] as Int
            }
            #expect(prints != 0, "by which it is known elsewhere")
            try await run(database)
            let last = try await tracks(database)
            #expect(last == before)
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

    /// Of two files of a track the one that can be heard is followed, and what only the other said stays.
    @Test(arguments: ["a.wav", "b.wav"])
    func whileAFileOfATrackIsUnheardTheOtherSpeaks(_ broken: String) async throws {
        let other = broken == "a.wav" ? "b.wav" : "a.wav"
        try write(broken, seed: 1)
        try tag(broken, "Heard before", isrc: "USRC17607839")
        try write(other, seed: 1, title: "Before")
        try await withMigratedDatabase { database in
            try await run(database)
            let before = try await track(broken, database)
            try breakFile(broken)
            try write(other, seed: 1, title: "Edited")
            let report = try await run(database)
            #expect(report.failures.map(\.path) == [folder(broken)])
            let during = try await tracks(database)
            #expect(during.count == 1 && during[0].hasPrefix("Edited | a.wav,b.wav"), "\(during)")
            try write(other, seed: 1)
            try await run(database)
            let untitled = try await tracks(database)
            #expect(untitled[0].hasPrefix("Edited |"), "a file's name is no title while another may have one")
            let held = try await database.store.trackID(for: .isrc("USRC17607839"))
            #expect(before != nil && held == before)
            #expect(report.failures.map(\.message) == ["Input/output error; what is known of it stays"])
            try mend(broken)
            try await run(database)
            let (here, there) = (try await tracks(database), try await expected())
            #expect(here == there)
            let (after, still) = (
                try await track(broken, database), try await database.store.trackID(for: .isrc("USRC17607839"))
            )
            #expect(after == before && still == before)
            let unchanged = try await run(database)
            #expect(unchanged.unchanged == 2)
        }
    }

    /// Its original is kept with it, or in a batch before: what the copy alone said is not known to be said no more.
    @Test(arguments: [4, 18])
    func aCopyThatFailsAfterItsOriginalWasHeardLosesNothing(_ between: Int) async throws {
        let isrc = "USRC17607839"
        try write("a.wav", seed: 1)
        for number in 0..<between { try write("m\(number).wav", seed: UInt64(number + 10), seconds: 3) }
        try write("z.wav", seed: 1)
        try tag("z.wav", "Said by the copy", isrc: isrc)
        try await withMigratedDatabase { database in
            try await run(database)
            let (values, track) = (try await tracks(database), try await track("a.wav", database))
            let session = try await database.session()
            try await session.execute("UPDATE music_files SET version = 0")
            let report = try await run(database) { done, _ in if done == 1 { try? breakFile("z.wav") } }
            #expect(report.failures.map(\.path) == [folder("z.wav")])
            #expect(report.failures.first?.message.hasSuffix("what is known of it stays") == true)
            let (during, held) = (try await tracks(database), try await database.store.trackID(for: .isrc(isrc)))
            #expect(during == values && held != nil && held == track)
            try FileManager.default.removeItem(atPath: folder("z.wav"))
            try mend("z.wav")
            let next = try await run(database)
            let after = try await tracks(database)
            #expect(next.unchanged == between + 1 && next.failures.isEmpty && after == values)
            // What it does say no more leaves, in whichever batch that turns out.
            try write("z.wav", seed: 1)
            try await session.execute("UPDATE music_files SET version = 0")
            try await run(database)
            let (here, there) = (try await tracks(database), try await expected())
            let left = try await database.store.trackID(for: .isrc(isrc))
            #expect(here == there && here != values && left == nil)
        }
    }

    @Test func whatIsHeardWhileAFolderIsAwayIsSettledWhenItIsBack() async throws {
        let drive = try Folder()
        try write("a.wav", seed: 1, title: "First")
        try FileManager.default.moveItem(atPath: folder("a.wav"), toPath: drive("a.wav"))
        try FileManager.default.createSymbolicLink(atPath: folder("a"), withDestinationPath: drive.path)
        try write("b.wav", seed: 1, title: "Second")
        try await withMigratedDatabase { database in
            try await run(database)
            let before = try await track("b.wav", database)
            try FileManager.default.moveItem(atPath: drive.path, toPath: drive.path + ".away")
            try write("b.wav", seed: 1, title: "Edited")
            try write("c.wav", seed: 1, title: "Third")
            try await run(database)
            let during = try await tracks(database)
            #expect(during.count == 1 && during[0].hasPrefix("Edited | a.wav,b.wav,c.wav"), "\(during)")
            try FileManager.default.moveItem(atPath: drive.path + ".away", toPath: drive.path)
            try await run(database)
            let (here, there) = (try await tracks(database), try await expected())
            let after = try await track("c.wav", database)
            #expect(here == there && here[0].hasPrefix("First |") && before != nil && after == before)
        }
    }
}
