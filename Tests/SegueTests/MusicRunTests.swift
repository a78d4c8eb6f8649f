import Foundation
import Postgres
import SoundSamples
import TestSupport
import Testing

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty

/// `segue-analyze` beside the test bundle, where it was built.
private let analyzer: String? = {
    let beside = URL(fileURLWithPath: BuiltBinary.path ?? "/").deletingLastPathComponent()
    let place = beside.appendingPathComponent("segue-analyze").path
    return FileManager.default.isExecutableFile(atPath: place) ? place : nil
}()

/// `segue up --music DIR`, which `scripts/run --music DIR` calls, as a process.
@Suite(
    "A folder of one's own, through the program", .serialized,
    .enabled(if: hasDatabase && analyzer != nil, "no database, or not built"))
struct MusicRunTests {
    private func music(_ count: Int, seconds: Double) throws -> Folder {
        let folder = try Folder()
        try FileManager.default.createDirectory(atPath: folder("music"), withIntermediateDirectories: true)
        for piece in 0..<count {
            let tune = Self.melody(seed: UInt64(piece + 1), seconds: seconds)
            let rush = Signal.noise(
                seconds: seconds, amplitude: piece % 2 == 0 ? 0.001 : 0.2, seed: UInt64(piece + 1))
            try WaveFile([zip(tune, rush).map(+)], rate: 22_050).write(to: folder("music/piece \(piece).wav"))
        }
        return folder
    }

    /// Chords of its own for each seed: of chords that last, fingerprints would be alike.
    private static func melody(seed: UInt64, seconds: Double) -> [Float] {
        var (signal, state): ([Float], UInt64) = ([], seed)
        let count = Int(seconds * 22_050)
        while signal.count < count {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let note = 48 + Int(state >> 33) % 36
            signal += Signal.chord([note, note + 4, note + 7].map(Signal.pitch), seconds: 0.4)
        }
        return Array(signal.prefix(count))
    }

    private func environment(_ database: TestDatabase, _ folder: Folder) throws -> [String: String] {
        [
            "DATABASE_URL": database.conninfo, "SEGUE_INDEX_DIR": folder("index"), "SEGUE_PORT": "0",
            "SEGUE_SIGNING_KEYS": try testKeys(), "SEGUE_DATABASE_CONNECTIONS": "4",
            "SEGUE_ANALYZER": analyzer ?? "", "SEGUE_ANALYZE_WORKERS": "1",
        ]
    }

    @Test func aFolderIsServedFromAndWhatChangedIsFollowed() async throws {
        let folder = try music(8, seconds: 12)
        try await withMigratedDatabase { database in
            let environment = try environment(database, folder)
            let arguments = ["up", "--music", folder("music")]
            do {
                let service = try await RunningService(environment, arguments: arguments)
                #expect(service.process.errors.contains("8 files: 8 analysed"), "\(service.process.errors)")
                let seed = "file:\(folder("music/piece 1.wav"))"
                let body = try JSONSerialization.data(withJSONObject: ["seeds": [seed], "k": 3])
                let answer = try await service.call("POST", "/api/v1/recommend", String(decoding: body, as: UTF8.self))
                #expect(answer.status == 200, "\(answer.text)")
                #expect(answer.value("items", as: [Any].self)?.count == 3)
                let first: String = try #require(answer.value("items", "0", "track", "id"))
                #expect(first.hasPrefix("file:\(folder("music"))/piece "))
                kill(service.process.identifier, SIGINT)
                let status = await service.process.end()
                #expect(status == 0, "\(service.process.errors)")
            }
            try FileManager.default.moveItem(atPath: folder("music/piece 2.wav"), toPath: folder("music/moved.wav"))
            try FileManager.default.removeItem(atPath: folder("music/piece 3.wav"))
            let again = try await RunningService(environment, arguments: arguments)
            #expect(again.process.errors.contains("7 files: 6 unchanged, 1 moved, 1 gone"), "\(again.process.errors)")
            let gone = try await again.call("GET", "/api/v1/tracks/" + encoded("file:\(folder("music/piece 3.wav"))"))
            #expect(gone.status == 404)
            let moved = try await again.call("GET", "/api/v1/tracks/" + encoded("file:\(folder("music/moved.wav"))"))
            #expect(moved.status == 200 && moved.text.contains("\"origins\""))
            kill(again.process.identifier, SIGINT)
            _ = await again.process.end()
        }
    }

    private func encoded(_ id: String) -> String {
        id.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? id
    }

    @Test func anInterruptedRunKeepsWhatItHasAndTheNextGoesOn() async throws {
        let folder = try music(40, seconds: 6)
        try await withMigratedDatabase { database in
            let environment = try environment(database, folder)
            // However long it takes to hear of the first, the last are not taken in before.
            let holder = try await holdingInserts(into: "music_files", above: 20, at: database.conninfo)
            let running = try BuiltBinary.Running(["up", "--music", folder("music")], environment: environment)
            var kept = 0
            try await eventually {
                kept = try await count(database)
                return kept > 0
            }
            kill(running.identifier, SIGINT)
            try await holder.execute("SELECT pg_advisory_unlock(1)")
            let status = await running.end()
            #expect(status == 1, "\(running.errors)")
            #expect(!running.errors.contains("\"serving\""), "it ends before it serves")
            let (after, left) = (try await count(database), analyses(of: running.identifier))
            #expect(after >= kept && after < 40 && left.isEmpty, "\(after) kept, \(left) left over")

            let service = try await RunningService(environment, arguments: ["up", "--music", folder("music")])
            #expect(service.process.errors.contains("\(after) unchanged"), "\(service.process.errors)")
            #expect(try await count(database) == 40)
            kill(service.process.identifier, SIGINT)
            _ = await service.process.end()
        }
    }

    private func count(_ database: TestDatabase) async throws -> Int {
        try await database.session().first("SELECT count(*) FROM music_files") { try $0[0] as Int } ?? 0
    }

    /// Processes that a process has left behind, or still has.
    private func analyses(of parent: Int32) -> [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.filter { process in
            let status = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
            let fields = status.split(separator: ")").last.map { $0.split(separator: " ") } ?? []
            return status.contains("(segue-analyze)") && fields.count > 1 && fields[1] == "\(parent)"
        }
    }
}
