import Catalog
import Foundation
import MusicFolder
import Postgres
import SoundDocument
import SoundSamples
import Storage
import TestSupport
import Testing

/// What becomes of a catalog when the folder behind it is edited: the same as of one that never knew the folder otherwise.
@Suite(.enabled(if: BuiltAnalyzer.path != nil, "segue-analyze was not built"))
struct FolderEditsTests: EditsFolder {
    let folder: Folder

    init() throws { folder = try Folder() }

    @Test func aCopyThatIsEditedLeavesTheTrack() async throws {
        for edited in ["a.wav", "b.wav"] {
            try write("a.wav", seed: 1, title: "First")
            try write("b.wav", seed: 1, title: "Second")
            try await withMigratedDatabase { database in
                try await run(database)
                let before = try await track("a.wav", database)
                try write(edited, seed: 2, title: "Other, and longer")
                try await run(database)
                let (here, there) = (try await tracks(database), try await expected())
                #expect(here == there && here.count == 2)
                let kept = try await track(edited == "a.wav" ? "b.wav" : "a.wav", database)
                #expect(kept == before, "who still has the recording keeps the track")
            }
        }
    }

    @Test func filesThatSwapNamesSwapTracks() async throws {
        try write("a.wav", seed: 1)
        try write("b.wav", seed: 2, title: "Second")
        try await withMigratedDatabase { database in
            try await run(database)
            let before = (try await track("a.wav", database), try await track("b.wav", database))
            try swap("a.wav", "b.wav")
            try await run(database)
            let after = (try await track("a.wav", database), try await track("b.wav", database))
            #expect(after == (before.1, before.0))
            let (here, there) = (try await tracks(database), try await expected())
            #expect(here == there && here.count == 2)
        }
    }

    @Test func aRenamedFileWithATitleIsFollowedUnheard() async throws {
        try write("a.wav", seed: 1, title: "First")
        try await withMigratedDatabase { database in
            try await run(database)
            let before = try await track("a.wav", database)
            try rename("a.wav", "b.wav")
            let report = try await run(database)
            let after = try await track("b.wav", database)
            #expect(report.moved == 1 && report.analyzed == 0 && before != nil && after == before)
            let (here, there) = (try await tracks(database), try await expected())
            #expect(here == there, "what it sounds like is said of the new path")
        }
    }

    /// The first is taken in while the last still has the id, which it lets go of when the run ends.
    @Test func anISRCComesToAFileThatWasTakenInBeforeItWasFree() async throws {
        try write("a.wav", seed: 1, title: "First")
        try write("b.wav", seed: 2)
        try tag("b.wav", "Second", isrc: "USRC17607839")
        try await withMigratedDatabase { database in
            try await run(database)
            let before = try await database.store.trackID(for: .isrc("USRC17607839"))
            #expect(before != nil)
            try write("a.wav", seed: 3)
            try tag("a.wav", "Third, with another's id", isrc: "USRC17607839")
            try FileManager.default.removeItem(atPath: folder("b.wav"))
            try await run(database)
            let after = try await database.store.trackID(for: .isrc("USRC17607839"))
            let first = try await track("a.wav", database)
            #expect(after != nil && after == first && after != before)
            let (here, there) = (try await tracks(database), try await expected())
            #expect(here == there && here.count == 1)
        }
    }

    /// The other file names the id too, is as it was, and gets it when nobody has it any more.
    @Test(arguments: [true, false])
    func anISRCComesToAFileThatIsAsItWasInALaterRun(_ isDeleted: Bool) async throws {
        for (name, seed, title) in [("a.wav", 1, "First"), ("b.wav", 2, "Second")] as [(String, UInt64, String)] {
            try write(name, seed: seed)
            try tag(name, title, isrc: "USRC17607839")
        }
        try await withMigratedDatabase { database in
            try await run(database)
            let (first, second) = (try await track("a.wav", database), try await track("b.wav", database))
            let before = try await database.store.trackID(for: .isrc("USRC17607839"))
            #expect(before != nil && before == first && second != first)
            try await run(database)
            if isDeleted {
                try FileManager.default.removeItem(atPath: folder("a.wav"))
            } else {
                try write("a.wav", seed: 1, title: "First, without it")
            }
            let report = try await run(database)
            #expect(report.unchanged == 1)
            let after = try await database.store.trackID(for: .isrc("USRC17607839"))
            #expect(after != nil && after == second)
        }
    }

