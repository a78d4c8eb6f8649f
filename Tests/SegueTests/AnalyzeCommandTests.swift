import Foundation
import MusicFolder
import SoundSamples
import Terminal
import TestSupport
import Testing

private let hasDatabase = !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty

/// `segue-analyze` beside the test bundle, where it was built.
private let analyzer: String? = {
    let test = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let place = URL(fileURLWithPath: test).deletingLastPathComponent().appendingPathComponent("segue-analyze").path
    return FileManager.default.isExecutableFile(atPath: place) ? place : nil
}()

@Suite(.enabled(if: hasDatabase && analyzer != nil, "no database, or segue-analyze was not built"))
struct AnalyzeCommandTests {
    /// Two kinds of music, four pieces of each: melodies of their own, with and without a rushing sound.
    private func music() throws -> Folder {
        let folder = try Folder()
        for piece in 0..<8 {
            let isRushing = piece % 2 == 1
            let tune = melody(seed: UInt64(piece + 1))
            let rush = Signal.noise(seconds: 12, amplitude: isRushing ? 0.2 : 0.001, seed: UInt64(piece + 1))
            let name = "\(isRushing ? "rush" : "calm") \(piece).wav"
            try WaveFile([zip(tune, rush).map(+)], rate: 22_050).write(to: folder(name))
        }
        try Data("words".utf8).write(to: URL(fileURLWithPath: folder("bad.mp3")))
        return folder
    }

    private func melody(seed: UInt64) -> [Float] {
        var (signal, state): ([Float], UInt64) = ([], seed)
        while signal.count < 12 * 22_050 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let note = 48 + Int(state >> 33) % 36
            signal += Signal.chord([note, note + 4, note + 7].map(Signal.pitch), seconds: 0.4)
        }
        return signal
    }

    @Test func aFolderThatIsEmptyAllAtOnceFailsUntilItIsBelieved() async throws {
        let folder = try music()
        try await withMigratedDatabase { database in
            let environment = [
                "DATABASE_URL": database.conninfo, "SEGUE_ANALYZER": analyzer ?? "", "SEGUE_DATABASE_CONNECTIONS": "4",
            ]
            let first = await segue(["analyze", folder.path], environment: environment)
            #expect(first.status == .success, "\(first.errors)")
            for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
                try FileManager.default.removeItem(atPath: folder(name))
            }
            let emptied = await segue(["analyze", folder.path], environment: environment)
            #expect(emptied.status == .failure && emptied.output.contains("(emptied)"))
            let believed = await segue(["analyze", folder.path, "--allow-empty"], environment: environment)
            #expect(believed.status == .success && believed.output.contains("9 gone"))
        }
    }

    @Test func aFolderThatWasRemovedIsForgottenWhenAskedTo() async throws {
        let folder = try music()
        let part = folder("part")
        try FileManager.default.createDirectory(atPath: part, withIntermediateDirectories: false)
        try FileManager.default.moveItem(atPath: folder("calm 0.wav"), toPath: part + "/calm 0.wav")
        try await withMigratedDatabase { database in
            let environment = [
                "DATABASE_URL": database.conninfo, "SEGUE_ANALYZER": analyzer ?? "", "SEGUE_DATABASE_CONNECTIONS": "4",
            ]
            let first = await segue(["analyze", part], environment: environment)
            #expect(first.status == .success, "\(first.errors)")
            try FileManager.default.removeItem(atPath: part)
            let missing = await segue(["analyze", part], environment: environment)
            #expect(missing.status == .failure && missing.errors.contains("--allow-empty"), "\(missing.errors)")
            let forgotten = await segue(["analyze", part, "--allow-empty"], environment: environment)
            #expect(forgotten.status == .success && forgotten.output.contains("1 gone"), "\(forgotten.output)")
        }
    }

    @Test func aFolderIsAnalysedAndRecommendedFrom() async throws {
        let folder = try music()
        try await withMigratedDatabase { database in
            let environment = [
                "DATABASE_URL": database.conninfo, "SEGUE_INDEX_DIR": folder("index"),
                "SEGUE_ANALYZER": analyzer ?? "", "SEGUE_DATABASE_CONNECTIONS": "4",
            ]
            let first = await segue(["analyze", folder.path, "--json"], environment: environment)
            #expect(first.status == .success, "\(first.errors)")
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            let report = try decoder.decode(FolderReport.self, from: Data(first.output.utf8))
            #expect(report.files == 9 && report.analyzed == 8 && report.failures.count == 1)
            let second = await segue(["analyze", folder.path], environment: environment)
            #expect(second.output.contains("9 unchanged") && second.output.contains("bad.mp3"))
            let build = await segue(["index", "build"], environment: environment)
            #expect(build.status == .success, "\(build.errors)")
            let found = await segue(["recommend", "rush 1", "-k", "2", "--json"], environment: environment)
            #expect(found.status == .success, "\(found.errors)")
            #expect(found.output.contains("rush") && !found.output.contains("calm"), "\(found.output)")
        }
    }

    @Test func aMissingFolderAndAMissingProgramNameTheMend() async throws {
        let folder = try music()
        try await withMigratedDatabase { database in
            var environment = ["DATABASE_URL": database.conninfo, "SEGUE_ANALYZER": analyzer ?? ""]
            let nowhere = await segue(["analyze", folder("nowhere")], environment: environment)
            #expect(nowhere.status == .failure && nowhere.errors.contains("nowhere"))
            environment["SEGUE_ANALYZER"] = "/nonexistent/segue-analyze"
            let missing = await segue(["analyze", folder.path], environment: environment)
            #expect(missing.status == .failure && missing.errors.contains("SEGUE_ANALYZER"))
        }
    }
}
