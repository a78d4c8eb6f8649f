import Catalog
import Foundation
import MusicFolder
import Postgres
import SoundSamples
import Storage
import TestSupport
import Testing

/// What tests do that edit a folder of music and compare what a catalog makes of it.
protocol EditsFolder: Sendable {
    var folder: Folder { get }
}

extension EditsFolder {
    /// A recording under a number, in bytes of its own for each title.
    func write(_ name: String, seed: UInt64, title: String? = nil, seconds: Int = 8) throws {
        var signal: [Float] = []
        var state = seed
        while signal.count < seconds * 22_050 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let note = 48 + Int(state >> 33) % 36
            signal += Signal.chord([note, note + 4, note + 7].map(Signal.pitch), seconds: 0.4)
        }
        try WaveFile([signal], rate: 22_050).write(to: folder(name))
        if let title { try tag(name, title) }
    }

    /// Adds a title to a file, as RIFF has it, an ISRC, and a MusicBrainz id, as ID3 has it.
    func tag(_ name: String, _ title: String, isrc: String? = nil, recording: String? = nil) throws {
        let place = URL(fileURLWithPath: folder(name))
        var bytes = try Data(contentsOf: place)
        let info = entry("INAM", title) + (isrc.map { entry("ISRC", $0) } ?? [])
        bytes += Array("LIST".utf8) + word(4 + info.count) + Array("INFO".utf8) + info
        if let recording {
            let text = [0] + Array("MusicBrainz Track Id".utf8) + [0] + Array(recording.utf8)
            let frame = Array("TXXX".utf8) + word(text.count).reversed() + [0, 0] + text
            // The size in seven bits a byte.
            let size = [0, 0, UInt8(frame.count >> 7), UInt8(frame.count & 0x7f)]
            let tag = Array("ID3".utf8) + [3, 0, 0] + size + frame
            bytes += entry("id3 ", tag)
        }
        bytes.replaceSubrange(4..<8, with: word(bytes.count - 8))
        try bytes.write(to: place)
    }

    /// Puts something in a file's place that opens, and fails when it is read, for root as well.
    func breakFile(_ name: String) throws {
        try rename(name, name + ".away")
        try FileManager.default.createSymbolicLink(atPath: folder(name), withDestinationPath: "/proc/self/mem")
    }

    func mend(_ name: String) throws { try rename(name + ".away", name) }

    private func entry(_ name: String, _ value: String) -> [UInt8] { entry(name, Array(value.utf8) + [0]) }

    private func entry(_ name: String, _ value: [UInt8]) -> [UInt8] {
        var text = value
        if text.count % 2 == 1 { text.append(0) }
        return Array(name.utf8) + word(text.count) + text
    }

    private func word(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }

    func rename(_ old: String, _ new: String) throws {
        try? FileManager.default.removeItem(atPath: folder(new))
        try FileManager.default.moveItem(atPath: folder(old), toPath: folder(new))
    }

    func swap(_ first: String, _ second: String) throws {
        try rename(first, "between.tmp")
        try rename(second, first)
        try rename("between.tmp", second)
    }

    @discardableResult
    func run(
        _ database: TestDatabase, of subfolder: String? = nil, again: Bool = false, mayBeEmpty: Bool = false,
        progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws -> FolderReport {
        let pool = AnalyzerPool(program: try #require(BuiltAnalyzer.path))
        return try await FolderAnalysis(store: database.store, pool: pool, workers: 2)
            .run(subfolder.map { folder($0) } ?? folder.path, again: again, mayBeEmpty: mayBeEmpty, progress: progress)
    }

    /// A run that is asked to end once so many files are done.
    @discardableResult
    func runUntil(_ done: Int, _ database: TestDatabase) async throws -> FolderReport {
        let (starts, continuation) = AsyncStream.makeStream(of: Void.self)
        let work = Task {
            defer { continuation.finish() }
            return try await run(database) { if $0 >= done, $1 > 0 { continuation.yield() } }
        }
        _ = await starts.first { _ in true }
        work.cancel()
        return try await work.value
    }

    /// Lets the database stop taking what a run writes, as if that was killed.
    func makeMortal(_ database: TestDatabase) async throws {
        let session = try await database.session()
        try await session.execute("CREATE TABLE death (at bigint)")
        try await session.execute("CREATE SEQUENCE writes")
        try await session.execute(
            """
            CREATE FUNCTION live() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF nextval('writes') >= (SELECT at FROM death) THEN RAISE 'killed'; END IF; RETURN NULL; END $$
            """)
        for table: SQL in [
            "albums", "audio_features", "external_ids", "imports", "music_files", "sound_descriptors", "tracks",
            "unsettled_files", "value_imports",
        ] {
            try await session.execute(
                """
                CREATE TRIGGER live BEFORE INSERT OR UPDATE OR DELETE ON \(fragment: table)
                EXECUTE FUNCTION live()
                """)
        }
    }

    /// A run of which the database takes so many statements but one that write; gives whether it wanted more.
    @discardableResult
    func runKilled(
        at statement: Int, of subfolder: String? = nil, again: Bool = false, _ database: TestDatabase
    ) async throws -> Bool {
        let session = try await database.session()
        try await session.execute("ALTER SEQUENCE writes RESTART")
        try await session.execute("INSERT INTO death VALUES (\(statement))")
        var isKilled = false
        do {
            try await run(database, of: subfolder, again: again)
        } catch let error as CatalogStoreError where "\(error)".contains("killed") {
            isKilled = true
        }
        try await session.execute("TRUNCATE death")
        return isKilled
    }

    /// Each track: title, files, whose descriptors, what they and the features are, and other ids.
    func tracks(_ database: TestDatabase) async throws -> [String] {
        try await database.session().rows(
            """
            SELECT concat_ws(' | ', t.name, (SELECT string_agg(regexp_replace(x.value, '.*/', ''), ',' ORDER BY x.value)
                FROM external_ids x WHERE x.kind = 'track' AND x.namespace = 'file' AND x.entity_id = t.id),
                s.version, regexp_replace(s.source, '.*/', ''), md5(s.descriptors::text), f.loudness, f.tempo, f.key,
                (SELECT string_agg(x.namespace || ':' || x.value, ',' ORDER BY x.namespace, x.value) FROM external_ids x
                WHERE x.kind = 'track' AND x.namespace <> 'file' AND x.entity_id = t.id))
            FROM tracks t LEFT JOIN sound_descriptors s ON s.track_id = t.id
            LEFT JOIN audio_features f ON f.track_id = t.id ORDER BY 1
            """
        ) { try $0[0] as String }
    }

    /// What a catalog has that knows the folder as it is alone.
    func expected() async throws -> [String] {
        try await withMigratedDatabase { database in
            try await run(database)
            return try await tracks(database)
        }
    }

    func track(_ name: String, _ database: TestDatabase) async throws -> TrackID? {
        try await database.store.trackID(for: ExternalID(namespace: "file", value: folder(name)))
    }

    /// Does one thing to one or two of some files, and says which.
    func edit(_ names: [String], _ random: inout SplitMix) throws -> String {
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
            try write(first, seed: piece)
            // Whatever the recording: tags are copied from file to file.
            let recording = title == 2 ? "11111111-2222-3333-4444-555555555555" : nil
            if title > 0 { try tag(first, "Title \(title)", recording: recording) }
            return "write \(first) \(piece) \(title)"
        }
    }
}

/// Steele, Lea and Flood 2014.
struct SplitMix {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }
}