    /// Whichever was heard first.
    @Test func ofTwoFilesThatNameAnISRCTheFirstByPathHasIt() async throws {
        try write("b.wav", seed: 2)
        try tag("b.wav", "Second", isrc: "USRC17607839")
        try await withMigratedDatabase { database in
            try await run(database)
            try write("a.wav", seed: 1)
            try tag("a.wav", "First", isrc: "USRC17607839")
            try await run(database)
            let held = try await database.store.trackID(for: .isrc("USRC17607839"))
            let first = try await track("a.wav", database)
            #expect(held != nil && held == first)
            let (here, there) = (try await tracks(database), try await expected())
            #expect(here == there && here.count == 2)
            let session = try await database.session()
            let imports = try await session.rows("SELECT id FROM imports") { try $0[0] as Int64 }
            try await run(database)
            let later = try await session.rows("SELECT id FROM imports") { try $0[0] as Int64 }
            #expect(later == imports, "and keeps it")
        }
    }

    /// More than are kept at a time, whose bytes tell nothing, ended after the first of them or not.
    @Test(arguments: [true, false])
    func retaggingAndRenumberingAtOnceLosesNobody(_ isEnded: Bool) async throws {
        let names = (10...28).map { "\($0).wav" }
        for number in 0..<18 { try write(names[number], seed: UInt64(number + 1), title: "Piece", seconds: 5) }
        try await withMigratedDatabase { database in
            try await run(database)
            var before: [TrackID?] = []
            for name in names.dropLast() { before.append(try await track(name, database)) }
            for number in 0..<18 { try write(names[number + 1], seed: UInt64(number + 1), title: "New", seconds: 5) }
            try FileManager.default.removeItem(atPath: folder(names[0]))
            if isEnded {
                let ended = try await runUntil(1, database)
                #expect(ended.isInterrupted)
            }
            let report = try await run(database)
            var after: [TrackID?] = []
            for name in names.dropFirst() { after.append(try await track(name, database)) }
            #expect(after == before && Set(before).count == 18 && report.removedTracks == 0)
            let (here, there) = (try await tracks(database), try await expected())
            #expect(here == there)
            let last = try await run(database)
            #expect(last.unchanged == 18 && last.gone == 0)
        }
    }

    /// Four files of three recordings, each time under other names out of five and with other tags; gives their names.
    private func renumber(_ round: Int) throws -> [String] {
        var random = SplitMix(state: UInt64(round))
        var names = (1...5).map { "\($0).wav" }
        for place in names.indices.dropLast() { names.swapAt(place, place + random.below(names.count - place)) }
        for (name, seed) in zip(names, [1, 2, 2, 3]) {
            try write(name, seed: UInt64(seed), title: "\(name), \(round)", seconds: 4)
        }
        try? FileManager.default.removeItem(atPath: folder(names[4]))
        return names.dropLast()
    }

    /// The database stops taking anything at one place after the other, each time while files are renumbered and retagged.
    @Test func whereverARunIsKilledNobodyIsLost() async throws {
        try await withMigratedDatabase { database in
            let ids = { (names: [String]) async throws -> [TrackID?] in
                var ids: [TrackID?] = []
                for name in names { ids.append(try await track(name, database)) }
                return ids
            }
            var names = try renumber(0)
            try await run(database)
            let before = try await ids(names)
            #expect(Set(before).count == 3 && !before.contains(nil) && before[1] == before[2])
            try await makeMortal(database)
            var (statement, isKilled) = (0, true)
            while isKilled, !Task.isCancelled {
                statement += 8
                names = try renumber(statement)
                isKilled = try await runKilled(at: statement, database)
                try await run(database)
                let after = try await ids(names)
                #expect(after == before, "killed at statement \(statement)")
            }
            #expect(statement > 40)
            let (here, there) = (try await tracks(database), try await expected())
            #expect(here == there)
        }
    }

    /// What a file was a copy of has changed when it is looked into under its new name, where its content alone is known.
    @Test func aCopyThatIsRenamedIsHeardWhereItsOriginalBecameAnother() async throws {
        let others = ["aa.wav", "ab.wav", "ac.wav"]
        @Sendable func change(_ title: String) throws {
            for name in others { try write(name, seed: 3, title: title, seconds: 3) }
        }
        try write("a.wav", seed: 1, title: "First")
        try write("b.wav", seed: 1, title: "Second")
        try change("Third")
        try await withMigratedDatabase { database in
            try await run(database)
            try write("a.wav", seed: 2, title: "Other")
            try change("Third, edited")
            try rename("b.wav", "c.wav")
            let ended = try await runUntil(1, database)
            #expect(ended.isInterrupted)
            try await run(database)
            let (here, there) = (try await tracks(database), try await expected())
            #expect(here == there && here.count == 3)
        }
    }

