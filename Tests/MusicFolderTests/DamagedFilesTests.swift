import Foundation
import MusicFolder
import SoundSamples
import Storage
import TestSupport
import Testing

/// Files that were cut short or changed at random places, through the pool and into a database.
///
/// `SEGUE_FUZZ_FILES` says how many, 40 by default; `benchmarks/audio/fuzz` runs a thousand. `SEGUE_FUZZ_MUSIC` names a
/// folder of music to damage; without it there are the shared clips, and a file made here.
@Suite(.enabled(if: BuiltAnalyzer.path != nil, "segue-analyze was not built"))
struct DamagedFilesTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let count = environment["SEGUE_FUZZ_FILES"].flatMap(Int.init) ?? 40
    /// Enough of a file for headers and some seconds.
    private static let size = 200_000

    private func originals() throws -> [(name: String, data: Data)] {
        let music = Self.environment["SEGUE_FUZZ_MUSIC"].map { folder in
            (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []).sorted()
                .map { "\(folder)/\($0)" }
                .filter { FolderAnalysis.extensions.contains(($0 as NSString).pathExtension.lowercased()) }
        }
        let files = try (music ?? SharedClips.paths).map { path in
            (path, try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe).prefix(Self.size))
        }
        let made = WaveFile([Signal.chord([220, 277, 330], seconds: 2)], rate: 22_050).data
        return files.map { (($0.0 as NSString).lastPathComponent, Data($0.1)) } + [("made.wav", made)]
    }

    @Test func everyDamagedFileIsAnalysedOrRefusedAndTheRestGoesOn() async throws {
        let folder = try Folder()
        let originals = try originals()
        for number in 0..<Self.count {
            var damage = Damage(seed: UInt64(number))
            let original = originals[number % originals.count]
            try damage.applied(to: original.data)
                .write(to: URL(fileURLWithPath: folder("\(number)-\(original.name)")))
        }
        let whole = folder("whole.wav")
        try WaveFile([Signal.noise(seconds: 3)], rate: 22_050).write(to: whole)
        try await withTestDatabase { store in
            var limits = AnalyzerPool.Limits()
            limits.seconds = 60
            let pool = AnalyzerPool(program: try #require(BuiltAnalyzer.path), limits: limits)
            let report = try await FolderAnalysis(store: store, pool: pool, workers: 2).run(folder.path)
            #expect(report.files == Self.count + 1 && !report.isInterrupted)
            // A recording that another file holds as well was analysed first, unless the bytes are the same.
            #expect(report.analyzed + report.failures.count <= report.files)
            #expect(report.analyzed + report.duplicates + report.failures.count >= report.files)
            #expect(
                report.failures.allSatisfy { $0.code != "crashed" && !$0.message.isEmpty && $0.path != whole },
                "\(report.failures)")
            let again = try await FolderAnalysis(store: store, pool: pool, workers: 2).run(folder.path)
            #expect(again.unchanged == report.files && again.failures == report.failures)
            let reasons = Dictionary(grouping: report.failures, by: \.code).mapValues(\.count)
            print(
                "damaged files: \(report.analyzed) analysed, \(report.duplicates) the same recording, refused: "
                    + reasons.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
                    + "; \(report.seconds.rounded()) s")
        }
    }
}
