import Catalog
import Foundation
import MusicFolder
import Postgres
import SoundSamples
import Storage
import TestSupport
import Testing

/// What becomes of a catalog when the folder behind it is edited: the same as of one that never knew the folder otherwise.
@Suite(.enabled(if: BuiltAnalyzer.path != nil, "segue-analyze was not built"))
struct FolderEditsTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    /// A recording under a number, in bytes of its own for each title.
    private func write(_ name: String, seed: UInt64, title: String? = nil) throws {
        var signal: [Float] = []
        var state = seed
        while signal.count < 8 * 22_050 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let note = 48 + Int(state >> 33) % 36
            signal += Signal.chord([note, note + 4, note + 7].map(Signal.pitch), seconds: 0.4)
        }
        try WaveFile([signal], rate: 22_050).write(to: folder(name))
        if let title { try tag(name, title) }
    }

    /// Adds a title to a file, as RIFF has it, and an ISRC.
    private func tag(_ name: String, _ title: String, isrc: String? = nil) throws {
        let place = URL(fileURLWithPath: folder(name))
        var bytes = try Data(contentsOf: place)
        let info = entry("INAM", title) + (isrc.map { entry("ISRC", $0) } ?? [])
        bytes += Array("LIST".utf8) + word(4 + info.count) + Array("INFO".utf8) + info
        bytes.replaceSubrange(4..<8, with: word(bytes.count - 8))
        try bytes.write(to: place)
    }

    private func entry(_ name: String, _ value: String) -> [UInt8] {
        var text = Array(value.utf8) + [0]
        if text.count % 2 == 1 { text.append(0) }
        return Array(name.utf8) + word(text.count) + text
    }

    private func word(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }

    private func rename(_ old: String, _ new: String) throws {
        try? FileManager.default.removeItem(atPath: folder(new))
        try FileManager.default.moveItem(atPath: folder(old), toPath: folder(new))
    }

    private func swap(_ first: String, _ second: String) throws {
        try rename(first, "between.tmp")
        try rename(second, first)
        try rename("between.tmp", second)
    }

    @discardableResult
    private func run(_ database: TestDatabase, again: Bool = false) async throws -> FolderReport {
        let pool = AnalyzerPool(program: try #require(BuiltAnalyzer.path))
        return try await FolderAnalysis(store: database.store, pool: pool, workers: 2).run(folder.path, again: again)
    }

    /// Each track: title, files, whose descriptors, and what they and the features are.
    private func tracks(_ database: TestDatabase) async throws -> [String] {
        try await database.session().rows(
            """
            SELECT concat_ws(' | ', t.name, (SELECT string_agg(regexp_replace(x.value, '.*/', ''), ',' ORDER BY x.value)
                FROM external_ids x WHERE x.kind = 'track' AND x.namespace = 'file' AND x.entity_id = t.id),
                s.version, regexp_replace(s.source, '.*/', ''), md5(s.descriptors::text), f.loudness, f.tempo, f.key)
            FROM tracks t LEFT JOIN sound_descriptors s ON s.track_id = t.id
            LEFT JOIN audio_features f ON f.track_id = t.id ORDER BY 1
            """
        ) { try $0[0] as String }
    }

    /// What a catalog has that knows the folder as it is alone.
    private func expected() async throws -> [String] {
        try await withMigratedDatabase { database in
            try await run(database)
            return try await tracks(database)
        }
    }

    private func track(_ name: String, _ database: TestDatabase) async throws -> TrackID? {
        try await database.store.trackID(for: ExternalID(namespace: "file", value: folder(name)))
    }

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
            var random = SplitMix(state: seed)
            var log: [String] = []
            for _ in 0..<6 {
                for _ in 0..<3 { log.append(try edit(names, &random)) }
                try await run(database)
                let (here, there) = (try await tracks(database), try await expected())
                #expect(here == there, "\(log)")
                let unchanged = try await run(database)
                #expect(unchanged.analyzed == 0 && unchanged.duplicates == 0, "nothing is left to do")
                log.append("run")
            }
        }
    }

    private func edit(_ names: [String], _ random: inout SplitMix) throws -> String {
        let (first, second) = (names[random.below(names.count)], names[random.below(names.count)])
        let present = FileManager.default.fileExists(atPath: folder(first))
        let other = FileManager.default.fileExists(atPath: folder(second))
        switch random.below(7) {
        case 0 where present:
            try FileManager.default.removeItem(atPath: folder(first))
            return "remove \(first)"
        case 1 where present && first != second:
            try rename(first, second)
            return "rename \(first) \(second)"
        case 2 where present && other && first != second:
            try swap(first, second)
            return "swap \(first) \(second)"
        case 3 where present && first != second:
            try? FileManager.default.removeItem(atPath: folder(second))
            try FileManager.default.copyItem(atPath: folder(first), toPath: folder(second))
            return "copy \(first) \(second)"
        case 4:
            try Data("words, no music".utf8).write(to: URL(fileURLWithPath: folder(first)))
            return "spoil \(first)"
        default:
            let (piece, title) = (UInt64(1 + random.below(3)), random.below(3))
            try write(first, seed: piece, title: title == 0 ? nil : "Title \(title)")
            return "write \(first) \(piece) \(title)"
        }
    }

    /// Steele, Lea and Flood 2014.
    private struct SplitMix {
        var state: UInt64

        mutating func below(_ bound: Int) -> Int {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
        }
    }
}