    /// As where a better decoder comes, and the analysis of files as they were is killed.
    @Test func aRefusedFileThatCanBeHeardAfterAllIsDueUntilItIsKept() async throws {
        try write("a.wav", seed: 1, title: "First")
        try await withMigratedDatabase { database in
            try await run(database)
            let before = try await tracks(database)
            try await makeMortal(database)
            var (statement, isKilled) = (0, true)
            while isKilled, !Task.isCancelled {
                statement += 4
                if let track = try await track("a.wav", database) { _ = try await database.store.removeTrack(track) }
                try await database.session().execute(
                    """
                    UPDATE music_files SET (refusal, message, version, print, keys)
                        = ('unsupported', 'no decoder', \(SoundDocument.currentVersion), '{}', '{}')
                    """)
                isKilled = try await runKilled(at: statement, again: true, database)
                try await run(database)
                let after = try await tracks(database)
                #expect(after == before, "killed at statement \(statement)")
            }
            #expect(statement > 10)
        }
    }

    /// A recording too short for a fingerprint is not what was there before that had one.
    @Test func aShortFileTakesNoTrackOfAnotherThatIsRenumbered() async throws {
        try write("a.wav", seed: 1, title: "Song")
        try write("b.wav", seed: 2, title: "Interlude", seconds: 2)
        try await withMigratedDatabase { database in
            try await run(database)
            let before = try await track("a.wav", database)
            try write("a.wav", seed: 2, title: "Interlude, first now", seconds: 2)
            try write("b.wav", seed: 1, title: "Song, second now")
            try await run(database)
            let (song, interlude) = (try await track("b.wav", database), try await track("a.wav", database))
            #expect(before != nil && song == before && interlude != before)
            let (known, fresh) = (try await tracks(database), try await expected())
            #expect(known == fresh && known.count == 2)
        }
    }

    @Test func renumberingLosesNobody() async throws {
        for number in 1...3 { try write("0\(number).wav", seed: UInt64(number), title: "Piece \(number)") }
        try await withMigratedDatabase { database in
            try await run(database)
            try rename("03.wav", "04.wav")
            try rename("02.wav", "03.wav")
            try rename("01.wav", "02.wav")
            try write("01.wav", seed: 4, title: "New")
            try await run(database)
            let (here, there) = (try await tracks(database), try await expected())
            #expect(here == there && here.count == 4)
        }
    }

    /// More than are kept at a time, ended after the first of them: who had which recording is known to the next run.
    @Test func renumberingThatIsEndedEarlyKeepsEveryTrack() async throws {
        let names = (0...18).map { ($0 < 10 ? "0" : "") + "\($0).wav" }
        for (number, name) in names.dropLast().enumerated() {
            try write(name, seed: UInt64(number + 1), title: "Piece \(number)", seconds: 3)
        }
        try await withMigratedDatabase { database in
            try await run(database)
            let ids: () async throws -> [String: TrackID] = {
                let found = try await database.session().rows("SELECT name, id FROM tracks") {
                    (try $0[0] as String, TrackID(rawValue: try $0[1]))
                }
                return Dictionary(uniqueKeysWithValues: found)
            }
            let before = try await ids()
            for number in (0..<18).reversed() { try rename(names[number], names[number + 1]) }
            let ended = try await runUntil(1, database)
            let during = try await ids()
            #expect(ended.isInterrupted && before.allSatisfy { during[$0.key] == $0.value })
            try await run(database)
            let after = try await ids()
            #expect(after == before && after.count == 18)
            let first = try await track("00.wav", database)
            #expect(first == nil)
        }
    }

    /// A run that is killed has imported tracks, and noted nothing of their files.
    @Test func whatAKilledRunLeftIsTakenUpOrLeaves() async throws {
        try write("a.wav", seed: 1, title: "First")
        try write("b.wav", seed: 2, title: "Second")
        try await withMigratedDatabase { database in
            try await run(database)
            let before = try await track("a.wav", database)
            try await database.session().execute("DELETE FROM music_files")
            try FileManager.default.removeItem(atPath: folder("b.wav"))
            let report = try await run(database)
            #expect(report.gone == 1 && report.removedTracks == 1)
            let after = try await track("a.wav", database)
            #expect(before != nil && after == before)
            let (here, there) = (try await tracks(database), try await expected())
            #expect(here == there && here.count == 1)
        }
    }

