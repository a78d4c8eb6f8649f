import Catalog
import Foundation
import MusicFolder
import Postgres
import SoundSamples
import Storage
import TestSupport
import Testing

/// Every kind of file that is no music: a reason for each, and the rest goes on.
@Suite(.enabled(if: BuiltAnalyzer.path != nil, "segue-analyze was not built"))
struct BadInputTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private func write(_ name: String, _ channels: [[Float]], rate: Int = 22_050) throws {
        try WaveFile(channels, rate: rate).write(to: folder(name))
    }

    private func write(_ name: String, _ data: Data) throws {
        try data.write(to: URL(fileURLWithPath: folder(name)))
    }

    private func analysis(_ store: PostgresStore) throws -> FolderAnalysis {
        FolderAnalysis(
            store: store, pool: AnalyzerPool(program: try #require(BuiltAnalyzer.path)), workers: 2)
    }

    private func codes(_ report: FolderReport) -> [String: String] {
        Dictionary(report.failures.map { (($0.path as NSString).lastPathComponent, $0.code) }) { first, _ in first }
    }

    @Test func eachHasItsReasonAndTheGoodOnesAreAnalysed() async throws {
        var broken = Signal.noise(seconds: 2)
        broken[20_000] = .nan
        let whole = WaveFile([Signal.noise(seconds: 30, seed: 5)], rate: 22_050).data
        try write("empty.mp3", Data())
        try write("text.mp3", Data(String(repeating: "words and words ", count: 4_000).utf8))
        try write("hour-of-silence.wav", [[Float](repeating: 0, count: 8_000 * 3_600)], rate: 8_000)
        try write("one-sample.wav", [[0.5]])
        try write("tenth-of-a-second.wav", [Signal.noise(seconds: 0.1)])
        try write("nan.wav", [broken])
        try write("head-only.wav", Data(whole.prefix(40)))
        // These are music, however odd.
        let voices = (0..<12).map { Signal.noise(seconds: 2, rate: 48_000, seed: UInt64($0 + 1)) }
        try write("twelve-channels.wav", voices, rate: 48_000)
        try write("high-rate.wav", [Signal.chord([220, 277], seconds: 3, rate: 192_000)], rate: 192_000)
        try write("truncated.wav", Data(whole.prefix(whole.count / 3)))
        let report = try await withTestDatabase { try await analysis($0).run(folder.path) }
        let codes = codes(report)
        #expect(codes["empty.mp3"] == "empty")
        #expect(codes["hour-of-silence.wav"] == "silent")
        #expect(codes["one-sample.wav"] == "too_short" && codes["tenth-of-a-second.wav"] == "too_short")
        #expect(codes["nan.wav"] == "not_finite")
        #expect(codes["text.mp3"] != nil && codes["head-only.wav"] != nil)
        #expect(codes.count == 7 && report.analyzed == 3, "\(report.failures)")
    }

    @Test func whatIsFarOverFullScaleIsATrackWithoutLoudness() async throws {
        try write("loud.wav", [Signal.chord([220, 277], seconds: 5).map { $0 * 100 }])
        try await withTestDatabase { store in
            let report = try await analysis(store).run(folder.path)
            #expect(report.analyzed == 1 && report.failures.isEmpty, "\(report.failures)")
            let tracks = try await store.withView { try await $0.tracks(after: TrackID(rawValue: 0), limit: 9) }
            #expect(tracks.count == 1 && tracks[0].features[.loudness] == nil && tracks[0].sound != nil)
        }
    }

    /// A hundred thousand packets, of two thousand million samples each as the header has it, at a thousand a second.
    @Test func whatSaysThatItLastsForYearsIsHeardAsFarAsItGoes() async throws {
        func word(_ value: some FixedWidthInteger) -> Data { withUnsafeBytes(of: value.bigEndian) { Data($0) } }
        let header = Data("caff".utf8) + word(UInt16(1)) + word(UInt16(0))
        let description =
            word(Double(1_000).bitPattern) + Data("lpcm".utf8)
            + [0, 2, UInt32(Int32.max), 1, 16].reduce(Data()) { $0 + word($1 as UInt32) }
        let samples = Data(repeating: 7, count: 200_000)
        let parts = [("desc", description), ("data", word(UInt32(0)) + samples)].reduce(Data()) {
            $0 + Data($1.0.utf8) + word(Int64($1.1.count)) + $1.1
        }
        try write("years.caf", header + parts)
        try write("good.wav", [Signal.noise(seconds: 2)])
        let report = try await withTestDatabase { try await analysis($0).run(folder.path) }
        #expect(report.analyzed == 2 && report.failures.isEmpty)
        #expect(abs(report.sound - 102) < 1, "a hundred seconds, and two")
    }

    @Test func whatIsNoFileIsReportedUnread() async throws {
        #expect(mkfifo(folder("pipe.mp3"), 0o600) == 0 && mkfifo(folder("pipe.txt"), 0o600) == 0)
        try FileManager.default.createSymbolicLink(atPath: folder("zero.ogg"), withDestinationPath: "/dev/zero")
        try write("box.caf", Data("words".utf8))
        let report = try await withTestDatabase { try await analysis($0).run(folder.path) }
        let codes = codes(report)
        #expect(codes["pipe.mp3"] == "not_a_file" && codes["zero.ogg"] == "not_a_file")
        #expect(codes["box.caf"] != nil && codes.count == 3)
    }

    @Test(.enabled(if: geteuid() != 0, "nothing is unreadable to root"))
    func whatMayNotBeReadIsReported() async throws {
        try write("secret.wav", [Signal.noise(seconds: 2)])
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: folder("secret.wav"))
        let report = try await withTestDatabase { try await analysis($0).run(folder.path) }
        #expect(codes(report) == ["secret.wav": "unreadable"])
    }

    @Test func aFileThatDisappearsHalfWayIsReportedAndTheRestGoesOn() async throws {
        // The tenth is due long after the first.
        for number in 0..<10 { try write("\(number).wav", [Signal.noise(seconds: 2, seed: UInt64(number + 1))]) }
        let last = folder("9.wav")
        let report = try await withTestDatabase { store in
            try await analysis(store).run(folder.path) { done, _ in
                if done == 1 { try? FileManager.default.removeItem(atPath: last) }
            }
        }
        #expect(codes(report) == ["9.wav": "unreadable"])
        #expect(report.analyzed + report.duplicates == 9)
    }

    @Test func aFileThatShrinksWhileItIsReadGivesWhatWasThereOrAReason() async throws {
        let path = folder("long.wav")
        try WaveFile([Signal.noise(seconds: 60, rate: 44_100)]).write(to: path)
        try await withTestDatabase { store in
            let shrinking = Task.detached {
                try await Task.sleep(for: .milliseconds(60))
                let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
                try file.truncate(atOffset: 500_000)
                try file.close()
            }
            let report = try await analysis(store).run(folder.path)
            try await shrinking.value
            #expect(report.analyzed + report.failures.count == 1)
        }
    }

    /// A disk that is full is the database's: nothing else is written. It refuses as PostgreSQL does then.
    @Test func aFullDiskEndsTheRunWithItsReasonAndTheNextGoesOn() async throws {
        for number in 0..<3 { try write("\(number).wav", [Signal.noise(seconds: 2, seed: UInt64(number + 1))]) }
        try await withMigratedDatabase { database in
            let session = try await database.session()
            try await session.execute(
                """
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$
                """)
            try await session.execute(
                "CREATE TRIGGER refuse BEFORE INSERT ON music_files FOR EACH ROW EXECUTE FUNCTION refuse()")
            let failure = await #expect(throws: CatalogStoreError.self) {
                try await analysis(database.store).run(folder.path)
            }
            #expect(
                failure.map { String(reflecting: $0).contains("No space left") || "\($0)".contains("disk") } == true)
            try await session.execute("DROP TRIGGER refuse ON music_files")
            let report = try await analysis(database.store).run(folder.path)
            #expect(report.analyzed + report.duplicates == 3 && report.failures.isEmpty)
        }
    }

    @Test func aFullDiskUnderTheAnswerIsAFailure() async throws {
        try write("a.wav", [Signal.noise(seconds: 2)])
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(BuiltAnalyzer.path))
        process.arguments = [folder("a.wav")]
        process.standardOutput = FileHandle(forWritingAtPath: "/dev/full")
        let (ends, continuation) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { continuation.yield($0.terminationStatus) }
        try process.run()
        let status = await ends.first { _ in true }
        #expect(status == 1)
    }
}