    /// The whole catalog is looked through where a run had something to do, or one before left it undone, and else not.
    @Test func onlyWhatWasLeftUndoneIsTidiedWhereNothingIsDue() async throws {
        for number in 0..<3 {
            try write("\(number).wav", seed: UInt64(number + 1), title: "Piece \(number)", seconds: 3)
        }
        try await withMigratedDatabase { database in
            let store = database.store
            let fresh = try await store.areFilesSettled()
            try await run(database)
            let settled = try await store.areFilesSettled()
            #expect(!fresh && settled, "a catalog from before may have been left so")
            let session = try await database.session()
            // What no run left: an album that files gave and nothing names.
            try await session.execute(
                "INSERT INTO albums (name, name_key, import_id) SELECT 'Alone', 'alone', min(id) FROM imports")
            let albums: () async throws -> Int = {
                try await session.first("SELECT count(*) FROM albums") { try $0[0] } ?? 0
            }
            try write("again.wav", seed: 4)
            try breakFile("again.wav")
            let tried = try await run(database)
            #expect(tried.failures.map(\.code) == ["unreadable"], "which each run tries again")
            let idle = try await albums()
            #expect(idle == 1)
            try FileManager.default.removeItem(atPath: folder("again.wav"))
            for name in ["0.wav", "1.wav", "2.wav"] { try write(name, seed: 9, title: "New, \(name)", seconds: 3) }
            let ended = try await runUntil(1, database)
            let unsettled = try await store.areFilesSettled()
            let kept = try await albums()
            #expect(ended.isInterrupted && !unsettled && kept == 1)
            // As if all had been heard before it was killed.
            try await run(database)
            try await store.noteFiles(areSettled: false)
            try await session.execute(
                "INSERT INTO albums (name, name_key, import_id) SELECT 'Alone', 'alone', min(id) FROM imports")
            let report = try await run(database)
            let (tidied, after) = (try await albums(), try await store.areFilesSettled())
            #expect(report.unchanged == 3 && tidied == 0 && after)
            let track = try #require(try await track("0.wav", database))
            let removed = try await store.removeTrack(track)
            let left = try await store.areFilesSettled()
            #expect(removed && !left, "its ids and its album may be for others")
        }
    }

    /// As a migration leaves what became one track by a MusicBrainz id: its files are heard again.
    @Test func recordingsThatWereTakenForOneTrackAreToldApart() async throws {
        let id = "11111111-2222-3333-4444-555555555555"
        for (number, name) in ["a.wav", "b.wav"].enumerated() {
            try write(name, seed: UInt64(number + 1))
            try tag(name, "Piece \(number)", recording: id)
        }
        try await withMigratedDatabase { database in
            try await run(database)
            let (first, second) = (try await track("a.wav", database), try await track("b.wav", database))
            #expect(first != second)
            let session = try await database.session()
            try await session.execute(
                "UPDATE external_ids SET entity_id = \(first?.rawValue) WHERE entity_id = \(second?.rawValue)")
            try await session.execute("DELETE FROM tracks WHERE id = \(second?.rawValue)")
            try await session.execute("UPDATE tracks SET name = 'Piece 1'")
            try await session.execute("UPDATE music_files SET version = 0")
            try await run(database)
            let (here, there) = (try await tracks(database), try await expected())
            #expect(here == there && here.count == 2)
            let kept = try await track("a.wav", database)
            #expect(kept == first)
        }
    }

    @Test func aPairIsRefreshedByAgainAndByTags() async throws {
        try write("a.wav", seed: 1, title: "First")
        try write("b.wav", seed: 1, title: "Second")
        try await withMigratedDatabase { database in
            try await run(database)
            let there = try await tracks(database)
            let session = try await database.session()
            try await session.execute("UPDATE sound_descriptors SET version = 0, descriptors = '{}'")
            try await run(database, again: true)
            let again = try await tracks(database)
            #expect(again == there)
            try await session.execute("UPDATE sound_descriptors SET version = 0, descriptors = '{}'")
            try await session.execute("UPDATE music_files SET version = 0")
            try await run(database)
            let renewed = try await tracks(database)
            #expect(renewed == there)
            try write("a.wav", seed: 1, title: "Retitled")
            try await run(database)
            let (here, fresh) = (try await tracks(database), try await expected())
            #expect(here == fresh && here.first?.hasPrefix("Retitled") == true)
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func anySequenceOfEditsEndsAsAFreshCatalog(_ seed: UInt64) async throws {
        let names = ["a.wav", "b.wav", "c.wav", "d.wav", "e.wav"]
        try await withMigratedDatabase { database in
            try await makeMortal(database)
            var random = SplitMix(state: seed)
            var log: [String] = []
            for _ in 0..<6 {
                for _ in 0..<3 { log.append(try edit(names, &random)) }
                switch random.below(3) {
                case 0:
                    log.append("run, ended after a file")
                    try await runUntil(1, database)
                case 1:
                    let statement = 1 + random.below(60)
                    log.append("run, killed at statement \(statement)")
                    try await runKilled(at: statement, database)
                default: break
                }
                if random.below(2) == 0 { log.append(try edit(names, &random)) }
                try await run(database)
                let (here, there) = (try await tracks(database), try await expected())
                #expect(here == there, "\(log)")
                let unchanged = try await run(database)
                #expect(unchanged.analyzed == 0 && unchanged.duplicates == 0, "nothing is left to do")
                log.append("run")
            }
        }
    }
}
